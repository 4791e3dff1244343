// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocols/xray/filter_expression.h"
#include "query/trace_match.h"

namespace tracery::xray {

/// The filter expression of a group by `member` "name" or "arn"; nothing when there is no such
/// group. The group of everything has the expression "".
using FindGroup =
    std::function<std::optional<std::string>(std::string_view member, std::string_view value)>;

/// Turns an expression into a condition that the engine decides by columns, under `span_rules()`.
/// `find_group` empty: no groups are known. kInvalid: an unknown group, groups that go in circles,
/// or root causes that are no JSON.
Result<query::TraceCondition> compile_filter(const FilterExpression& expression,
                                             const FindGroup& find_group);

/// Parses and compiles; nothing when every trace meets it.
Result<std::optional<query::TraceCondition>> read_filter(std::string_view text,
                                                         const FindGroup& find_group);

}  // namespace tracery::xray
