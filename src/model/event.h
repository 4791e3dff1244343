// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/event_sink.h"
#include "model/value.h"

namespace tracery::model {

struct Field {
  std::string name;
  Value value;
  bool operator==(const Field&) const = default;
};

/// One wide event as a plain value: for tests, tools and low-volume protocols.
struct Event {
  std::string dataset;
  std::int64_t time_ns = 0;
  std::uint32_t sample_rate = 1;
  std::vector<Field> fields;  ///< In the order they were put.
  bool operator==(const Event&) const = default;
};

/// The value of a field, or nullptr when the event has none of that name.
const Value* find_field(const Event& event, std::string_view name);

/// An EventSink that keeps events as plain values. Ids become hex strings.
class EventList final : public EventSink {
 public:
  FieldId field(std::string_view name) override;
  DatasetId dataset(std::string_view name) override;
  void begin_event(DatasetId dataset, std::int64_t time_ns) override;
  void set_sample_rate(std::uint32_t rate) override;
  using EventSink::put;
  void put(FieldId field, bool value) override;
  void put(FieldId field, std::int64_t value) override;
  void put(FieldId field, double value) override;
  void put(FieldId field, std::string_view value) override;
  void put_id(FieldId field, std::span<const std::uint8_t> id) override;
  void end_event() override;

  const std::vector<Event>& events() const { return events_; }
  std::vector<Event> take() { return std::move(events_); }

 private:
  void put_value(FieldId field, Value value);

  std::vector<std::string> field_names_;
  std::vector<std::string> dataset_names_;
  std::vector<Event> events_;
  Event open_;
};

/// Pushes a plain event into any sink.
void push_event(const Event& event, EventSink& sink);

}  // namespace tracery::model
