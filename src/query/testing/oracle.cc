// SPDX-License-Identifier: Apache-2.0
#include "query/testing/oracle.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "query/testing/oracle_values.h"

namespace tracery::query {
namespace {

using model::Event;
using oracle::Number;

using Events = std::vector<const Event*>;

using Texts = std::vector<std::optional<std::string>>;

struct Group {
  Texts texts;
  std::vector<model::Value> values;
  Events events;            ///< Of the range.
  Events early;             ///< Spans from before the range that run into it.
  std::vector<Cell> cells;  ///< Of the calculations, then of the formulas.
};

struct Window {
  std::int64_t from_ns, to_ns;
};

std::optional<Number> number_in(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return *integer;
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  return {};
}

std::optional<double> as_double(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  return {};
}

class Oracle {
 public:
  /// Buckets are aligned to `origin_ns`.
  Oracle(const std::vector<Event>& events, const Spec& spec, std::int64_t origin_ns)
      : spec_(spec), origin_ns_(origin_ns) {
    for (const Event& event : events) add(event);
    if (spec.breakdowns.empty()) groups_[{}];
    for (auto& [texts, group] : groups_) {
      show(texts, &group);
      group.cells = summary(group);
    }
  }

  QueryResult run();
  /// Those rows, once `run` is done.
  const std::vector<Group>& rows() const { return rows_; }
  /// What `rows` of a newer range were here.
  QueryResult compare(const std::vector<Group>& rows) const;

 private:
  void add(const Event& event);
  void show(const Texts& texts, Group* group);
  static std::int64_t end_of(const Event& event);
  bool wants_early() const;
  Number weight(const Event& event) const { return spec_.weighted ? event.sample_rate : 1; }

  std::vector<Cell> summary(const Group& group) const;
  std::vector<Cell> result_cells(std::vector<Cell> all) const;
  void add_formulas(std::vector<Cell>& cells) const;
  std::vector<SeriesPoint> series(const Group& group) const;
  Cell cell(const Calculation& calculation, const Group& group, Window window) const;
  Cell rate(const Calculation& calculation, const Group& group) const;
  Cell numeric(const Calculation& calculation, const Events& events) const;
  Cell percentile(double share, const Events& events, const std::string& column) const;
  Cell heatmap(const Events& events, const std::string& column) const;
  Cell concurrency(const Calculation& calculation, const Group& group, Window window) const;
  std::vector<Window> windows() const;
  void finish(const std::vector<Group>& all, QueryResult& result) const;
  static Group all_of(const std::vector<Group>& groups);
  bool passes(const Group& group) const;
  bool before(const Group& a, const Group& b) const;

