// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace tracery::cwlogs {

/// What is looked for in a message, at most.
inline constexpr std::size_t kDiscoveredFieldsMax = 200;
inline constexpr std::size_t kDiscoveredDepthMax = 8;
inline constexpr std::size_t kDiscoveredBytesMax = 64 * 1024;

/// The first piece of a message that could be a JSON object: from a brace before a quote to the
/// brace that closes it. "" when there is none, or it is longer than kDiscoveredBytesMax.
std::string_view find_json(std::string_view message);

}  // namespace tracery::cwlogs
