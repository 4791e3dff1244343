// SPDX-License-Identifier: Apache-2.0
#include "query/spec.h"

#include <array>
#include <utility>

#include "base/time.h"

namespace tracery::query {
namespace {

struct OpName {
  Op op;
  std::string_view text;
  double percentile;  ///< 0 for what is no percentile.
};

constexpr std::array kOpNames = {
    OpName{Op::kCount, "COUNT", 0},
    OpName{Op::kConcurrency, "CONCURRENCY", 0},
    OpName{Op::kSum, "SUM", 0},
    OpName{Op::kAvg, "AVG", 0},
    OpName{Op::kCountDistinct, "COUNT_DISTINCT", 0},
    OpName{Op::kMax, "MAX", 0},
    OpName{Op::kMin, "MIN", 0},
    OpName{Op::kP001, "P001", 0.001},
    OpName{Op::kP01, "P01", 0.01},
    OpName{Op::kP05, "P05", 0.05},
    OpName{Op::kP10, "P10", 0.1},
    OpName{Op::kP20, "P20", 0.2},
    OpName{Op::kP25, "P25", 0.25},
    OpName{Op::kP50, "P50", 0.5},
    OpName{Op::kP75, "P75", 0.75},
    OpName{Op::kP80, "P80", 0.8},
    OpName{Op::kP90, "P90", 0.9},
    OpName{Op::kP95, "P95", 0.95},
    OpName{Op::kP99, "P99", 0.99},
    OpName{Op::kP999, "P999", 0.999},
    OpName{Op::kHeatmap, "HEATMAP", 0},
    OpName{Op::kRateAvg, "RATE_AVG", 0},
    OpName{Op::kRateSum, "RATE_SUM", 0},
    OpName{Op::kRateMax, "RATE_MAX", 0},
};

constexpr std::array<std::pair<FilterOp, std::string_view>, 16> kFilterOpNames = {{
    {FilterOp::kEqual, "="},
    {FilterOp::kNotEqual, "!="},
    {FilterOp::kGreater, ">"},
    {FilterOp::kGreaterEqual, ">="},
    {FilterOp::kLess, "<"},
    {FilterOp::kLessEqual, "<="},
    {FilterOp::kStartsWith, "starts-with"},
    {FilterOp::kNotStartsWith, "does-not-start-with"},
    {FilterOp::kEndsWith, "ends-with"},
    {FilterOp::kNotEndsWith, "does-not-end-with"},
    {FilterOp::kContains, "contains"},
    {FilterOp::kNotContains, "does-not-contain"},
    {FilterOp::kExists, "exists"},
    {FilterOp::kNotExists, "does-not-exist"},
    {FilterOp::kIn, "in"},
    {FilterOp::kNotIn, "not-in"},
}};

constexpr std::int64_t kMinute = 60 * kNsPerSecond;
constexpr std::int64_t kHour = 60 * kMinute;

constexpr std::array kRoundWidthsNs = {
    1 * kNsPerMs,     2 * kNsPerMs,     5 * kNsPerMs,      10 * kNsPerMs,     20 * kNsPerMs,
    50 * kNsPerMs,    100 * kNsPerMs,   200 * kNsPerMs,    500 * kNsPerMs,    1 * kNsPerSecond,
    2 * kNsPerSecond, 5 * kNsPerSecond, 10 * kNsPerSecond, 15 * kNsPerSecond, 30 * kNsPerSecond,
    1 * kMinute,      2 * kMinute,      5 * kMinute,       10 * kMinute,      15 * kMinute,
    30 * kMinute,     1 * kHour,        2 * kHour,         3 * kHour,         6 * kHour,
    12 * kHour,       1 * kNsPerDay,    2 * kNsPerDay,     7 * kNsPerDay,     14 * kNsPerDay,
    28 * kNsPerDay,   91 * kNsPerDay,   182 * kNsPerDay,   364 * kNsPerDay,
};

constexpr std::int64_t kBucketsWanted = 120;

}  // namespace

std::string_view to_string(Op op) {
  for (const OpName& name : kOpNames) {
    if (name.op == op) return name.text;
  }
  return "";
}

std::string_view to_string(FilterOp op) {
  for (const auto& [value, text] : kFilterOpNames) {
    if (value == op) return text;
  }
  return "";
}

std::optional<Op> parse_op(std::string_view text) {
  for (const OpName& name : kOpNames) {
    if (name.text == text) return name.op;
  }
  return std::nullopt;
}

std::optional<FilterOp> parse_filter_op(std::string_view text) {
  for (const auto& [value, name] : kFilterOpNames) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::optional<double> percentile_of(Op op) {
  for (const OpName& name : kOpNames) {
    if (name.op == op && name.percentile > 0) return name.percentile;
  }
  return std::nullopt;
}

std::string Calculation::key() const {
  if (!name.empty()) return name;
  std::string text(to_string(op));
  if (!column.empty()) text += "(" + column + ")";
  return text;
}

std::vector<ResultColumn> result_columns(const Spec& spec) {
  std::vector<ResultColumn> columns;
  for (const Formula& formula : spec.formulas)
    columns.push_back({formula.name, "FORMULA", "", false});
  if (!columns.empty()) return columns;
  for (const Calculation& calculation : spec.calculations) {
    columns.push_back({calculation.key(), std::string(to_string(calculation.op)),
                       calculation.column, calculation.op == Op::kHeatmap});
  }
  return columns;
}

std::vector<Cell> result_cells(const Spec& spec, std::vector<Cell> calculations) {
  if (spec.formulas.empty()) return calculations;
  std::vector<Cell> cells;
  for (const Formula& formula : spec.formulas)
    cells.push_back(evaluate(formula.root, calculations));
  return cells;
}

std::int64_t choose_granularity_ns(std::int64_t range_ns) {
  for (const std::int64_t width_ns : kRoundWidthsNs) {
    if (range_ns / kBucketsWanted < width_ns) return width_ns;
  }
  const std::int64_t year_ns = kRoundWidthsNs.back();
  return (range_ns / kBucketsWanted / year_ns + 1) * year_ns;
}

}  // namespace tracery::query
