// SPDX-License-Identifier: Apache-2.0
#include "query/finish.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <optional>

#include "query/canonical.h"
#include "query/heatmap_grid.h"
#include "query/slot_view.h"

namespace tracery::query {
namespace {

int compare_number(const Cell& cell, double value) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    return compare_exactly(*integer, value);
  }
  const double number = std::get<double>(cell);
  return number < value ? -1 : (number > value ? 1 : 0);
}

bool passes(const Having& having, const Cell& cell) {
  if (!number_of(cell) || having.value != having.value) return false;
  const int order = compare_number(cell, having.value);
  switch (having.op) {
    case FilterOp::kEqual: return order == 0;
    case FilterOp::kNotEqual: return order != 0;
    case FilterOp::kGreater: return order > 0;
    case FilterOp::kGreaterEqual: return order >= 0;
    case FilterOp::kLess: return order < 0;
    case FilterOp::kLessEqual: return order <= 0;
    default: return false;
  }
}

/// Order of numbers in cells.
int compare_cells(const Cell& a, const Cell& b) {
  const auto* a_int = std::get_if<std::int64_t>(&a);
  const auto* b_int = std::get_if<std::int64_t>(&b);
  if (a_int != nullptr && b_int != nullptr) return *a_int < *b_int ? -1 : (*a_int > *b_int ? 1 : 0);
  if (b_int == nullptr) return compare_number(a, std::get<double>(b));
  return -compare_number(b, std::get<double>(a));
}

/// Orders groups: by the spec's orders, then by their values. Cells without a value come last.
class GroupOrder {
 public:
  explicit GroupOrder(const Pass& pass) : pass_(pass), orders_(pass.spec.orders) {
    if (!orders_.empty()) return;
    // Without orders the biggest groups are the ones worth keeping.
    const std::size_t calculations = pass.spec.calculations.size();
    std::size_t first = pass.spec.formulas.empty() ? 0 : calculations;
    while (first < calculations && pass.spec.calculations[first].op == Op::kHeatmap) ++first;
    const bool is_there = first < calculations || !pass.spec.formulas.empty();
    if (is_there) orders_.push_back({"", first, true});
  }

  /// Computes what the comparison of these groups needs.
  void prepare(const std::vector<std::uint32_t>& groups) {
    cells_.resize(orders_.size());
    for (std::size_t i = 0; i < orders_.size(); ++i) {
      if (!orders_[i].calculation) continue;
      cells_[i].resize(pass_.gathered.group_slots);
      for (const std::uint32_t group : groups) {
        cells_[i][group] = view_of_group(pass_, group).summary(*orders_[i].calculation);
      }
    }
    const std::size_t breakdowns = pass_.spec.breakdowns.size();
    numbers_.resize(pass_.gathered.group_slots * breakdowns);
    for (const std::uint32_t group : groups) {
      pass_.gathered.groups.value_numbers(group, numbers_.data() + group * breakdowns);
    }
  }

  bool operator()(std::uint32_t a, std::uint32_t b) const {
    for (std::size_t i = 0; i < orders_.size(); ++i) {
      const int order = orders_[i].calculation ? compare_calculation(i, a, b)
                                               : compare_breakdown(orders_[i], a, b);
      if (order != 0) return order < 0;
    }
    for (std::size_t i = 0; i < pass_.spec.breakdowns.size(); ++i) {
      const int order = compare_values(value(i, a), value(i, b));
      if (order != 0) return order < 0;
    }
    return false;
  }

 private:
  int compare_calculation(std::size_t i, std::uint32_t a, std::uint32_t b) const {
    const Cell& left = cells_[i][a];
    const Cell& right = cells_[i][b];
    const bool left_empty = left.index() == 0;
    const bool right_empty = right.index() == 0;
    if (left_empty || right_empty) return int{left_empty} - int{right_empty};
    const int order = compare_cells(left, right);
    return orders_[i].descending ? -order : order;
  }

  int compare_breakdown(const Order& order, std::uint32_t a, std::uint32_t b) const {
    const auto& breakdowns = pass_.spec.breakdowns;
    const auto found = std::find(breakdowns.begin(), breakdowns.end(), order.column);
    const auto i = static_cast<std::size_t>(found - breakdowns.begin());
    const int result = compare_values(value(i, a), value(i, b));
    return order.descending ? -result : result;
  }

  const model::Value& value(std::size_t breakdown, std::uint32_t group) const {
    const std::uint32_t number = numbers_[group * pass_.spec.breakdowns.size() + breakdown];
    return pass_.gathered.groups.table(breakdown).value(number);
  }

  const Pass& pass_;
  std::vector<Order> orders_;
  std::vector<std::vector<Cell>> cells_;  ///< By order, then group.
  std::vector<std::uint32_t> numbers_;    ///< By group, then breakdown.
};

bool passes_all(const Pass& pass, std::uint32_t group) {
  const SlotView view = view_of_group(pass, group);
  return std::all_of(pass.spec.havings.begin(), pass.spec.havings.end(), [&](const Having& having) {
    return passes(having, view.summary(having.calculation));
  });
}

ResultRow row_of(const Pass& pass, const Accumulators& folded) {
  return {{}, SlotView{&pass, &folded, 0}.summaries()};
}

ResultRow fold_row(const Pass& pass, const std::vector<std::uint32_t>& groups) {
  return row_of(pass, fold_groups(pass, groups));
}

