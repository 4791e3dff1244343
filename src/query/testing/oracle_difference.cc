// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "query/testing/oracle.h"
#include "query/testing/oracle_values.h"

namespace tracery::query {
namespace {

constexpr std::size_t kExactValues = 1024;

std::string show(const Cell& cell) {
  std::ostringstream out;
  out.precision(17);
  if (cell.index() == 0) out << "nothing";
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) out << "int " << *integer;
  if (const auto* number = std::get_if<double>(&cell)) out << "double " << *number;
  if (const auto* heatmap = std::get_if<Heatmap>(&cell)) {
    out << "heatmap";
    for (const HeatmapBucket& one : *heatmap) {
      out << " [" << one.min << "," << one.max << "):" << one.count;
    }
  }
  return out.str();
}

std::string show(const std::vector<model::Value>& group) {
  std::string text;
  for (const model::Value& value : group) {
    text += "(" + std::to_string(value.index()) + " " + oracle::text_of(value) + ")";
  }
  return text;
}

bool is_near(double a, double b, double relative) {
  return a == b || std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

/// Each bucket counts exactly the values that lie in it, and all of them lie in one.
bool is_same_heatmap(const Heatmap& values, const Heatmap& buckets) {
  double placed = 0, total = 0;
  for (const HeatmapBucket& value : values) total += value.count;
  for (const HeatmapBucket& bucket : buckets) {
    double expected = 0;
    for (const HeatmapBucket& value : values) {
      const double x = value.min;
      const bool inside = bucket.min < 0 ? x > bucket.min && x <= bucket.max
                                         : (x >= bucket.min && x < bucket.max) ||
                                               (x == 0 && bucket.min == 0 && bucket.max == 0);
      if (inside) expected += value.count;
    }
    if (expected != bucket.count) return false;
    placed += bucket.count;
  }
  return placed == total;
}

class Comparison {
 public:
  Comparison(const Spec& spec, std::size_t events)
      : columns_(result_columns(spec)), events_(events) {}

  std::string rows(const std::string& where, const ResultRow& oracle,
                   const ResultRow& engine) const {
    if (show(oracle.group) != show(engine.group)) {
      return where + ": group " + show(engine.group) + " instead of " + show(oracle.group);
    }
    if (oracle.cells.size() != engine.cells.size()) return where + ": number of cells";
    for (std::size_t i = 0; i < oracle.cells.size(); ++i) {
      const bool estimated = is_percentile(i) && events_ > kExactValues;
      if (is_same(estimated, oracle.cells[i], engine.cells[i])) continue;
      return where + " " + show(oracle.group) + ": " + columns_[i].key + " is " +
             show(engine.cells[i]) + " instead of " + show(oracle.cells[i]);
    }
    return "";
  }

  std::string optional_rows(const std::string& where, const std::optional<ResultRow>& oracle,
                            const std::optional<ResultRow>& engine) const {
    if (oracle.has_value() != engine.has_value()) return where + " is there or not";
    return oracle ? rows(where, *oracle, *engine) : "";
  }

  std::string all_series(const std::string& where, const std::vector<SeriesPoint>& oracle,
                         const std::vector<SeriesPoint>& engine) const {
    for (std::size_t i = 0; i < std::min(oracle.size(), engine.size()); ++i) {
      const std::string at = where + " point " + std::to_string(i);
      if (oracle[i].time_ns != engine[i].time_ns) {
        return at + ": time " + std::to_string(engine[i].time_ns) + " instead of " +
               std::to_string(oracle[i].time_ns);
      }
      const std::string found = rows(at, oracle[i].row, engine[i].row);
      if (!found.empty()) return found;
    }
    return oracle.size() == engine.size() ? "" : where + ": number of points";
  }

 private:
  bool is_percentile(std::size_t column) const {
    const auto op = parse_op(columns_[column].op);
    return op && percentile_of(*op);
  }

  static bool is_same(bool estimated, const Cell& oracle, const Cell& engine) {
    if (oracle.index() != engine.index()) return false;
    if (oracle.index() == 0) return true;
    if (const auto* heatmap = std::get_if<Heatmap>(&oracle)) {
      return is_same_heatmap(*heatmap, std::get<Heatmap>(engine));
    }
    const auto* number = std::get_if<double>(&oracle);
    if (number == nullptr) return std::get<std::int64_t>(oracle) == std::get<std::int64_t>(engine);
    return is_near(*number, std::get<double>(engine), estimated ? 0.004 : 1e-9);
  }

  std::vector<ResultColumn> columns_;
  std::size_t events_;
};

/// The points of a heatmap share one grid of at most 50 buckets.
std::string check_grids(const Spec& spec, const QueryResult& result) {
  for (std::size_t i = 0; i < result_columns(spec).size(); ++i) {
    std::set<std::pair<double, double>> grid;
    for (const auto* series : {&result.series, &result.total_series}) {
      for (const SeriesPoint& point : *series) {
        const auto* heatmap = std::get_if<Heatmap>(&point.row.cells[i]);
        if (heatmap == nullptr) continue;
        for (const HeatmapBucket& one : *heatmap) grid.emplace(one.min, one.max);
      }
    }
    if (grid.size() > 50) return "heatmap has too many buckets";
    double end = -INFINITY;
    for (const auto& [min, max] : grid) {
      if (min < end) return "heatmap buckets overlap";
      end = max;
    }
  }
  return "";
}

/// What differs in the members that a result and its comparison share.
std::string common_difference(const Comparison& comparison, const QueryResult& oracle,
                              const QueryResult& engine) {
  for (std::size_t i = 0; i < std::min(oracle.rows.size(), engine.rows.size()); ++i) {
    const std::string found =
        comparison.rows("row " + std::to_string(i), oracle.rows[i], engine.rows[i]);
    if (!found.empty()) return found;
  }
  if (oracle.rows.size() != engine.rows.size()) return "number of rows";
  for (const std::string& found :
       {comparison.optional_rows("total", oracle.total, engine.total),
        comparison.all_series("series", oracle.series, engine.series),
        comparison.all_series("total series", oracle.total_series, engine.total_series)}) {
    if (!found.empty()) return found;
  }
  return "";
}

}  // namespace

std::string difference(const Spec& spec, const QueryResult& oracle, const QueryResult& engine,
                       std::size_t events) {
  const Comparison comparison(spec, events);
  const std::string found = common_difference(comparison, oracle, engine);
  if (!found.empty()) return found;
  if (oracle.row_count != engine.row_count) return "row_count";
  const std::string other = comparison.optional_rows("other", oracle.other, engine.other);
  if (!other.empty()) return other;
  if ((oracle.comparison == nullptr) != (engine.comparison == nullptr)) return "comparison";
  if (oracle.comparison != nullptr) {
    const std::string earlier =
        common_difference(comparison, *oracle.comparison, *engine.comparison);
    if (!earlier.empty()) return "comparison: " + earlier;
  }
  return check_grids(spec, engine);
}

}  // namespace tracery::query
