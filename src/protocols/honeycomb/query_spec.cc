// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/query_spec.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/time.h"
#include "protocols/honeycomb/formula_text.h"
#include "protocols/honeycomb/query_document.h"

namespace tracery::honeycomb {
namespace {

using query::Calculation;
using query::FilterOp;
using query::FilterSet;
using query::Op;

constexpr std::int64_t kDefaultRangeNs = 7'200 * kNsPerSecond;
constexpr std::int64_t kLimitMax = 1'000;
constexpr std::int64_t kBucketsMax = 1'000;
constexpr std::array<std::int64_t, 8> kCompareSeconds = {1'800,  3'600,   7'200,     28'800,
                                                         86'400, 604'800, 2'419'200, 15'724'800};
/// Columns that look at other spans of the trace.
constexpr std::array<std::string_view, 7> kRelationalPrefixes = {
    "root.", "parent.", "child.", "any.", "any2.", "any3.", "none."};

bool is_relational(std::string_view column) {
  return std::any_of(
      kRelationalPrefixes.begin(), kRelationalPrefixes.end(),
      [&](std::string_view prefix) { return column.substr(0, prefix.size()) == prefix; });
}

std::string item(std::string_view list, std::size_t index, std::string_view member = {}) {
  std::string path = std::string(list) + "[" + std::to_string(index) + "]";
  if (!member.empty()) path += "." + std::string(member);
  return path;
}

/// Turns a document whose types are right into a specification whose references are resolved.
class Resolver {
 public:
  Resolver(const QueryDocument& document, std::int64_t now_ns, FieldProblem& problem)
      : document_(document), now_ns_(now_ns), problem_(problem) {}

  Result<query::Spec> resolve() {
    TRACERY_TRY(refuse_unsupported());
    TRACERY_TRY(resolve_calculations());
    for (std::size_t i = 0; i < document_.formulas.size(); ++i) TRACERY_TRY(resolve_formula(i));
    TRACERY_TRY(resolve_filters(document_.filters, document_.filter_combination, "filters",
                                "filter_combination", out_.filters));
    TRACERY_TRY(resolve_breakdowns());
    for (std::size_t i = 0; i < document_.orders.size(); ++i) TRACERY_TRY(resolve_order(i));
    for (std::size_t i = 0; i < document_.havings.size(); ++i) TRACERY_TRY(resolve_having(i));
    TRACERY_TRY(resolve_limit());
    TRACERY_TRY(resolve_times());
    TRACERY_TRY(resolve_granularity());
    TRACERY_TRY(resolve_comparison());
    out_.weighted = !document_.usage_mode;
    return std::move(out_);
  }

 private:
  Error fail(std::string field, std::string description, std::string_view code = "invalid") {
    return invalid(problem_, std::move(field), code, std::move(description));
  }

  Status refuse_unsupported() {
    if (document_.has_calculated_fields) {
      return fail("calculated_fields", "calculated fields are not supported");
    }
    return {};
  }

  Status resolve_calculations() {
    for (std::size_t i = 0; i < document_.calculations.size(); ++i) {
      TRACERY_TRY(resolve_calculation(i));
    }
    if (out_.calculations.empty()) {
      out_.calculations.emplace_back();
      keys_.insert(out_.calculations.back().key());
    }
    return {};
  }

