// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/value_condition.h"

#include <charconv>
#include <cmath>

#include "protocols/cwlogs/wildcard.h"

namespace tracery::cwlogs {

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::optional<ValueCondition::Op> ValueCondition::take_op(PatternCursor& cursor) {
  if (cursor.take("!=")) return Op::kNotEqual;
  if (cursor.take("<=")) return Op::kLessEqual;
  if (cursor.take(">=")) return Op::kGreaterEqual;
  if (cursor.take("=")) return Op::kEqual;
  if (cursor.take("<")) return Op::kLess;
  if (cursor.take(">")) return Op::kGreater;
  return std::nullopt;
}

Result<ValueCondition> ValueCondition::parse(PatternCursor& cursor, std::string_view stops) {
  ValueCondition test;
  const auto op = take_op(cursor);
  if (!op) return cursor.fail("expected an operator");
  test.op_ = *op;
  cursor.skip_blanks();
  const std::size_t start = cursor.offset();
  const bool is_equality = op == Op::kEqual || op == Op::kNotEqual;
  if (is_equality && cursor.peek() == '%') {
    const std::string_view expression = TRACERY_TRY(cursor.take_regex());
    std::size_t offset = 0;
    auto regex = PatternRegex::compile(expression, &offset);
    if (!regex.ok()) return PatternCursor::fail_at(start + 1 + offset, regex.error().message);
    test.regex_ = *std::move(regex);
    return test;
  }
  if (is_equality && cursor.peek() == '"') {
    test.text_ = TRACERY_TRY(cursor.take_quoted());
    return test;
  }
  test.text_ = cursor.take_until(stops);
  if (test.text_.empty()) return PatternCursor::fail_at(start, "expected a value");
  test.number_ = parse_number(test.text_);
  if (!is_equality && !test.number_) return PatternCursor::fail_at(start, "expected a number");
  test.is_wildcard_ = test.text_.find('*') != std::string::npos;
  return test;
}

bool ValueCondition::is_equal(std::string_view text, std::optional<double> number) const {
  if (regex_) return regex_->matches(text);
  if (is_wildcard_) return matches_wildcard(text_, text);
  return text == text_ || (number && number_ && *number == *number_);
}

bool ValueCondition::accepts(std::string_view text, std::optional<double> number) const {
  switch (op_) {
    case Op::kEqual: return is_equal(text, number);
    case Op::kNotEqual: return !is_equal(text, number);
    case Op::kLess: return number && *number < *number_;
    case Op::kLessEqual: return number && *number <= *number_;
    case Op::kGreater: return number && *number > *number_;
    case Op::kGreaterEqual: return number && *number >= *number_;
  }
  return false;
}

std::string_view ValueCondition::required_text() const {
  const bool is_exact = op_ == Op::kEqual && !regex_ && !is_wildcard_ && !number_;
  return is_exact ? std::string_view(text_) : std::string_view();
}

}  // namespace tracery::cwlogs
