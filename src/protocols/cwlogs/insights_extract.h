// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocols/cwlogs/insights_query.h"
#include "query/expression.h"

namespace tracery::cwlogs {

/// What `parse` takes out of a text: a field per name.
struct FieldExtractor {
  std::vector<std::string> names;
  query::Extractor function;
};

/// kInvalid when the pattern is no regular expression, or has not as many parts as there are names.
Result<FieldExtractor> make_extractor(const ParseCommand& parse);

/// What each `*` of a pattern stands for: as little as possible before the text that comes next,
/// the last one all the rest. False without a match.
bool match_glob(std::string_view pattern, std::string_view text,
                std::vector<std::string_view>& captures);

}  // namespace tracery::cwlogs
