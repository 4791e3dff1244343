// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/event_batch.h"

#include <algorithm>
#include <string>

#include "base/time.h"
#include "protocols/cwlogs/log_writer.h"

namespace tracery::cwlogs {
namespace {

constexpr std::int64_t kMsPerDay = 86'400'000;
constexpr std::int64_t kOldestDays = 14;
constexpr std::int64_t kNewestMs = 2 * 3'600'000;

std::size_t count_before(const std::vector<LogEvent>& events, std::int64_t time_ms) {
  const auto end = std::lower_bound(
      events.begin(), events.end(), time_ms,
      [](const LogEvent& event, std::int64_t time) { return event.time_ms < time; });
  return static_cast<std::size_t>(end - events.begin());
}

}  // namespace

Status check_sizes(const std::vector<LogEvent>& events) {
  std::size_t bytes = 0;
  for (const LogEvent& event : events) {
    if (event.message.size() > kPutBytesMax) {
      return Error{ErrorCode::kInvalid,
                   "Log event too large: " + std::to_string(event.message.size()) +
                       " bytes exceeds limit of 1048576"};
    }
    bytes += event.message.size() + kEventOverheadBytes;
  }
  if (bytes > kPutBytesMax) {
    return Error{ErrorCode::kInvalid,
                 "Upload too large: " + std::to_string(bytes) + " bytes exceeds limit of 1048576"};
  }
  return {};
}

void write_accepted(const std::vector<LogEvent>& events, const PutContext& context,
                    model::EventSink& sink, PutOutcome& outcome) {
  const std::int64_t now_ms = context.now_ns / kNsPerMs;
  const std::size_t old_end = count_before(events, now_ms - kOldestDays * kMsPerDay);
  std::size_t expired_end = 0;
  if (context.retention_days > 0) {
    expired_end = count_before(events, now_ms - context.retention_days * kMsPerDay);
  }
  const std::size_t first = std::max(old_end, expired_end);
  const std::size_t end = count_before(events, now_ms + kNewestMs + 1);
  if (old_end > 0) outcome.too_old_end = old_end;
  if (expired_end > 0) outcome.expired_end = expired_end;
  if (end < events.size()) outcome.too_new_start = end;
  outcome.rejected = events.size();
  if (first >= end) return;
  outcome.accepted = end - first;
  outcome.rejected -= outcome.accepted;
  for (std::size_t i = first; i < end; ++i) {
    outcome.bytes += static_cast<std::int64_t>(events[i].message.size() + kEventOverheadBytes);
  }
  LogWriter writer(sink, outcome.group, outcome.stream, context.sequence, outcome.bytes);
  for (std::size_t i = first; i < end; ++i) {
    writer.write(events[i].time_ms * kNsPerMs, events[i].message);
  }
  outcome.first_time_ns = events[first].time_ms * kNsPerMs;
  outcome.last_time_ns = events[end - 1].time_ms * kNsPerMs;
  outcome.last_sequence = context.sequence + static_cast<std::int64_t>(outcome.accepted) - 1;
}

}  // namespace tracery::cwlogs
