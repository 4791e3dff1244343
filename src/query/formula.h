// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "query/result.h"

namespace tracery::query {

enum class FormulaOp : std::uint8_t {
  kNothing,      ///< No value.
  kNumber,       ///< FormulaNode::number.
  kCalculation,  ///< The cell of FormulaNode::calculation.
  // Two arguments; no value when one of them has none, and none beyond what a double holds.
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,     ///< No value when dividing by 0.
  kRemainder,  ///< With the sign of the first; no value when dividing by 0.
  // Two arguments; 1 when it holds, else 0, also when an argument has no value.
  kLess,
  kLessEqual,
  kEqual,
  // Truth: any number but 0 is true, no value is false.
  kNot,  ///< One argument.
  kAnd,  ///< One or more, as the next.
  kOr,
  kExists,    ///< One argument: has it a value?
  kIf,        ///< Condition, value, …, and what else there is: the value of the first that is true.
  kCoalesce,  ///< One or more: the first that has a value.
  kMin,       ///< One or more: of those that have a value.
  kMax,
  // One argument; no value when it has none.
  kLog10,  ///< No value for 0 and below.
  kFloor,
  kCeiling,
};

/// Arithmetic over the cells that calculations gave one row, as a tree.
struct FormulaNode {
  FormulaOp op = FormulaOp::kNothing;
  double number = 0;
  std::size_t calculation = 0;  ///< Index into Spec::calculations.
  std::vector<FormulaNode> arguments;
};

struct Formula {
  std::string name;
  FormulaNode root;
};

/// The value of a formula: a finite double, or nothing. `cells`: by calculation; those that the
/// formula does not name are not looked at.
Cell evaluate(const FormulaNode& node, std::span<const Cell> cells);

/// The calculations that a formula names, each once, ascending.
std::vector<std::size_t> calculations_of(const FormulaNode& node);

/// A number as a double; nothing for other cells.
std::optional<double> number_of(const Cell& cell);

}  // namespace tracery::query
