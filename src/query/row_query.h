// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "query/predicate.h"
#include "query/row_collector.h"
#include "query/run.h"

namespace tracery::query {

/// Which events are read. Half open, ns since the Unix epoch.
struct RowScan {
  std::vector<std::string> datasets;  ///< Empty means all.
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  /// Must hold of every event, besides the step's filters; what rules out whole row groups.
  std::vector<Predicate> required;
};

/// Leaves out rows, or makes several of one.
struct RowAction {
  Expression expression;  ///< What must be true; or a list, of which each element is a row.
  ListReader elements;    ///< Null for a condition.
  std::size_t slot = 0;   ///< Of the element.
};

/// Rows in, rows out: actions in their order, then a collector.
struct RowStep {
  RowProgram program;
  std::vector<RowAction> actions;
  RowEnd end;
  /// Makes something else of the step's rows; `earlier` are those of the range to compare with,
  /// null when there is none.
  std::function<RowTable(RowTable rows, const RowTable* earlier)> transform;
};

struct RowPrelude;

/// Questions that go from step to step: the first reads events, the others the rows of the one
/// before (slots of kGiven).
struct RowQuery {
  RowScan scan;
  std::vector<RowStep> steps;  ///< At least one.
  /// The first step runs over this range as well, for its transform.
  std::optional<std::pair<std::int64_t, std::int64_t>> earlier;
  /// Answered first, one after another.
  std::vector<RowPrelude> preludes;
};

/// A question inside another: its rows are handed over before any row of the other is read.
struct RowPrelude {
  RowQuery query;
  std::function<Status(RowTable rows)> take;
};

struct RowStats {
  QueryStats scan;
  std::uint64_t rows_in_scope = 0;  ///< Rows of the datasets in the range that were looked at.
  std::uint64_t bytes_read = 0;     ///< Of columns, in memory, and of the texts behind them.
};

/// Runs the first step in parallel, the others on this thread. Newest-first questions stop once no
/// older row can count. kCancelled, kTooLarge (memory), or what reading a source gives.
Result<RowTable> run(const store::Snapshot& snapshot, const RowQuery& query,
                     const RunOptions& options, RowStats* stats);

}  // namespace tracery::query
