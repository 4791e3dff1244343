// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tracery::rollbar {

enum class Quoted : bool { kKept, kMasked };

/// The first line of a message (at most 1,024 bytes) with what differs from one occurrence to the
/// next replaced by its kind: <uuid> <date> <url> <email> <ip> <hex> <n>; on request <text> for
/// what stands in quotes, which may be anybody's name or words.
std::string message_pattern(std::string_view message, Quoted quoted = Quoted::kKept);

/// The same of the first five lines that are not blank, one a line: for crash reports.
std::string report_pattern(std::string_view text);

}  // namespace tracery::rollbar
