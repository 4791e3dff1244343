// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "protocols/cwlogs/insights_query.h"
#include "protocols/cwlogs/insights_scope.h"
#include "query/row_query.h"

namespace tracery::cwlogs {

/// A query as the engine runs it, and what its table's columns are called.
struct CompiledInsights {
  query::RowQuery query;
  std::vector<std::string> columns;
  /// Rows are log events; the last column is `@ptr`.
  bool rows_are_events = false;
};

/// kInvalid with the message that `*problem` has too, with its place. The query and the context
/// need not outlive the call.
Result<CompiledInsights> compile_insights(const InsightsQuery& query,
                                          const InsightsContext& context, QueryProblem* problem);

}  // namespace tracery::cwlogs
