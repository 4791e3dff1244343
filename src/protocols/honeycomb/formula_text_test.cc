// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/formula_text.h"

#include <gtest/gtest.h>

namespace tracery::honeycomb {
namespace {

const std::vector<std::string> kNames = {"errors", "total", "A-1", "P99(duration_ms)", "0"};
const std::vector<query::Cell> kCells = {std::int64_t{3}, std::int64_t{12}, 7.5, query::Cell(),
                                         0.0};

std::optional<std::size_t> find(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return i;
  }
  return std::nullopt;
}

std::optional<double> value_of(std::string_view text) {
  const auto formula = parse_formula(text, find);
  EXPECT_TRUE(formula.ok()) << text << ": " << formula.error().message;
  return formula.ok() ? query::number_of(query::evaluate(*formula, kCells)) : std::nullopt;
}

std::string refusal_of(std::string_view text) {
  const auto formula = parse_formula(text, find);
  EXPECT_FALSE(formula.ok()) << text;
  if (formula.ok()) return "";
  EXPECT_EQ(formula.error().code, ErrorCode::kInvalid);
  return formula.error().message;
}

TEST(ParseFormula, ReadsNames) {
  EXPECT_EQ(value_of("$errors / $total * 100"), 25);
  EXPECT_EQ(value_of("$A-1"), 7.5);
  EXPECT_EQ(value_of("$errors - 1"), 2);
  EXPECT_EQ(value_of("$\"P99(duration_ms)\""), std::nullopt);
  EXPECT_EQ(value_of("COALESCE($`P99(duration_ms)`, -4.5e1)"), -45);
  EXPECT_EQ(value_of("$\"err\\ors\""), 3);
}

TEST(ParseFormula, BindsAsTheGrammarSays) {
  EXPECT_EQ(value_of("1 + 2 * 3"), 7);
  EXPECT_EQ(value_of("(1 + 2) * 3"), 9);
  EXPECT_EQ(value_of("10 - 2 - 3"), 5);
  EXPECT_EQ(value_of("24 / 4 / 3 % 4"), 2);
  EXPECT_EQ(value_of("$\"0\"-5-$\"errors\"--5"), -3);
  EXPECT_EQ(value_of("1 + 1 = 2 AND 3 < 2 OR 5 >= 5"), 1);
  EXPECT_EQ(value_of("!1 + 1"), 1);
  EXPECT_EQ(value_of("2 != 2 = false"), 1);
  EXPECT_EQ(value_of("7 > 6"), 1);
}

TEST(ParseFormula, KnowsFunctions) {
  EXPECT_EQ(value_of("IF($total > 10, SUB($total, 10), true)"), 2);
  EXPECT_EQ(value_of("SUM(1, 2, 3,)"), 6);
  EXPECT_EQ(value_of("MUL(2, 3, DIV(8, 2))"), 24);
  EXPECT_EQ(value_of("AND(GT(2, 1), GTE(2, 2), LT(1, 2), LTE(2, 2))"), 1);
  EXPECT_EQ(value_of("OR(EQUALS(1, 2), NOT(EXISTS(null)))"), 1);
  EXPECT_EQ(value_of("MAX(FLOOR(2.5), CEIL(2.5), MIN(9, LOG10(100)), MOD(7, 4))"), 3);
}

TEST(ParseFormula, SaysWhatIsWrong) {
  EXPECT_EQ(refusal_of("  "), "empty expression");
  EXPECT_EQ(refusal_of("FOO(1)"), "invalid function: FOO");
  EXPECT_EQ(refusal_of("$nobody"), "unknown calculation: nobody");
  EXPECT_EQ(refusal_of("MOD(1)"), "wrong number of arguments to function: MOD");
  EXPECT_EQ(refusal_of("1 +"), "unexpected end of expression");
  EXPECT_EQ(refusal_of("1 2"), "unexpected '2' at position: 2");
  EXPECT_EQ(refusal_of("(1"), "unexpected end of expression");
  EXPECT_EQ(refusal_of("SUM(1 2)"), "unexpected '2' at position: 6");
  EXPECT_EQ(refusal_of("$"), "unexpected '$' at position: 0");
  EXPECT_EQ(refusal_of("$\"open"), "unexpected end of expression");
  EXPECT_EQ(refusal_of("errors"), "unexpected 'e' at position: 0");
  EXPECT_EQ(refusal_of("-$errors"), "unexpected '-' at position: 0");
  EXPECT_EQ(refusal_of("1e999"), "unexpected '1' at position: 0");
  EXPECT_EQ(refusal_of("\"text\""), "formulas take numbers, not text, at position: 0");
}

TEST(ParseFormula, BoundsNestingAndLength) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "1" + std::string(depth, ')');
  };
  EXPECT_EQ(value_of(nested(64)), 1);
  EXPECT_EQ(refusal_of(nested(65)), "expression is nested too deeply");
  EXPECT_EQ(refusal_of(std::string(65, '!') + "1"), "expression is nested too deeply");
  std::string sum = "1";
  while (sum.size() < 4'094) sum += "+1";
  EXPECT_EQ(value_of(sum), 2'048);
  EXPECT_EQ(refusal_of(sum + "+1"), "expression may have at most 4095 characters");
}

}  // namespace
}  // namespace tracery::honeycomb
