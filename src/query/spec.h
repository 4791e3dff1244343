// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/value.h"
#include "query/formula.h"

namespace tracery::query {

/// The calculations of Honeycomb's query specification (API reference, "Queries").
enum class Op : std::uint8_t {
  kCount,
  kConcurrency,
  kSum,
  kAvg,
  kCountDistinct,
  kMax,
  kMin,
  kP001,
  kP01,
  kP05,
  kP10,
  kP20,
  kP25,
  kP50,
  kP75,
  kP80,
  kP90,
  kP95,
  kP99,
  kP999,
  kHeatmap,
  kRateAvg,
  kRateSum,
  kRateMax,
};

enum class FilterOp : std::uint8_t {
  kEqual,
  kNotEqual,
  kGreater,
  kGreaterEqual,
  kLess,
  kLessEqual,
  kStartsWith,
  kNotStartsWith,
  kEndsWith,
  kNotEndsWith,
  kContains,
  kNotContains,
  kExists,
  kNotExists,
  kIn,
  kNotIn,
};

/// The vendor's spelling ("P99", "does-not-contain") and back.
std::string_view to_string(Op op);
std::string_view to_string(FilterOp op);
std::optional<Op> parse_op(std::string_view text);
std::optional<FilterOp> parse_filter_op(std::string_view text);
/// 0.99 for kP99; nothing for what is no percentile.
std::optional<double> percentile_of(Op op);

/// Values are equal when their texts are (docs/decisions/0007-type-rules.md). Negative operators
/// are the complement of their positive ones, so they keep events without the column.
struct Filter {
  std::string column;
  FilterOp op = FilterOp::kExists;
  /// One value; none for exists and does-not-exist; any number for in and not-in.
  std::vector<model::Value> values;
};

enum class Combine : std::uint8_t { kAnd, kOr };

struct FilterSet {
  std::vector<Filter> filters;
  Combine combine = Combine::kAnd;
};

struct Calculation {
  Op op = Op::kCount;
  std::string column;  ///< Empty for a plain COUNT and for CONCURRENCY.
  std::string name;    ///< The user's own; empty when none.
  FilterSet filters;   ///< Of this calculation alone, on top of the query's.

  /// The key its values have in results: the name, else "COUNT", else "P99(duration_ms)".
  std::string key() const;
};

struct Order {
  /// A breakdown column when `calculation` is not set.
  std::string column;
  /// Index into Spec::calculations and, after their end, into Spec::formulas.
  std::optional<std::size_t> calculation;
  bool descending = false;
};

struct Having {
  std::size_t calculation = 0;       ///< As in Order.
  FilterOp op = FilterOp::kGreater;  ///< One of the six comparisons.
  double value = 0;
};

/// A validated query: every reference resolved, every default filled in, times absolute.
struct Spec {
  /// Stored names; empty means every dataset. One name people use can stand for several spellings.
  std::vector<std::string> datasets;
  std::vector<Calculation> calculations;  ///< Never empty.
  /// With these, results hold their values instead of those of the calculations.
  std::vector<Formula> formulas;
  FilterSet filters;
  std::vector<std::string> breakdowns;
  /// None: by the first formula, or else calculation but HEATMAP, descending. Then by group value;
  /// cells without a value come last either way.
  std::vector<Order> orders;
  std::vector<Having> havings;
  std::size_t limit = 100;
  /// Half open, ns since the Unix epoch. Events with from <= time < to take part (CONCURRENCY also
  /// sees spans that began before and are still running).
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  /// Width of a time bucket; buckets are aligned to multiples of it since the epoch. > 0.
  std::int64_t granularity_ns = 0;
  /// How far back the range lies that the result is compared with; 0: no comparison.
  std::int64_t compare_offset_ns = 0;
  bool weighted = true;  ///< By sample rate; false is Honeycomb's usage_mode.
  bool series = true;
  bool totals = true;
  bool other = true;
};

/// What a cell of a result row is.
struct ResultColumn {
  std::string key;     ///< In results.
  std::string op;      ///< "P99", or "FORMULA".
  std::string column;  ///< Of the calculation; may be empty.
  bool is_heatmap = false;
};
/// One for each cell: the formulas if there are any, else the calculations.
std::vector<ResultColumn> result_columns(const Spec& spec);
/// From the cells of all calculations to those of a result row.
std::vector<Cell> result_cells(const Spec& spec, std::vector<Cell> calculations);

/// A bucket width that gives at most about 120 buckets, from a list of round widths; sub-second
/// for short ranges.
std::int64_t choose_granularity_ns(std::int64_t range_ns);

/// What `make` would refuse: unresolved or forbidden combinations (HEATMAP ordered by, CONCURRENCY
/// with a column, a percentile without one, …). kInvalid with the vendor's wording.
Status validate(const Spec& spec);

}  // namespace tracery::query