  Status resolve_calculation(std::size_t index) {
    const CalculationDocument& source = document_.calculations[index];
    const std::string op_path = item("calculations", index, "op");
    if (source.op.empty()) return fail(op_path, "op is required", "missing");
    const auto op = query::parse_op(source.op);
    const bool needs_column = op != Op::kCount && op != Op::kConcurrency;
    if (!op && (source.op == "COUNT_DATAPOINTS" || source.op == "HISTOGRAM_COUNT")) {
      return fail(op_path, source.op + " is not supported");
    }
    if (!op) return fail(op_path, "unknown calculation op: " + source.op);
    if (needs_column && source.column.empty()) {
      return fail(item("calculations", index, "column"), source.op + " requires a column",
                  "missing");
    }
    if (op == Op::kConcurrency && !source.column.empty()) {
      return fail(item("calculations", index, "column"),
                  "CONCURRENCY should not have an accompanying column");
    }
    if (is_relational(source.column)) return refuse_relational(op_path, source.column);
    Calculation calculation{*op, source.column, source.name, {}};
    TRACERY_TRY(resolve_calculation_filters(source, index, calculation));
    const std::string key = calculation.key();
    if (!keys_.insert(key).second) {
      return fail(item("calculations", index, "name"),
                  source.name.empty() ? "duplicate calculation: " + key : "duplicate name: " + key);
    }
    out_.calculations.push_back(std::move(calculation));
    return {};
  }

  Status resolve_formula(std::size_t index) {
    const FormulaDocument& source = document_.formulas[index];
    const std::string path = item("formulas", index);
    if (source.name.empty()) return fail(path + ".name", "name is required", "missing");
    if (source.expression.empty()) {
      return fail(path + ".expression", "expression is required", "missing");
    }
    TRACERY_TRY(refuse_heatmaps());
    const auto find = [&](std::string_view name) {
      return find_if([&](const Calculation& c) { return c.key() == name; });
    };
    auto root = parse_formula(source.expression, find);
    if (!root.ok()) return fail(path + ".expression", root.error().message);
    if (!keys_.insert(source.name).second) {
      return fail(path + ".name", "duplicate name: " + source.name);
    }
    out_.formulas.push_back({source.name, *std::move(root)});
    return {};
  }

  Status refuse_heatmaps() {
    for (std::size_t i = 0; i < out_.calculations.size(); ++i) {
      if (out_.calculations[i].op != Op::kHeatmap) continue;
      return fail(item("calculations", i, "op"),
                  "HEATMAP calculations cannot be used with formulas");
    }
    return {};
  }

  Status resolve_calculation_filters(const CalculationDocument& source, std::size_t index,
                                     Calculation& out) {
    if (!source.filters.empty() && source.name.empty()) {
      return fail(item("calculations", index, "name"),
                  "name is required when using calculation filters", "missing");
    }
    for (const FilterDocument& filter : source.filters) {
      if (is_relational(filter.column)) {
        return fail(item("calculations", index, "filters"),
                    "relational fields are not supported in calculation filters");
      }
    }
    return resolve_filters(source.filters, source.filter_combination,
                           item("calculations", index, "filters"),
                           item("calculations", index, "filter_combination"), out.filters);
  }

  Status resolve_filters(const std::vector<FilterDocument>& filters, const std::string& combination,
                         const std::string& path, const std::string& combination_path,
                         FilterSet& out) {
    if (combination == "OR") {
      out.combine = query::Combine::kOr;
    } else if (!combination.empty() && combination != "AND") {
      return fail(combination_path, "filter_combination must be AND or OR");
    }
    for (std::size_t i = 0; i < filters.size(); ++i) {
      TRACERY_TRY(resolve_filter(filters[i], item(path, i), out));
    }
    return {};
  }

  Status resolve_filter(const FilterDocument& source, const std::string& path, FilterSet& out) {
    if (source.column.empty()) return fail(path + ".column", "column is required", "missing");
    if (source.op.empty()) return fail(path + ".op", "op is required", "missing");
    if (is_relational(source.column)) return refuse_relational(path + ".column", source.column);
    const auto op = query::parse_filter_op(source.op);
    if (!op) return fail(path + ".op", "unknown filter op: " + source.op);
    const bool takes_none = op == FilterOp::kExists || op == FilterOp::kNotExists;
    const bool takes_list = op == FilterOp::kIn || op == FilterOp::kNotIn;
    if (takes_none && source.has_value) {
      return fail(path + ".value", source.op + " does not take a value");
    }
    if (!takes_none && !source.has_value) {
      return fail(path + ".value", "operator " + source.op + " requires a value", "missing");
    }
    if (takes_list && !source.is_list) {
      return fail(path + ".value", "operator " + source.op + " requires an array",
                  "incorrect_type");
    }
    if (!takes_list && source.is_list) {
      return fail(path + ".value", "operator " + source.op + " does not take an array",
                  "incorrect_type");
    }
    out.filters.push_back({source.column, *op, source.values});
    return {};
  }

