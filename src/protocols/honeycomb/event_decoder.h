// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event_sink.h"

namespace tracery::honeycomb {

enum class Format : std::uint8_t { kJson, kMsgpack };

/// What a decoder needs to know besides the body; written to the log with it.
struct EventContext {
  /// The dataset's name, percent-decoded.
  std::string_view dataset;
  /// Header X-Honeycomb-Event-Time; empty when absent. Not used by batches.
  std::string_view event_time;
  /// Header X-Honeycomb-Samplerate; empty when absent. Not used by batches.
  std::string_view samplerate;
  /// When the request came; the time of events that carry none.
  std::int64_t now_ns = 0;
  /// Setting of the dataset, 0 to 10: levels of nested objects unpacked with '.'; deeper ones, and
  /// arrays, stay JSON text.
  unsigned expand_json_depth = 0;
};

/// Honeycomb's documented limits (Events API, "Limits").
struct EventLimits {
  std::size_t event_bytes_max = 1'000'000;
  std::size_t fields_max = 2'000;
  std::size_t events_max = 100'000;
};

/// Decodes the body of `POST /1/events/{dataset}`: one object. Errors carry the vendor's texts:
/// kMalformed, kTooLarge (too many bytes), kInvalid (no or too many fields).
Status decode_event(std::string_view body, Format format, const EventContext& context,
                    model::EventSink& sink, const EventLimits& limits = {});

/// What became of one entry of a batch.
struct EntryOutcome {
  int status = 202;
  std::string error;  ///< Empty when taken.
};

struct BatchOutcome {
  std::vector<EntryOutcome> entries;  ///< In the order of the request.
  std::size_t accepted = 0;
};

/// Decodes the body of `POST /1/batch/{dataset}`: an array of
/// `{"data":{…},"time":…,"samplerate":n}`. A bad entry fails only itself; kMalformed when the body
/// is no array. Source: Honeycomb API reference, "Create Events"; entry texts as refinery's.
Result<BatchOutcome> decode_batch(std::string_view body, Format format, const EventContext& context,
                                  model::EventSink& sink, const EventLimits& limits = {});

/// The answer to a batch: `[{"status":202},{"status":400,"error":"…","err":"…"}]`. Both spellings,
/// since libhoney-js reads the second.
std::string encode_batch_response(const BatchOutcome& outcome, Format format);

/// Reads a time as events carry it: RFC 3339; digits, where the first ten are seconds and the rest
/// the fraction; float seconds. `now_ns` for anything else.
std::int64_t parse_event_time_ns(std::string_view text, std::int64_t now_ns);

}  // namespace tracery::honeycomb
