// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "query/datum.h"

namespace tracery::cwlogs {

/// A function or operator of Logs Insights that needs its arguments' values alone. What is missing
/// is null; unless said otherwise in docs/wire/cwlogs-insights.md, so is the result.
struct ScalarSpec {
  using Body = query::Datum (*)(const query::Datum* arguments, std::size_t count,
                                query::TextArena& texts);
  std::string_view name;  ///< In lower case.
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  Body body = nullptr;
};

inline constexpr std::size_t kArgumentsMax = 100;

/// Null when there is no such function.
const ScalarSpec* find_scalar(std::string_view lower_case_name);

}  // namespace tracery::cwlogs