  Status resolve_breakdowns() {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < document_.breakdowns.size(); ++i) {
      const std::string& column = document_.breakdowns[i];
      const std::string path = item("breakdowns", i);
      if (column.empty()) return fail(path, "column is required", "missing");
      if (is_relational(column)) return refuse_relational(path, column);
      if (!seen.insert(column).second) return fail(path, "duplicate breakdown: " + column);
    }
    out_.breakdowns = document_.breakdowns;
    return {};
  }

  Status resolve_order(std::size_t index) {
    const OrderDocument& source = document_.orders[index];
    const std::string path = item("orders", index);
    query::Order order;
    if (source.order == "descending") {
      order.descending = true;
    } else if (!source.order.empty() && source.order != "ascending") {
      return fail(path + ".order", "order must be ascending or descending");
    }
    if (source.op == "HEATMAP") return fail(path + ".op", "cannot order by HEATMAP");
    const auto& breakdowns = out_.breakdowns;
    const bool is_breakdown = source.op.empty() && std::find(breakdowns.begin(), breakdowns.end(),
                                                             source.column) != breakdowns.end();
    if (is_breakdown) {
      order.column = source.column;
    } else {
      order.calculation = source.op.empty() ? find_named(source.column)
                                            : find_calculation(source.op, source.column);
      if (!order.calculation) {
        return fail(path, "missing matching calculation, formula, or breakdown");
      }
      if (is_heatmap(*order.calculation)) {
        return fail(path, "cannot order by HEATMAP");
      }
    }
    out_.orders.push_back(std::move(order));
    return {};
  }

  Status resolve_having(std::size_t index) {
    const HavingDocument& source = document_.havings[index];
    const std::string path = item("havings", index);
    if (source.calculate_op == "HEATMAP") {
      return fail(path + ".calculate_op", "cannot use HEATMAP in havings");
    }
    const std::string& name = source.name.empty() ? source.column : source.name;
    const bool by_name = source.calculate_op.empty() || !source.name.empty();
    const auto calculation =
        by_name ? find_named(name) : find_calculation(source.calculate_op, source.column);
    if (!calculation) {
      return fail(path + ".calculate_op",
                  (by_name ? name : source.calculate_op) + " missing matching calculation");
    }
    if (is_heatmap(*calculation)) {
      return fail(path, "cannot use HEATMAP in havings");
    }
    const auto op = query::parse_filter_op(source.op);
    if (!op || *op > FilterOp::kLessEqual) {
      return fail(path + ".op", "op must be one of =, !=, >, >=, <, <=");
    }
    if (!source.value) return fail(path + ".value", "value is required", "missing");
    out_.havings.push_back({*calculation, *op, *source.value});
    return {};
  }

  Status resolve_limit() {
    if (!document_.limit) return {};
    if (*document_.limit < 1 || *document_.limit > kLimitMax) {
      return fail("limit", "limit value must be between 1 and 1000");
    }
    out_.limit = static_cast<std::size_t>(*document_.limit);
    return {};
  }

