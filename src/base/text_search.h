// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace tracery {

/// As text.find(needle), for texts of a log line's size: 32 places at a time.
std::size_t find_text(std::string_view text, std::string_view needle);

inline bool contains_text(std::string_view text, std::string_view needle) {
  return find_text(text, needle) != std::string_view::npos;
}

}  // namespace tracery
