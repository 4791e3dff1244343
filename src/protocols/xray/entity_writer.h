// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "model/event_sink.h"
#include "protocols/xray/document.h"

namespace tracery::xray {

/// Turns checked documents into events, as docs/wire/xray.md has it.
class EntityWriter {
 public:
  explicit EntityWriter(model::EventSink& sink) : sink_(sink) {}

  void write(const Document& document);

 private:
  using SpanId = std::array<std::uint8_t, 8>;

  void write_entity(const Document& document, const Entity& entity);
  void write_exception(const Entity& entity, const Exception& exception);
  void write_link(const Entity& entity, const Link& link);
  void put_identity(const Document& document, const Entity& entity);
  void put_outcome(const Entity& entity);
  void put_http(const Http& http);
  void put_sql(const Sql& sql);
  void put_cause(const Entity& entity);
  void put_attributes(const std::vector<Attribute>& attributes);
  /// What an event that hangs under an entity says of it.
  void put_owner(const Entity& entity, std::string_view annotation_type);
  void put_trace_id(std::string_view field, const model::TraceId& id);
  void put_span_id(std::string_view field, std::string_view id);
  void put_text(std::string_view field, std::string_view text);
  template <typename T>
  void put(std::string_view field, const T& value) {
    sink_.put(find_field(field), value);
  }
  /// The id of a field whose name is a literal: looked up once, then known by the literal's place.
  model::FieldId find_field(std::string_view literal);

  struct KnownField {
    const char* literal = nullptr;
    model::FieldId id{};
  };
  static constexpr std::size_t kKnownFields = 256;  // Four times as many as there are.

  model::EventSink& sink_;
  std::array<KnownField, kKnownFields> known_{};
  model::DatasetId dataset_{};
  std::string_view service_;
};

/// Seconds as documents have them, to the microsecond that their doubles hold; the nearest time
/// there is when they lie beyond what nanoseconds in 64 bits hold (1677 to 2262).
std::int64_t to_time_ns(double seconds);

}  // namespace tracery::xray
