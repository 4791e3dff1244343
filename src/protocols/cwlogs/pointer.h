// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracery::cwlogs {

/// Names one log event for good: nothing in it changes when the store rewrites its files.
struct LogPointer {
  std::string group, stream;
  std::int64_t time_ns = 0;
  std::int64_t sequence = 0;  ///< 0 for log records that came by OTLP.

  bool operator==(const LogPointer&) const = default;
};

/// What GetLogRecord takes and `@ptr` shows: URL-safe base64 with a checksum inside.
std::string encode_pointer(const LogPointer& pointer);
std::optional<LogPointer> parse_pointer(std::string_view text);

/// FilterLogEvents' eventId: 56 digits that ascend with time and sequence. `message` tells records
/// without a sequence apart.
std::string event_id(const LogPointer& pointer, std::string_view message);

}  // namespace tracery::cwlogs