  const Spec& spec_;
  std::int64_t origin_ns_;
  std::vector<Group> rows_;
  std::map<Texts, Group> groups_;
  std::map<std::pair<std::size_t, std::string>, model::Value> shown_;
};

std::int64_t Oracle::end_of(const Event& event) {
  const auto ms = oracle::number_of(oracle::field_of(event, "duration_ms"));
  if (!ms || !(*ms > 0)) return event.time_ns;
  return event.time_ns + std::llround(static_cast<double>(*ms) * 1e6);
}

bool Oracle::wants_early() const {
  return std::any_of(spec_.calculations.begin(), spec_.calculations.end(),
                     [](const Calculation& one) { return one.op == Op::kConcurrency; });
}

void Oracle::add(const Event& event) {
  const bool in_range = event.time_ns >= spec_.from_ns && event.time_ns < spec_.to_ns;
  const bool early = wants_early() && event.time_ns < spec_.from_ns &&
                     spec_.from_ns < spec_.to_ns && end_of(event) > spec_.from_ns;
  if (!in_range && !early) return;
  const auto& datasets = spec_.datasets;
  const bool is_wanted = datasets.empty() || std::find(datasets.begin(), datasets.end(),
                                                       event.dataset) != datasets.end();
  if (!is_wanted) return;
  if (!oracle::keeps(spec_.filters, event)) return;
  Texts texts;
  for (std::size_t i = 0; i < spec_.breakdowns.size(); ++i) {
    const model::Value value = oracle::field_of(event, spec_.breakdowns[i]);
    texts.emplace_back();
    if (value.index() == 0) continue;
    texts.back() = oracle::text_of(value);
    auto& shown = shown_[{i, *texts.back()}];
    if (shown.index() == 0 || value.index() < shown.index()) shown = value;
  }
  Group& group = groups_[texts];
  (in_range ? group.events : group.early).push_back(&event);
}

void Oracle::show(const Texts& texts, Group* group) {
  group->texts = texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    group->values.push_back(texts[i] ? shown_[{i, *texts[i]}] : model::Value());
  }
}

Cell Oracle::percentile(double share, const Events& events, const std::string& column) const {
  std::vector<std::pair<double, Number>> values;
  Number total = 0;
  for (const Event* event : events) {
    const auto number = oracle::number_of(oracle::field_of(*event, column));
    if (!number || !std::isfinite(*number)) continue;
    values.emplace_back(static_cast<double>(*number), weight(*event));
    total += weight(*event);
  }
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const Number permille = std::round(share * 1000);
  Number seen = 0;
  for (const auto& [value, one] : values) {
    seen += one;
    if (seen * 1000 >= total * permille) return value;
  }
  return values.back().first;
}

Cell Oracle::heatmap(const Events& events, const std::string& column) const {
  std::map<double, double> counts;
  for (const Event* event : events) {
    const auto number = oracle::number_of(oracle::field_of(*event, column));
    if (!number || !std::isfinite(*number)) continue;
    counts[static_cast<double>(*number)] += static_cast<double>(weight(*event));
  }
  if (counts.empty()) return {};
  Heatmap buckets;
  for (const auto& [value, count] : counts) buckets.push_back({value, value, count});
  return buckets;
}

Cell Oracle::numeric(const Calculation& calculation, const Events& events) const {
  const bool averages = calculation.op == Op::kAvg || calculation.op == Op::kRateAvg;
  const bool sums = calculation.op == Op::kSum || calculation.op == Op::kRateSum;
  Number sum = 0, total = 0, min = INFINITY, max = -INFINITY;
  bool any = false, any_double = false;
  for (const Event* event : events) {
    const model::Value value = oracle::field_of(*event, calculation.column);
    std::optional<Number> number = oracle::number_of(value);
    const auto* truth = std::get_if<bool>(&value);
    if (truth != nullptr && (averages || sums)) number = *truth ? 1 : 0;
    if (!number || !std::isfinite(*number)) continue;
    any = true;
    any_double = any_double || value.index() == 3;
    sum += *number * weight(*event);
    total += weight(*event);
    min = std::min(min, *number);
    max = std::max(max, *number);
  }
  if (!any) return {};
  if (averages) return static_cast<double>(sum / total);
  const Number result = sums ? sum : (calculation.op == Op::kMin ? min : max);
  if (any_double || std::abs(result) >= 0x1p63L) return static_cast<double>(result);
  return static_cast<std::int64_t>(result);
}

Cell Oracle::concurrency(const Calculation& calculation, const Group& group, Window window) const {
  Number running = 0;
  for (const Events* events : {&group.events, &group.early}) {
    for (const Event* event : *events) {
      if (!oracle::keeps(calculation.filters, *event)) continue;
      const std::int64_t start = std::max(event->time_ns, window.from_ns);
      const std::int64_t end = std::min(end_of(*event), window.to_ns);
      if (end > start) running += static_cast<Number>(end - start) * weight(*event);
    }
  }
  const std::int64_t length = window.to_ns - window.from_ns;
  return length == 0 ? 0.0 : static_cast<double>(running / static_cast<Number>(length));
}

/// A calculation over the events of a window of time.
Cell Oracle::cell(const Calculation& calculation, const Group& group, Window window) const {
  if (calculation.op == Op::kConcurrency) return concurrency(calculation, group, window);
  Events events;
  for (const Event* event : group.events) {
    const bool inside = event->time_ns >= window.from_ns && event->time_ns < window.to_ns;
    if (inside && oracle::keeps(calculation.filters, *event)) events.push_back(event);
  }
  const auto& column = calculation.column;
  if (calculation.op == Op::kCount) {
    Number count = 0;
    for (const Event* event : events) {
      const bool has = column.empty() || oracle::field_of(*event, column).index() != 0;
      if (has) count += weight(*event);
    }
    return static_cast<std::int64_t>(count);
  }
  if (calculation.op == Op::kCountDistinct) {
    std::set<std::string> texts;
    for (const Event* event : events) {
      const model::Value value = oracle::field_of(*event, column);
      if (value.index() != 0) texts.insert(oracle::text_of(value));
    }
    return static_cast<std::int64_t>(texts.size());
  }
  if (calculation.op == Op::kHeatmap) return heatmap(events, column);
  if (const auto share = percentile_of(calculation.op)) return percentile(*share, events, column);
  return numeric(calculation, events);
}

std::vector<Window> Oracle::windows() const {
  const std::int64_t width = spec_.granularity_ns;
  std::int64_t start = (spec_.from_ns - origin_ns_) / width * width + origin_ns_;
  std::vector<Window> windows;
  for (; start < spec_.to_ns; start += width) windows.push_back({start, start + width});
  return windows;
}

bool is_rate_op(Op op) { return op == Op::kRateAvg || op == Op::kRateSum || op == Op::kRateMax; }

Cell Oracle::rate(const Calculation& calculation, const Group& group) const {
  std::vector<double> values;
  for (const Window& window : windows()) {
    if (const auto value = as_double(cell(calculation, group, window))) values.push_back(*value);
  }
  if (values.size() < 2) return {};
  // The differences between neighbours add up to that of the ends.
  return (values.back() - values.front()) / static_cast<double>(values.size() - 1);
}

std::vector<Cell> Oracle::summary(const Group& group) const {
  std::vector<Cell> cells;
  for (const Calculation& calculation : spec_.calculations) {
    if (calculation.op == Op::kHeatmap) {
      cells.emplace_back();
    } else if (is_rate_op(calculation.op)) {
      cells.push_back(rate(calculation, group));
    } else {
      cells.push_back(cell(calculation, group, {spec_.from_ns, spec_.to_ns}));
    }
  }
  add_formulas(cells);
  return cells;
}

void Oracle::add_formulas(std::vector<Cell>& cells) const {
  const std::vector<Cell> calculations = cells;
  for (const Formula& formula : spec_.formulas) {
    cells.push_back(oracle::formula_value(formula.root, calculations));
  }
}

std::vector<Cell> Oracle::result_cells(std::vector<Cell> all) const {
  if (!spec_.formulas.empty()) {
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(spec_.formulas.size()));
  }
  return all;
}

