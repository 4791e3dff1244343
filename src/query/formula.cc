// SPDX-License-Identifier: Apache-2.0
#include "query/formula.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace tracery::query {
namespace {

using Number = std::optional<double>;

class Evaluation {
 public:
  explicit Evaluation(std::span<const Cell> cells) : cells_(cells) {}

  Number value(const FormulaNode& node) const {
    switch (node.op) {
      case FormulaOp::kNothing: return std::nullopt;
      case FormulaOp::kNumber: return node.number;
      case FormulaOp::kCalculation: return number_of(cells_[node.calculation]);
      case FormulaOp::kNot: return is_true(node.arguments[0]) ? 0 : 1;
      case FormulaOp::kExists: return value(node.arguments[0]) ? 1 : 0;
      case FormulaOp::kAnd:
      case FormulaOp::kOr: return truth_of(node);
      case FormulaOp::kIf: return choice(node);
      case FormulaOp::kCoalesce:
      case FormulaOp::kMin:
      case FormulaOp::kMax: return one_of(node);
      case FormulaOp::kLog10:
      case FormulaOp::kFloor:
      case FormulaOp::kCeiling: return function(node);
      default: return binary(node);
    }
  }

 private:
  /// Dividing by 0 gives none of the numbers that anyone can draw or order by.
  static Number finite(double value) { return std::isfinite(value) ? Number(value) : std::nullopt; }

  bool is_true(const FormulaNode& node) const { return value(node).value_or(0) != 0; }

  Number truth_of(const FormulaNode& node) const {
    const bool wanted = node.op == FormulaOp::kOr;
    const bool found =
        std::any_of(node.arguments.begin(), node.arguments.end(),
                    [&](const FormulaNode& argument) { return is_true(argument) == wanted; });
    return found == wanted ? 1 : 0;
  }

  Number choice(const FormulaNode& node) const {
    std::size_t i = 0;
    for (; i + 1 < node.arguments.size(); i += 2) {
      if (is_true(node.arguments[i])) return value(node.arguments[i + 1]);
    }
    return i < node.arguments.size() ? value(node.arguments[i]) : std::nullopt;
  }

  Number one_of(const FormulaNode& node) const {
    Number chosen;
    for (const FormulaNode& argument : node.arguments) {
      const Number next = value(argument);
      if (!next) continue;
      if (node.op == FormulaOp::kCoalesce) return next;
      if (!chosen || (node.op == FormulaOp::kMin ? *next < *chosen : *next > *chosen)) {
        chosen = next;
      }
    }
    return chosen;
  }

  Number function(const FormulaNode& node) const {
    const Number argument = value(node.arguments[0]);
    if (!argument) return std::nullopt;
    if (node.op == FormulaOp::kFloor) return std::floor(*argument);
    if (node.op == FormulaOp::kCeiling) return std::ceil(*argument);
    return *argument > 0 ? Number(std::log10(*argument)) : std::nullopt;
  }

  Number binary(const FormulaNode& node) const {
    const Number a = value(node.arguments[0]);
    const Number b = value(node.arguments[1]);
    const bool compares = node.op == FormulaOp::kLess || node.op == FormulaOp::kLessEqual ||
                          node.op == FormulaOp::kEqual;
    if (!a || !b) return compares ? Number(0) : std::nullopt;
    switch (node.op) {
      case FormulaOp::kAdd: return finite(*a + *b);
      case FormulaOp::kSubtract: return finite(*a - *b);
      case FormulaOp::kMultiply: return finite(*a * *b);
      case FormulaOp::kDivide: return finite(*a / *b);
      case FormulaOp::kRemainder: return finite(std::fmod(*a, *b));
      case FormulaOp::kLess: return *a < *b ? 1 : 0;
      case FormulaOp::kLessEqual: return *a <= *b ? 1 : 0;
      default: return *a == *b ? 1 : 0;
    }
  }

  std::span<const Cell> cells_;
};

void collect(const FormulaNode& node, std::set<std::size_t>& calculations) {
  if (node.op == FormulaOp::kCalculation) calculations.insert(node.calculation);
  for (const FormulaNode& argument : node.arguments) collect(argument, calculations);
}

}  // namespace

Cell evaluate(const FormulaNode& node, std::span<const Cell> cells) {
  const Number value = Evaluation(cells).value(node);
  return value ? Cell(*value) : Cell();
}

std::vector<std::size_t> calculations_of(const FormulaNode& node) {
  std::set<std::size_t> calculations;
  collect(node, calculations);
  return {calculations.begin(), calculations.end()};
}

std::optional<double> number_of(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  return std::nullopt;
}

}  // namespace tracery::query
