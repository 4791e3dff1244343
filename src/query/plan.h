// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/trace_id.h"
#include "query/accumulator.h"
#include "query/dense_index.h"
#include "query/row_filter.h"
#include "query/spec.h"
#include "query/time_buckets.h"

namespace tracery::query {

/// Something to gather in every slot.
struct Measure {
  MeasureKind kind = MeasureKind::kCount;
  std::optional<std::size_t> column;
  std::optional<std::size_t> filter;  ///< Index into Plan::measure_filters.
  bool is_skipped = false;            ///< Nobody asks for it in this pass.
};

/// Slots are numbered in 32 bits.
inline constexpr std::size_t kSlotsMax = std::size_t{1} << 31;

/// A Spec in the form of the scan: names numbered, calculations that read the same state merged.
struct Plan {
  std::vector<std::string> columns;
  FilterPlan filter;
  std::vector<FilterPlan> measure_filters;
  std::vector<std::size_t> breakdowns;  ///< Indexes into `columns`.
  std::vector<Measure> measures;
  std::vector<std::size_t> measure_of;  ///< By calculation.
  std::size_t occupancy = 0;            ///< The measure that counts the query's rows.
  std::int64_t from_ns = 0, to_ns = 0;
  TimeBuckets buckets = TimeBuckets::whole(0, 0);
  bool weighted = true;
  /// Set when some measure needs spans that began before the range: the column of durations.
  std::optional<std::size_t> duration_column;
  /// Set when only rows of this trace can match.
  std::optional<model::TraceId> trace;
  /// Set for a pass over chosen groups: their keys. All others share the group after the last.
  std::optional<DenseIndex<Hash128>> kept;

  /// More slots than this are refused.
  std::size_t slots_max = kSlotsMax;

  std::size_t add_column(const std::string& name);
  FilterPlan make_filter(const FilterSet& set);
};

/// The plan of one pass with these buckets. `for_series`: of a pass that heatmaps are drawn from.
Plan make_plan(const Spec& spec, const TimeBuckets& buckets, bool for_series);

/// The trace that a conjunction of filters confines rows to.
std::optional<model::TraceId> trace_of(const FilterSet& set);

bool is_rate(Op op);

}  // namespace tracery::query
