// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracery::cwlogs {

/// What an `@ptr` names: one log event, by what never changes about it.
struct LogPointer {
  std::string group;
  std::int64_t time_ns = 0;
  std::int64_t sequence = 0;  ///< names::kSequence; 0 for logs that came by OTLP.
  bool operator==(const LogPointer&) const = default;
};

/// Base64url of the fields and a checksum.
std::string encode_pointer(std::string_view group, std::int64_t time_ns, std::int64_t sequence);
/// Nothing for what was not made by `encode_pointer`.
std::optional<LogPointer> decode_pointer(std::string_view text);

}  // namespace tracery::cwlogs