  Status resolve_times() {
    const std::int64_t start = document_.start_ns;
    const std::int64_t end = document_.end_ns;
    if (document_.time_range_ns != 0 && start != 0 && end != 0) {
      return fail("time_range", "specify at most two of time_range, start_time and end_time");
    }
    const std::int64_t range =
        document_.time_range_ns == 0 ? kDefaultRangeNs : document_.time_range_ns;
    const std::int64_t anchor = end != 0 ? end : now_ns_;
    bool is_over = false;
    if (start != 0 && end != 0) {
      if (start > end) return fail("start_time", "start_time must not be after end_time");
      out_.from_ns = start;
      out_.to_ns = end;
    } else if (start != 0) {
      out_.from_ns = start;
      is_over = __builtin_add_overflow(start, range, &out_.to_ns);
    } else {
      out_.to_ns = anchor;
      is_over = __builtin_sub_overflow(anchor, range, &out_.from_ns);
    }
    if (is_over) return fail("time_range", "time_range is out of range");
    return {};
  }

  Status resolve_granularity() {
    const std::int64_t range = out_.to_ns - out_.from_ns;
    const std::int64_t wish = document_.granularity_ns;
    if (wish > range) {
      return fail("granularity", "granularity can not be greater than time_range");
    }
    if (wish != 0 && wish < range / kBucketsMax) {
      return fail("granularity", "granularity can not be less than time_range/1000");
    }
    out_.granularity_ns = wish != 0 ? wish : query::choose_granularity_ns(range);
    return {};
  }

  Status resolve_comparison() {
    constexpr const char* kField = "compare_time_offset_seconds";
    const std::int64_t offset = document_.compare_ns;
    if (offset == 0) return {};
    const bool is_known =
        std::any_of(kCompareSeconds.begin(), kCompareSeconds.end(),
                    [&](std::int64_t seconds) { return seconds * kNsPerSecond == offset; });
    if (!is_known) return fail(kField, "compare_time_offset is an invalid value");
    if (offset < out_.to_ns - out_.from_ns) {
      return fail(kField, "compare_time_offset must be greater than the queries time range");
    }
    if (offset > out_.from_ns) return fail(kField, "compare_time_offset is out of range");
    out_.compare_offset_ns = offset;
    return {};
  }

  Status refuse_relational(const std::string& path, const std::string& column) {
    if (!document_.formulas.empty()) {
      return fail(path,
                  "relational fields are not supported when using formulas or calculation filters");
    }
    return fail(path, "relational fields are not supported: " + column);
  }

  std::optional<std::size_t> find_calculation(std::string_view op_text, std::string_view column) {
    const auto op = query::parse_op(op_text);
    return find_if([&](const Calculation& c) { return c.op == op && c.column == column; });
  }

  /// A calculation or a formula, numbered as in query::Order.
  std::optional<std::size_t> find_named(std::string_view name) {
    if (name.empty()) return std::nullopt;
    for (std::size_t i = 0; i < out_.formulas.size(); ++i) {
      if (out_.formulas[i].name == name) return out_.calculations.size() + i;
    }
    return find_if([&](const Calculation& c) { return c.name == name; });
  }

  bool is_heatmap(std::size_t measurement) const {
    return measurement < out_.calculations.size() &&
           out_.calculations[measurement].op == Op::kHeatmap;
  }

  template <typename Match>
  std::optional<std::size_t> find_if(Match match) const {
    const auto& all = out_.calculations;
    const auto found = std::find_if(all.begin(), all.end(), match);
    if (found == all.end()) return std::nullopt;
    return static_cast<std::size_t>(found - all.begin());
  }

  const QueryDocument& document_;
  const std::int64_t now_ns_;
  FieldProblem& problem_;
  query::Spec out_;
  std::set<std::string> keys_;  ///< Result keys taken so far.
};

}  // namespace

Result<query::Spec> decode_query_spec(std::string_view json, std::int64_t now_ns,
                                      FieldProblem* problem) {
  FieldProblem ignored;
  FieldProblem& told = problem == nullptr ? ignored : *problem;
  const QueryDocument document = TRACERY_TRY(read_query_document(json, told));
  return Resolver(document, now_ns, told).resolve();
}

}  // namespace tracery::honeycomb
