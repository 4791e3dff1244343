// SPDX-License-Identifier: Apache-2.0
#include "query/validate.h"

#include <algorithm>
#include <set>

#include "query/time_buckets.h"

namespace tracery::query {
namespace {

constexpr std::size_t kListMax = 100;
constexpr std::size_t kLimitMax = 10'000;
constexpr std::int64_t kBucketsMax = 10'000;

Error invalid(std::string message) { return Error{ErrorCode::kInvalid, std::move(message)}; }

bool takes_no_value(FilterOp op) { return op == FilterOp::kExists || op == FilterOp::kNotExists; }
bool takes_list(FilterOp op) { return op == FilterOp::kIn || op == FilterOp::kNotIn; }
bool compares(FilterOp op) { return op <= FilterOp::kLessEqual; }

Status check_calculations(const Spec& spec) {
  if (spec.calculations.empty()) return invalid("at least one calculation is required");
  if (spec.calculations.size() > kListMax)
    return invalid("calculations may have at most 100 items");
  std::set<std::string> keys;
  for (const Calculation& calculation : spec.calculations) {
    const std::string op(to_string(calculation.op));
    if (calculation.op == Op::kConcurrency) {
      if (!calculation.column.empty()) return invalid("CONCURRENCY does not take a column");
    } else if (calculation.op != Op::kCount && calculation.column.empty()) {
      return invalid(op + " requires a column");
    }
    if (!calculation.filters.filters.empty() && calculation.name.empty()) {
      return invalid("a calculation with filters requires a name: " + calculation.key());
    }
    if (!keys.insert(calculation.key()).second) {
      return invalid("calculations must be unique: " + calculation.key());
    }
    TRACERY_TRY(validate(calculation.filters));
  }
  return {};
}

/// Every node has the arguments its operator takes.
bool is_whole(const FormulaNode& node, std::size_t calculations) {
  const std::size_t arguments = node.arguments.size();
  const FormulaOp op = node.op;
  if (op <= FormulaOp::kCalculation) {
    return arguments == 0 && (op != FormulaOp::kCalculation || node.calculation < calculations);
  }
  const bool takes_any = op == FormulaOp::kAnd || op == FormulaOp::kOr ||
                         op == FormulaOp::kCoalesce || op == FormulaOp::kMin ||
                         op == FormulaOp::kMax;
  const bool takes_two = op <= FormulaOp::kEqual;
  const std::size_t least = takes_two || op == FormulaOp::kIf ? 2 : 1;
  const bool has_most = takes_any || op == FormulaOp::kIf || arguments == least;
  return arguments >= least && has_most &&
         std::all_of(node.arguments.begin(), node.arguments.end(),
                     [&](const FormulaNode& argument) { return is_whole(argument, calculations); });
}

Status check_formulas(const Spec& spec) {
  if (spec.formulas.size() > kListMax) return invalid("formulas may have at most 100 items");
  std::set<std::string> names;
  for (const Calculation& calculation : spec.calculations) {
    names.insert(calculation.key());
    if (calculation.op == Op::kHeatmap && !spec.formulas.empty()) {
      return invalid("HEATMAP calculations cannot be used with formulas");
    }
  }
  for (const Formula& formula : spec.formulas) {
    if (formula.name.empty()) return invalid("a formula requires a name");
    if (!names.insert(formula.name).second) return invalid("duplicate name: " + formula.name);
    if (!is_whole(formula.root, spec.calculations.size())) {
      return invalid("not a formula: " + formula.name);
    }
  }
  return {};
}

/// What orders and havings may name: 0 is the first calculation, formulas follow the last.
bool is_heatmap(const Spec& spec, std::size_t measurement) {
  return measurement < spec.calculations.size() &&
         spec.calculations[measurement].op == Op::kHeatmap;
}
std::size_t measurements(const Spec& spec) {
  return spec.calculations.size() + spec.formulas.size();
}

Status check_orders(const Spec& spec) {
  if (spec.orders.size() > kListMax) return invalid("orders may have at most 100 items");
  for (const Order& order : spec.orders) {
    if (!order.calculation) {
      if (std::find(spec.breakdowns.begin(), spec.breakdowns.end(), order.column) ==
          spec.breakdowns.end()) {
        return invalid("orders must name a breakdown or a calculation: " + order.column);
      }
      continue;
    }
    if (*order.calculation >= measurements(spec)) {
      return invalid("orders must name a breakdown or a calculation");
    }
    if (is_heatmap(spec, *order.calculation)) {
      return invalid("HEATMAP cannot be used in orders");
    }
  }
  return {};
}

Status check_havings(const Spec& spec) {
  if (spec.havings.size() > kListMax) return invalid("havings may have at most 100 items");
  for (const Having& having : spec.havings) {
    if (having.calculation >= measurements(spec)) {
      return invalid("havings must match a calculation");
    }
    if (is_heatmap(spec, having.calculation)) {
      return invalid("HEATMAP cannot be used in havings");
    }
    if (!compares(having.op)) {
      return invalid("havings op must be one of = != > >= < <=: " +
                     std::string(to_string(having.op)));
    }
  }
  return {};
}

Status check_breakdowns(const Spec& spec) {
  if (spec.breakdowns.size() > kListMax) return invalid("breakdowns may have at most 100 items");
  std::set<std::string> seen;
  for (const std::string& column : spec.breakdowns) {
    if (column.empty()) return invalid("breakdowns must name a column");
    if (!seen.insert(column).second) return invalid("breakdowns must be unique: " + column);
  }
  return {};
}

/// Far enough from the ends of int64 that differences and sums with widths fit.
constexpr std::int64_t kTimeMax = std::int64_t{1} << 62;

Status check_times(const Spec& spec) {
  if (spec.from_ns < 0 || spec.to_ns > kTimeMax) return invalid("time range is out of bounds");
  if (spec.compare_offset_ns < 0 || spec.compare_offset_ns > spec.from_ns) {
    return invalid("time to compare with is out of bounds");
  }
  if (spec.from_ns > spec.to_ns) return invalid("start_time must not be after end_time");
  if (spec.granularity_ns > kTimeMax) return invalid("granularity is too large");
  if (spec.granularity_ns <= 0) return invalid("granularity must be positive");
  if (TimeBuckets(spec.from_ns, spec.to_ns, spec.granularity_ns).count() > kBucketsMax) {
    return invalid("granularity is too small for the time range");
  }
  return {};
}

}  // namespace

Status validate(const FilterSet& set) {
  if (set.filters.size() > kListMax) return invalid("filters may have at most 100 items");
  for (const Filter& filter : set.filters) {
    const std::string op(to_string(filter.op));
    if (filter.column.empty()) return invalid("filters must name a column: " + op);
    if (takes_no_value(filter.op)) {
      if (!filter.values.empty()) return invalid(op + " does not take a value");
      continue;
    }
    if (!takes_list(filter.op) && filter.values.size() != 1) {
      return invalid("filter requires a value: " + filter.column + " " + op);
    }
    for (const model::Value& value : filter.values) {
      if (value.index() == 0) return invalid("filter value may not be null: " + filter.column);
    }
  }
  return {};
}

Status validate(const Spec& spec) {
  TRACERY_TRY(check_calculations(spec));
  TRACERY_TRY(check_formulas(spec));
  TRACERY_TRY(validate(spec.filters));
  TRACERY_TRY(check_breakdowns(spec));
  TRACERY_TRY(check_orders(spec));
  TRACERY_TRY(check_havings(spec));
  TRACERY_TRY(check_times(spec));
  if (spec.limit == 0 || spec.limit > kLimitMax) return invalid("limit must be from 1 to 10000");
  return {};
}

}  // namespace tracery::query
