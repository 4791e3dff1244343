// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tracery::model {

/// A field's name, resolved once per sink; valid for the sink that gave it out.
enum class FieldId : std::uint32_t {};

/// A dataset's name, resolved once per sink; valid for the sink that gave it out.
enum class DatasetId : std::uint32_t {};

/// Where decoders push wide events, field by field: the one currency on the way in.
///
/// Between `begin_event` and `end_event` the `put` calls name each field at most once that counts:
/// the **first** value put for a field stays, later ones are dropped. So a decoder pushes in order
/// of precedence (for a span: attributes, built-in fields, scope, resource).
///
/// Views passed in need to live only for the call. Strings are UTF-8; a sink mends bad bytes and
/// cuts strings over its limit. A sink is used by one thread at a time.
class EventSink {
 public:
  virtual ~EventSink() = default;

  /// Names are at most 256 bytes; longer ones are cut. An empty name must not be asked for.
  virtual FieldId field(std::string_view name) = 0;
  virtual DatasetId dataset(std::string_view name) = 0;

  /// `time_ns`: nanoseconds since the Unix epoch, UTC.
  virtual void begin_event(DatasetId dataset, std::int64_t time_ns) = 0;
  /// How many real events this one stands for; 1 unless said.
  virtual void set_sample_rate(std::uint32_t rate) = 0;

  virtual void put(FieldId field, bool value) = 0;
  virtual void put(FieldId field, std::int64_t value) = 0;
  virtual void put(FieldId field, double value) = 0;
  virtual void put(FieldId field, std::string_view value) = 0;
  /// An id of 8 or 16 bytes. Reads back as the string of its lower-case hex, but costs less.
  /// A string put that is 16 or 32 lower-case hex digits in a field of `is_id_field` is the same.
  virtual void put_id(FieldId field, std::span<const std::uint8_t> id) = 0;

  virtual void end_event() = 0;

  // A literal must not turn into a bool on its way to a string.
  void put(FieldId field, const char* value) { put(field, std::string_view(value)); }
};

}  // namespace tracery::model
