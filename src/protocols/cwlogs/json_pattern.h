// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "protocols/cwlogs/filter_pattern.h"
#include "protocols/cwlogs/pattern_cursor.h"

namespace tracery::cwlogs {

/// Reads `{ ($.a.b[0] = "x*" && $.n >= 3) || $.c NOT EXISTS }`; the brace comes next.
Result<std::shared_ptr<const PatternMatcher>> parse_json_pattern(PatternCursor& cursor);

}  // namespace tracery::cwlogs
