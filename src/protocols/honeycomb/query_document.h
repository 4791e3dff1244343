// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/value.h"
#include "protocols/honeycomb/problem.h"

namespace tracery::honeycomb {

/// A query specification as it was sent: types checked, rules not. A text that is empty was absent,
/// null or empty.
struct FilterDocument {
  std::string column, op;
  bool has_value = false;
  bool is_list = false;
  std::vector<model::Value> values;
};

struct CalculationDocument {
  std::string op, column, name, filter_combination;
  std::vector<FilterDocument> filters;
};

struct FormulaDocument {
  std::string name, expression;
};

struct OrderDocument {
  std::string op, column, order;
};

struct HavingDocument {
  std::string calculate_op, column, name, op;
  std::optional<double> value;
};

struct QueryDocument {
  std::vector<CalculationDocument> calculations;
  std::vector<FormulaDocument> formulas;
  std::vector<FilterDocument> filters;
  std::string filter_combination;
  std::vector<std::string> breakdowns;
  std::vector<OrderDocument> orders;
  std::vector<HavingDocument> havings;
  std::optional<std::int64_t> limit;
  /// Nanoseconds; 0 when absent, null or 0, which all mean "not set".
  std::int64_t time_range_ns = 0, start_ns = 0, end_ns = 0, granularity_ns = 0, compare_ns = 0;
  bool usage_mode = false;
  bool has_calculated_fields = false;
};

/// kMalformed when `json` is no object; kInvalid, with `problem` filled in, on an unknown member, a
/// wrong type or a list of more than 100.
Result<QueryDocument> read_query_document(std::string_view json, FieldProblem& problem);

/// Fills in `problem` and gives it back as an Error.
Error invalid(FieldProblem& problem, std::string field, std::string_view code,
              std::string description);

}  // namespace tracery::honeycomb
