// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "protocols/cwlogs/filter_pattern.h"
#include "protocols/cwlogs/pattern_cursor.h"

namespace tracery::cwlogs {

/// Reads terms: `ERROR "a phrase" -excluded ?optional %regex%`.
Result<std::shared_ptr<const PatternMatcher>> parse_text_pattern(PatternCursor& cursor);

}  // namespace tracery::cwlogs
