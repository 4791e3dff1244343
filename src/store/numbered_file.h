// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracery::store {

/// `prefix`, then the number as 16 hex digits, then `suffix`: names sort as their numbers do.
std::string numbered_file_name(std::string_view prefix, std::uint64_t number,
                               std::string_view suffix = {});

/// The number in such a name; nothing when the name is any other.
std::optional<std::uint64_t> parse_numbered_file_name(std::string_view name,
                                                      std::string_view prefix,
                                                      std::string_view suffix = {});

}  // namespace tracery::store
