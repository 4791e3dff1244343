// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "protocols/cwlogs/put_decoder.h"

namespace tracery::cwlogs {

/// One event as a request names it.
struct LogEvent {
  std::int64_t time_ms = 0;
  std::string_view message;
};

/// Writes those of `events` (ascending) that are neither too old nor too new, and says in the
/// outcome which were not. Its group and stream are the outcome's.
void write_accepted(const std::vector<LogEvent>& events, const PutContext& context,
                    model::EventSink& sink, PutOutcome& outcome);

/// kInvalid, in AWS's words, when all of them together are too many or too large.
Status check_sizes(const std::vector<LogEvent>& events);

}  // namespace tracery::cwlogs
