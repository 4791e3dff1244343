// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "protocols/xray/filter_expression.h"
#include "query/trace_match.h"

namespace tracery::xray {

/// rootcause.<kind>.<step> { … } as a condition; the parser has seen to its being sound.
query::TraceCondition compile_root_cause(const FilterExpression& expression);

/// rootcause.json = #[ … ]: each element is a root cause of a summary, of which members may be
/// missing. kInvalid when it is no JSON of that shape.
Result<query::TraceCondition> compile_root_cause_json(const FilterExpression& expression);

}  // namespace tracery::xray
