// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "query/row_table.h"

namespace tracery::cwlogs {

/// A message with what varies from one to the next replaced: times, addresses, ids, numbers and
/// words with digits in them, each by a mark. A pure function, so that messages can be counted by
/// their template wherever they are.
std::string template_of(std::string_view message);

/// A template as people read it: marks become `<Time-1>`, `<Number-2>`, counted from the left.
std::string show_template(std::string_view text);

/// Makes patterns of templates: those of as many words, of which most are the same, become one with
/// the other words as `<Token>`. `rows`: templates and how many messages each stands for, both as
/// columns; `earlier` likewise, of the time to compare with, or null.
/// Gives @pattern, @ratio, @sampleCount, @severityLabel, and for `diff` @differenceSampleCount and
/// @differenceDescription; most frequent first.
query::RowTable make_patterns(const query::RowTable& rows, const query::RowTable* earlier);

inline constexpr std::string_view kPatternColumns[] = {"@pattern", "@ratio", "@sampleCount",
                                                       "@severityLabel"};
inline constexpr std::string_view kDifferenceColumns[] = {"@differenceSampleCount",
                                                          "@differenceDescription"};

}  // namespace tracery::cwlogs
