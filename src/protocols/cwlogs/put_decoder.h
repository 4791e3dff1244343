// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/event_sink.h"

namespace tracery::cwlogs {

/// Limits of PutLogEvents. Source: CloudWatch Logs API reference and quotas.
inline constexpr std::size_t kEventsPerPutMax = 10'000;
inline constexpr std::size_t kPutBytesMax = 1'048'576;
inline constexpr std::size_t kEventOverheadBytes = 26;

/// What decoding depends on besides the body; stands in the log with the request.
struct PutContext {
  std::int64_t now_ns = 0;
  /// names::kSequence of the first event; the caller keeps kEventsPerPutMax numbers free from it
  /// on.
  std::int64_t sequence = 0;
  std::int64_t retention_days = 0;  ///< 0: kept for ever.
  std::string stream;               ///< Of requests that do not name it themselves.

  std::string text() const;
  static Result<PutContext> parse(std::string_view text, std::int64_t now_ns);
};

/// What became of a request. The three indexes are those of rejectedLogEventsInfo.
struct PutOutcome {
  std::string group, stream;
  std::size_t accepted = 0;
  std::size_t rejected = 0;
  std::optional<std::size_t> too_new_start;  ///< Inclusive.
  std::optional<std::size_t> too_old_end;    ///< Exclusive.
  std::optional<std::size_t> expired_end;    ///< Exclusive.
  std::int64_t first_time_ns = 0;            ///< Of the accepted ones.
  std::int64_t last_time_ns = 0;
  std::int64_t last_sequence = 0;
  std::int64_t bytes = 0;  ///< As names::kBatchBytes.
};

/// Who a PutLogEvents request is for.
struct PutTarget {
  std::string group, stream;
};

/// Reads only that. kMalformed when the body is no JSON object with both.
Result<PutTarget> read_put_target(std::string_view body);

/// Decodes the body of PutLogEvents. kMalformed for what is no such document (AWS's
/// SerializationException), kInvalid with AWS's text for what breaks a rule.
Result<PutOutcome> decode_put(std::string_view body, const PutContext& context,
                              model::EventSink& sink);

/// {"nextSequenceToken":"…","rejectedLogEventsInfo":{…}}
std::string encode_put_response(const PutOutcome& outcome);

}  // namespace tracery::cwlogs
