// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tracery::cwlogs {

/// True when the whole text is `pattern`, in which each `*` stands for any text, also none.
bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace tracery::cwlogs