/// Total and other, as far as the spec wants them.
void finish_folded_rows(const Pass& pass, const ChosenGroups& chosen, QueryResult* result) {
  const std::vector<std::uint32_t> all = all_groups(pass.gathered);
  const bool totals = pass.spec.totals;
  if (pass.spec.other && !chosen.cut.empty()) {
    Accumulators folded = fold_groups(pass, chosen.cut);
    result->other = row_of(pass, folded);
    if (totals && result->row_count == all.size()) {
      // Without havings the total is what other holds, and the rows: thousands of groups are
      // folded once, not twice.
      fold_more(pass, chosen.rows, &folded);
      result->total = row_of(pass, folded);
      return;
    }
  }
  if (totals) result->total = fold_row(pass, all);
}

/// Every group that there are slots for; in a pass over chosen groups also that of all others.
std::vector<std::uint32_t> all_slots(const Gathered& gathered) {
  std::vector<std::uint32_t> groups(gathered.group_slots);
  std::iota(groups.begin(), groups.end(), 0U);
  return groups;
}

using Grids = std::map<std::size_t, HeatmapGrid>;

/// A grid for each measure that heatmaps are drawn from.
Grids make_grids(const Pass& pass, const Accumulators& total) {
  Grids grids;
  for (std::size_t i = 0; i < pass.plan.measures.size(); ++i) {
    if (pass.plan.measures[i].kind != MeasureKind::kHistogram) continue;
    ValueHistogram all;
    std::size_t bytes = 0;
    for (std::size_t bucket = 0; bucket < pass.gathered.buckets; ++bucket) {
      all.merge(histogram_of(*total[i], bucket), &bytes);
    }
    grids.emplace(i, HeatmapGrid(all));
  }
  return grids;
}

/// A point's cells; `last` holds the latest value of each RATE_*'s base, and is kept up to date.
std::vector<Cell> point_cells(const SlotView& view, const Grids& grids, std::size_t bucket,
                              std::vector<std::optional<double>>& last) {
  const Spec& spec = view.pass->spec;
  std::vector<Cell> cells(spec.calculations.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t measure = view.pass->plan.measure_of[i];
    if (spec.calculations[i].op == Op::kHeatmap) {
      Heatmap buckets =
          grids.at(measure).cut(histogram_of(*(*view.measures)[measure], view.first_slot + bucket));
      if (!buckets.empty()) cells[i] = std::move(buckets);
      continue;
    }
    cells[i] = view.in_bucket(i, bucket);
    if (!is_rate(spec.calculations[i].op)) continue;
    const auto value = number_of(cells[i]);
    cells[i] = value && last[i] ? Cell(*value - *last[i]) : Cell();
    if (value) last[i] = value;
  }
  return result_cells(spec, std::move(cells));
}

void add_points(const SlotView& view, const Grids& grids, const std::vector<model::Value>& group,
                std::vector<SeriesPoint>* series) {
  std::vector<std::optional<double>> last(view.pass->spec.calculations.size());
  for (std::size_t bucket = 0; bucket < view.buckets(); ++bucket) {
    if (!view.occurs(bucket)) continue;
    const std::int64_t time_ns =
        view.pass->plan.buckets.start_ns(static_cast<std::int64_t>(bucket));
    series->push_back({time_ns, {group, point_cells(view, grids, bucket, last)}});
  }
}

}  // namespace

ChosenGroups choose_groups(const Pass& pass) {
  ChosenGroups chosen;
  std::vector<std::uint32_t> groups = all_groups(pass.gathered);
  std::erase_if(groups, [&](std::uint32_t group) { return !passes_all(pass, group); });
  GroupOrder order(pass);
  order.prepare(groups);
  const std::size_t kept = std::min(pass.spec.limit, groups.size());
  const auto middle = groups.begin() + static_cast<std::ptrdiff_t>(kept);
  std::partial_sort(groups.begin(), middle, groups.end(), std::cref(order));
  chosen.rows.assign(groups.begin(), middle);
  chosen.cut.assign(middle, groups.end());
  return chosen;
}

void finish_rows(const Pass& pass, const ChosenGroups& chosen, QueryResult* result) {
  for (const std::uint32_t group : chosen.rows) {
    result->rows.push_back(
        {pass.gathered.groups.values(group), view_of_group(pass, group).summaries()});
  }
  result->row_count = chosen.rows.size() + chosen.cut.size();
  finish_folded_rows(pass, chosen, result);
}

void finish_series(const Pass& pass, const std::vector<std::uint32_t>& groups,
                   QueryResult* result) {
  const bool heats =
      std::any_of(pass.plan.measures.begin(), pass.plan.measures.end(),
                  [](const Measure& measure) { return measure.kind == MeasureKind::kHistogram; });
  Accumulators total;
  if (pass.spec.totals || heats) total = fold_groups(pass, all_slots(pass.gathered));
  const Grids grids = heats ? make_grids(pass, total) : Grids();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    add_points(view_of_group(pass, groups[i]), grids, result->rows[i].group, &result->series);
  }
  std::stable_sort(
      result->series.begin(), result->series.end(),
      [](const SeriesPoint& a, const SeriesPoint& b) { return a.time_ns < b.time_ns; });
  if (pass.spec.totals) {
    add_points(SlotView{&pass, &total, 0}, grids, {}, &result->total_series);
  }
}

void finish_comparison(const Pass& pass, const QueryResult& newer, QueryResult* result) {
  std::vector<std::uint32_t> groups(newer.rows.size());
  std::iota(groups.begin(), groups.end(), 0U);
  for (const std::uint32_t group : groups) {
    const SlotView view = view_of_group(pass, group);
    result->rows.push_back(
        {newer.rows[group].group, view.occurs() ? view.summaries() : std::vector<Cell>()});
  }
  if (pass.spec.totals) result->total = fold_row(pass, all_slots(pass.gathered));
  if (pass.spec.series) finish_series(pass, groups, result);
}

}  // namespace tracery::query
