// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "query/row_table.h"

namespace tracery::cwlogs {

/// A message with what varies from one to the next replaced: times, addresses, ids, numbers and
/// words with digits in them, each by a mark. A pure function, so that messages can be counted by
/// their template wherever they are.
std::string template_of(std::string_view message);

/// A template as people read it: marks become `<Time-1>`, `<Number-2>`, counted from the left.
std::string show_template(std::string_view text);

/// What is told of patterns besides themselves, against the time before.
enum class PatternDetail : std::uint8_t {
  kNone,
  kDifference,  ///< `diff`: @differenceSampleCount, @differenceDescription.
  kAnomaly,     ///< `anomaly`: @anomalyType, @anomalyScore.
};

/// @pattern, @ratio, @sampleCount, @severityLabel and those of the detail.
std::vector<std::string> pattern_columns(PatternDetail detail);

/// Makes patterns of templates: those of as many words, of which most are the same, become one with
/// the other words as `<Token>`. `rows`: templates and how many messages each stands for, both as
/// columns; `earlier` likewise, of the time to compare with, or null.
///
/// Most frequent first, but for anomalies: these come with their score. It is how many standard
/// deviations of a Poisson process the count is from that of the time before, and the type says
/// "New pattern" when there was none then, "Pattern frequency" when the score is 3 or more away
/// from zero. Nothing is one when the time before is empty.
query::RowTable make_patterns(const query::RowTable& rows, const query::RowTable* earlier,
                              PatternDetail detail);

}  // namespace tracery::cwlogs
