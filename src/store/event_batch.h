// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "model/event_sink.h"

namespace tracery::store {

struct EventLimits {
  std::size_t fields_per_event = 2'000;
  std::size_t string_bytes = 64 * 1024;
  std::size_t document_bytes = 1024 * 1024;  ///< For fields of model::names::is_document_field.
  std::size_t name_bytes = 256;
};

/// What a batch cut or dropped to stay within EventLimits.
struct BatchLosses {
  std::uint64_t fields_over_limit = 0;
  std::uint64_t strings_cut = 0;
  std::uint64_t strings_mended = 0;  ///< Bad UTF-8 replaced.
};

/// The events of one request as columns, with dictionaries of its own: decode scales over threads,
/// and a malformed request is dropped by forgetting its batch. EventStore::append maps its codes
/// into the head block. Not thread-safe; reusable after `clear` (keeps its memory and what it
/// learnt about its columns).
///
/// With a `now_ns`, an event without a time (0) or from more than a day after now gets now as its
/// time and keeps the one it came with in `meta.original_timestamp` (an integer of ns). `now_ns` is
/// the request's receive time, also in a replay: the batch must come out the same. 0 leaves every
/// time as it is.
class EventBatch final : public model::EventSink {
 public:
  explicit EventBatch(EventLimits limits = {}, std::int64_t now_ns = 0);
  ~EventBatch() override;
  EventBatch(EventBatch&&) noexcept;
  EventBatch& operator=(EventBatch&&) noexcept;

  model::FieldId field(std::string_view name) override;
  model::DatasetId dataset(std::string_view name) override;
  void begin_event(model::DatasetId dataset, std::int64_t time_ns) override;
  void set_sample_rate(std::uint32_t rate) override;
  using EventSink::put;
  void put(model::FieldId field, bool value) override;
  void put(model::FieldId field, std::int64_t value) override;
  void put(model::FieldId field, double value) override;
  void put(model::FieldId field, std::string_view value) override;
  void put_id(model::FieldId field, std::span<const std::uint8_t> id) override;
  void end_event() override;

  /// Adds a field to an event that has ended: for what is known only when the whole request is
  /// decoded. No event from `row` on may have the field yet.
  void add_to_row(std::uint32_t row, model::FieldId field, std::int64_t value);
  void add_id_to_row(std::uint32_t row, model::FieldId field, std::span<const std::uint8_t> id16);

  std::uint32_t rows() const;
  std::size_t memory_bytes() const;
  const BatchLosses& losses() const;
  /// Forgets the events. FieldIds and DatasetIds given out before mean nothing afterwards.
  void clear(std::int64_t now_ns = 0);

  /// The columns inside, for the head block.
  struct Columns;
  const Columns& contents() const { return *columns_; }

 private:
  std::unique_ptr<Columns> columns_;
};

}  // namespace tracery::store
