// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/event_sink.h"
#include "model/names.h"
#include "protocols/honeycomb/event_decoder.h"

namespace tracery::honeycomb {

/// Texts of the events API. Source: Honeycomb API reference; kEmptyEvent: refinery.
inline constexpr std::string_view kEmptyBody = "Request body should not be empty.";
inline constexpr std::string_view kBadBody = "Request body is malformed and cannot be read.";
inline constexpr std::string_view kBodyTooLarge = "Request body is too large.";
inline constexpr std::string_view kTooManyColumns = "Event has too many columns.";
inline constexpr std::string_view kEmptyEvent = "empty event data";

/// Levels of nesting taken from msgpack; JSON's parser has its own limit of 1,024.
inline constexpr unsigned kNestingMax = 64;

/// Puts the fields of one event after another into a sink; shared by both encodings.
class EventWriter {
 public:
  EventWriter(const EventContext& context, model::EventSink& sink);

  void begin(std::int64_t time_ns, std::uint32_t sample_rate);
  void end();

  /// Empty names are dropped: a sink must not be asked for them.
  template <typename T>
  void put(std::string_view name, const T& value) {
    if (name.empty()) return;
    if (name == model::names::kTraceId) has_trace_ = true;
    sink_.put(sink_.field(name), value);
  }

  /// Levels of nested objects to unpack.
  unsigned expand_depth() const { return expand_depth_; }

 private:
  model::EventSink& sink_;
  model::DatasetId dataset_;
  unsigned expand_depth_;
  bool has_trace_ = false;  ///< The event in hand has a trace id.
};

/// The name of an unpacked member: "outer.inner".
std::string nested_name(std::string_view outer, std::string_view inner);

/// A weight from a header, or from a member that came as text: rounded half up, 1 for what is no
/// positive number.
std::uint32_t parse_sample_rate(std::string_view text);
std::uint32_t to_sample_rate(double value);

/// A time that came as a number: digits as in `parse_event_time_ns`, or float seconds.
std::int64_t integer_time_ns(std::int64_t value, std::int64_t now_ns);
std::int64_t seconds_time_ns(double seconds, std::int64_t now_ns);

// The encodings' own halves of the functions in event_decoder.h; bodies are not empty.
Status decode_json_event(std::string_view body, const EventContext& context, model::EventSink& sink,
                         const EventLimits& limits);
Status decode_msgpack_event(std::string_view body, const EventContext& context,
                            model::EventSink& sink, const EventLimits& limits);
Result<BatchOutcome> decode_json_batch(std::string_view body, const EventContext& context,
                                       model::EventSink& sink, const EventLimits& limits);
Result<BatchOutcome> decode_msgpack_batch(std::string_view body, const EventContext& context,
                                          model::EventSink& sink, const EventLimits& limits);

}  // namespace tracery::honeycomb
