// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/value.h"

namespace tracery::query {

struct HeatmapBucket {
  double min = 0;
  double max = 0;  ///< Half open, but for the last bucket of a result.
  double count = 0;
};
/// Buckets with a count, ascending. All points of one calculation share the same bucket grid.
using Heatmap = std::vector<HeatmapBucket>;

/// A calculation's value: monostate when there was nothing to calculate from. COUNT is an int64
/// when weights are whole, as are COUNT_DISTINCT and MIN/MAX/SUM over ints; the rest are doubles.
/// Over the whole range CONCURRENCY is its average and a RATE_* the mean of its differences.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string, bool, Heatmap>;

struct ResultRow {
  std::vector<model::Value> group;  ///< One per breakdown; monostate where the column is absent.
  std::vector<Cell> cells;          ///< One per result column; HEATMAP cells are empty here.
};

struct SeriesPoint {
  std::int64_t time_ns = 0;  ///< Start of the bucket.
  ResultRow row;
};

struct QueryStats {
  std::uint64_t rows_total = 0;  ///< Rows of the row groups that could not be ruled out.
  std::uint64_t rows_scanned = 0;
  std::uint64_t rows_matched = 0;  ///< Rows that passed the query's filters.
  std::uint64_t groups_total = 0;  ///< Row groups that could not be ruled out.
  std::uint64_t groups_scanned = 0;
  std::uint64_t groups_pruned = 0;
  std::int64_t elapsed_ns = 0;
};

struct QueryResult {
  std::vector<ResultRow> rows;      ///< Ordered, cut to the limit.
  std::vector<SeriesPoint> series;  ///< Of those rows, by time then in row order; no empty buckets.
  std::optional<ResultRow> total;   ///< Over all groups.
  std::vector<SeriesPoint> total_series;
  std::optional<ResultRow> other;  ///< Over the groups cut off by the limit; none when none were.
  std::uint64_t row_count = 0;     ///< Groups before the limit, after havings.
  std::int64_t granularity_ns = 0;
  std::int64_t from_ns = 0, to_ns = 0;
  QueryStats stats;
  /// The same groups Spec::compare_offset_ns earlier; null when that was 0. Its rows are parallel
  /// to `rows`: one without cells had no events then. Its buckets are these, shifted: `series` and
  /// `total_series` lie at the earlier times. No other, no heatmaps; the stats are in `stats`.
  std::shared_ptr<const QueryResult> comparison;
};

}  // namespace tracery::query
