// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "protocols/cwlogs/filter_pattern.h"
#include "protocols/cwlogs/pattern_cursor.h"

namespace tracery::cwlogs {

/// Splits a message at blanks; `"…"` and `[…]` are one field each, without what encloses them.
std::vector<std::string_view> split_fields(std::string_view message);

/// Reads `[ip, user, ..., status = 4* || status = 5*, bytes > 1000]`; the bracket comes next.
Result<std::shared_ptr<const PatternMatcher>> parse_fields_pattern(PatternCursor& cursor);

}  // namespace tracery::cwlogs