std::vector<SeriesPoint> Oracle::series(const Group& group) const {
  std::vector<SeriesPoint> points;
  std::vector<std::optional<double>> last(spec_.calculations.size());
  for (const Window& window : windows()) {
    bool occurs = std::any_of(group.events.begin(), group.events.end(), [&](const Event* event) {
      return event->time_ns >= window.from_ns && event->time_ns < window.to_ns;
    });
    const Window clipped{std::max(window.from_ns, spec_.from_ns),
                         std::min(window.to_ns, spec_.to_ns)};
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < spec_.calculations.size(); ++i) {
      const Calculation& calculation = spec_.calculations[i];
      cells.push_back(cell(calculation, group, clipped));
      if (calculation.op == Op::kConcurrency && *as_double(cells[i]) > 0) occurs = true;
      if (!is_rate_op(calculation.op)) continue;
      const auto value = as_double(cells[i]);
      cells[i] = value && last[i] ? Cell(*value - *last[i]) : Cell();
      if (value) last[i] = value;
    }
    add_formulas(cells);
    if (occurs) points.push_back({window.from_ns, {group.values, result_cells(cells)}});
  }
  return points;
}

Group Oracle::all_of(const std::vector<Group>& groups) {
  Group all;
  for (const Group& group : groups) {
    all.events.insert(all.events.end(), group.events.begin(), group.events.end());
    all.early.insert(all.early.end(), group.early.begin(), group.early.end());
  }
  return all;
}

bool Oracle::passes(const Group& group) const {
  return std::all_of(spec_.havings.begin(), spec_.havings.end(), [&](const Having& having) {
    const auto value = number_in(group.cells[having.calculation]);
    if (!value) return false;
    switch (having.op) {
      case FilterOp::kEqual: return *value == having.value;
      case FilterOp::kNotEqual: return *value != having.value;
      case FilterOp::kGreater: return *value > having.value;
      case FilterOp::kGreaterEqual: return *value >= having.value;
      case FilterOp::kLess: return *value < having.value;
      default: return *value <= having.value;
    }
  });
}

