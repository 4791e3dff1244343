// SPDX-License-Identifier: Apache-2.0
#include "query/formula.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tracery::query {
namespace {

FormulaNode number(double value) { return {FormulaOp::kNumber, value, 0, {}}; }
FormulaNode cell(std::size_t calculation) { return {FormulaOp::kCalculation, 0, calculation, {}}; }
FormulaNode apply(FormulaOp op, std::vector<FormulaNode> arguments) {
  return {op, 0, 0, std::move(arguments)};
}

const std::vector<Cell> kCells = {std::int64_t{6}, 2.5, Cell(), 0.0};
const FormulaNode kSix = cell(0), kHalf = cell(1), kNone = cell(2), kZero = cell(3);

std::optional<double> value_of(const FormulaNode& node) {
  return number_of(evaluate(node, kCells));
}

TEST(Formula, CalculatesWithIntsAndDoubles) {
  EXPECT_EQ(value_of(apply(FormulaOp::kAdd, {kSix, kHalf})), 8.5);
  EXPECT_EQ(value_of(apply(FormulaOp::kSubtract, {kSix, kHalf})), 3.5);
  EXPECT_EQ(value_of(apply(FormulaOp::kMultiply, {kSix, kHalf})), 15.0);
  EXPECT_EQ(value_of(apply(FormulaOp::kDivide, {kSix, kHalf})), 2.4);
  EXPECT_EQ(value_of(apply(FormulaOp::kRemainder, {kSix, kHalf})), 1.0);
  EXPECT_EQ(value_of(kSix), 6.0);
}

TEST(Formula, HasNoValueWhereAnArgumentHasNone) {
  EXPECT_EQ(value_of(apply(FormulaOp::kAdd, {kSix, kNone})), std::nullopt);
  EXPECT_EQ(value_of(apply(FormulaOp::kDivide, {kNone, kSix})), std::nullopt);
  EXPECT_EQ(value_of(apply(FormulaOp::kFloor, {kNone})), std::nullopt);
  EXPECT_EQ(value_of(apply(FormulaOp::kCoalesce, {kNone, kHalf, kSix})), 2.5);
}

TEST(Formula, HasNoValueWhereArithmeticHasNone) {
  const FormulaNode huge = number(std::numeric_limits<double>::max());
  EXPECT_EQ(value_of(apply(FormulaOp::kDivide, {kSix, kZero})), std::nullopt);
  EXPECT_EQ(value_of(apply(FormulaOp::kDivide, {kZero, kZero})), std::nullopt);
  EXPECT_EQ(value_of(apply(FormulaOp::kRemainder, {kSix, kZero})), std::nullopt);
  EXPECT_EQ(value_of(apply(FormulaOp::kMultiply, {huge, kSix})), std::nullopt);
  EXPECT_EQ(value_of(apply(FormulaOp::kLog10, {kZero})), std::nullopt);
  EXPECT_EQ(value_of(apply(FormulaOp::kLog10, {number(1000)})), 3.0);
}

TEST(Formula, TakesNoValueAsFalse) {
  EXPECT_EQ(value_of(apply(FormulaOp::kLess, {kNone, kSix})), 0.0);
  EXPECT_EQ(value_of(apply(FormulaOp::kEqual, {kNone, kNone})), 0.0);
  EXPECT_EQ(value_of(apply(FormulaOp::kLessEqual, {kHalf, kHalf})), 1.0);
  EXPECT_EQ(value_of(apply(FormulaOp::kNot, {kNone})), 1.0);
  EXPECT_EQ(value_of(apply(FormulaOp::kAnd, {kSix, kNone})), 0.0);
  EXPECT_EQ(value_of(apply(FormulaOp::kOr, {kNone, kSix})), 1.0);
  EXPECT_EQ(value_of(apply(FormulaOp::kExists, {kZero})), 1.0);
}

TEST(Formula, ChoosesTheFirstThatIsTrue) {
  EXPECT_EQ(value_of(apply(FormulaOp::kIf, {kZero, kSix, kHalf, kHalf, kSix})), 2.5);
  EXPECT_EQ(value_of(apply(FormulaOp::kIf, {kZero, kSix, kHalf})), 2.5);
  EXPECT_EQ(value_of(apply(FormulaOp::kIf, {kZero, kSix})), std::nullopt);
}

TEST(Formula, LeavesOutOfMinAndMaxWhatHasNoValue) {
  EXPECT_EQ(value_of(apply(FormulaOp::kMin, {kNone, kSix, kHalf})), 2.5);
  EXPECT_EQ(value_of(apply(FormulaOp::kMax, {kSix, kNone, kHalf})), 6.0);
  EXPECT_EQ(value_of(apply(FormulaOp::kMax, {kNone})), std::nullopt);
}

TEST(Formula, NamesTheCalculationsItNeeds) {
  const FormulaNode node = apply(FormulaOp::kAdd, {kNone, apply(FormulaOp::kNot, {kSix})});
  EXPECT_EQ(calculations_of(apply(FormulaOp::kIf, {node, kSix})), (std::vector<std::size_t>{0, 2}));
}

}  // namespace
}  // namespace tracery::query
