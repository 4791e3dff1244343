// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>

#include "query/testing/oracle_values.h"

namespace tracery::query::oracle {
namespace {

constexpr double kNone = NAN;

/// NaN stands for no value.
double value_of(const FormulaNode& node, const std::vector<Cell>& cells);

std::vector<double> values_of(const std::vector<FormulaNode>& nodes,
                              const std::vector<Cell>& cells) {
  std::vector<double> values;
  for (const FormulaNode& node : nodes) values.push_back(value_of(node, cells));
  return values;
}

double finite(double value) { return std::isfinite(value) ? value : kNone; }

bool is_true(double value) { return !std::isnan(value) && value != 0; }

double first_true(const std::vector<double>& values) {
  for (std::size_t i = 1; i < values.size(); i += 2) {
    if (is_true(values[i - 1])) return values[i];
  }
  return values.size() % 2 == 1 ? values.back() : kNone;
}

double value_of(const FormulaNode& node, const std::vector<Cell>& cells) {
  if (node.op == FormulaOp::kNumber) return node.number;
  if (node.op == FormulaOp::kCalculation) {
    const Cell& cell = cells.at(node.calculation);
    if (const auto* integer = std::get_if<std::int64_t>(&cell))
      return static_cast<double>(*integer);
    const auto* number = std::get_if<double>(&cell);
    return number == nullptr ? kNone : *number;
  }
  const std::vector<double> values = values_of(node.arguments, cells);
  std::vector<double> present;
  std::copy_if(values.begin(), values.end(), std::back_inserter(present),
               [](double value) { return !std::isnan(value); });
  const double a = values.empty() ? kNone : values[0];
  const double b = values.size() < 2 ? kNone : values[1];
  switch (node.op) {
    case FormulaOp::kAdd: return finite(a + b);
    case FormulaOp::kSubtract: return finite(a - b);
    case FormulaOp::kMultiply: return finite(a * b);
    case FormulaOp::kDivide: return finite(a / b);
    case FormulaOp::kRemainder: return finite(std::fmod(a, b));
    case FormulaOp::kLess: return a < b;
    case FormulaOp::kLessEqual: return a <= b;
    case FormulaOp::kEqual: return a == b;
    case FormulaOp::kNot: return !is_true(a);
    case FormulaOp::kAnd: return std::all_of(values.begin(), values.end(), is_true);
    case FormulaOp::kOr: return std::any_of(values.begin(), values.end(), is_true);
    case FormulaOp::kExists: return !std::isnan(a);
    case FormulaOp::kIf: return first_true(values);
    case FormulaOp::kCoalesce: return present.empty() ? kNone : present.front();
    case FormulaOp::kMin:
      return present.empty() ? kNone : *std::min_element(present.begin(), present.end());
    case FormulaOp::kMax:
      return present.empty() ? kNone : *std::max_element(present.begin(), present.end());
    case FormulaOp::kLog10: return a > 0 ? std::log10(a) : kNone;
    case FormulaOp::kFloor: return std::floor(a);
    case FormulaOp::kCeiling: return std::ceil(a);
    default: return kNone;
  }
}

}  // namespace

Cell formula_value(const FormulaNode& node, const std::vector<Cell>& cells) {
  const double value = value_of(node, cells);
  return std::isnan(value) ? Cell() : Cell(value);
}

}  // namespace tracery::query::oracle