bool Oracle::before(const Group& a, const Group& b) const {
  std::vector<Order> orders = spec_.orders;
  const std::size_t calculations = spec_.calculations.size();
  if (orders.empty() && !spec_.formulas.empty()) orders.push_back({"", calculations, true});
  for (std::size_t i = 0; orders.empty() && i < calculations; ++i) {
    if (spec_.calculations[i].op != Op::kHeatmap) orders.push_back({"", i, true});
  }
  for (const Order& order : orders) {
    if (order.calculation) {
      const auto x = number_in(a.cells[*order.calculation]);
      const auto y = number_in(b.cells[*order.calculation]);
      if (x.has_value() != y.has_value()) return x.has_value();
      if (x == y) continue;
      return order.descending ? *x > *y : *x < *y;
    }
    for (std::size_t i = 0; i < spec_.breakdowns.size(); ++i) {
      if (spec_.breakdowns[i] != order.column) continue;
      if (oracle::comes_before(a.values[i], b.values[i])) return !order.descending;
      if (oracle::comes_before(b.values[i], a.values[i])) return order.descending;
    }
  }
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    if (oracle::comes_before(a.values[i], b.values[i])) return true;
    if (oracle::comes_before(b.values[i], a.values[i])) return false;
  }
  return false;
}

/// Orders the series that the rows left, and adds the totals over all groups.
void Oracle::finish(const std::vector<Group>& all, QueryResult& result) const {
  std::stable_sort(result.series.begin(), result.series.end(),
                   [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; });
  const Group total = all_of(all);
  if (spec_.totals) result.total = ResultRow{{}, result_cells(summary(total))};
  if (spec_.totals && spec_.series) result.total_series = series(total);
}

QueryResult Oracle::run() {
  std::vector<Group> all, kept;
  for (auto& [texts, group] : groups_) all.push_back(group);
  for (const Group& group : all) {
    if (passes(group)) kept.push_back(group);
  }
  std::sort(kept.begin(), kept.end(), [&](const Group& a, const Group& b) { return before(a, b); });
  QueryResult result;
  result.row_count = kept.size();
  std::vector<Group> cut;
  while (kept.size() > spec_.limit) {
    cut.push_back(kept.back());
    kept.pop_back();
  }
  for (const Group& group : kept) {
    result.rows.push_back({group.values, result_cells(group.cells)});
    if (!spec_.series) continue;
    for (SeriesPoint& point : series(group)) result.series.push_back(std::move(point));
  }
  finish(all, result);
  if (spec_.other && !cut.empty()) {
    result.other = ResultRow{{}, result_cells(summary(all_of(cut)))};
  }
  result.granularity_ns = spec_.granularity_ns;
  result.from_ns = spec_.from_ns;
  result.to_ns = spec_.to_ns;
  rows_ = std::move(kept);
  return result;
}

/// A comparison has none.
void drop_heatmaps(std::vector<SeriesPoint>& series) {
  for (SeriesPoint& point : series) {
    for (Cell& cell : point.row.cells) {
      if (std::holds_alternative<Heatmap>(cell)) cell = Cell();
    }
  }
}

QueryResult Oracle::compare(const std::vector<Group>& rows) const {
  QueryResult result;
  std::vector<Group> all;
  for (const auto& [texts, group] : groups_) all.push_back(group);
  for (const Group& row : rows) {
    result.rows.push_back({row.values, {}});
    const auto found = groups_.find(row.texts);
    if (found == groups_.end()) continue;
    Group group = found->second;
    if (group.events.empty() && group.early.empty()) continue;
    group.values = row.values;
    result.rows.back().cells = result_cells(group.cells);
    if (!spec_.series) continue;
    for (SeriesPoint& point : series(group)) result.series.push_back(std::move(point));
  }
  finish(all, result);
  drop_heatmaps(result.series);
  drop_heatmaps(result.total_series);
  return result;
}

}  // namespace

QueryResult run_oracle(const std::vector<Event>& events, const Spec& spec) {
  Oracle oracle(events, spec, 0);
  QueryResult result = oracle.run();
  if (spec.compare_offset_ns == 0) return result;
  Spec earlier = spec;
  earlier.from_ns -= spec.compare_offset_ns;
  earlier.to_ns -= spec.compare_offset_ns;
  const Oracle before(events, earlier, -spec.compare_offset_ns);
  result.comparison = std::make_shared<QueryResult>(before.compare(oracle.rows()));
  return result;
}

}  // namespace tracery::query
