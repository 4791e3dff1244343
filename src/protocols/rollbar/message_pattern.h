// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tracery::rollbar {

/// The first line of a message (at most 1,024 bytes) with what differs from one occurrence to the
/// next replaced by its kind: <uuid> <date> <url> <email> <ip> <hex> <n>.
std::string message_pattern(std::string_view message);

/// The same of the first five lines that are not blank, one a line: for crash reports.
std::string report_pattern(std::string_view text);

}  // namespace tracery::rollbar
