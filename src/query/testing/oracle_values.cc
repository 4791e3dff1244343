// SPDX-License-Identifier: Apache-2.0
#include "query/testing/oracle_values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace tracery::query::oracle {
namespace {

std::string text_of_double(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  const double bound = std::ldexp(1.0, 63);
  if (value == std::trunc(value) && value >= -bound && value < bound) {
    return std::to_string(static_cast<long long>(value));
  }
  // The fewest digits that read back as the same double.
  char buffer[64];
  int digits = 0;
  do {
    std::snprintf(buffer, sizeof buffer, "%.*e", digits, value);
    ++digits;
  } while (std::strtod(buffer, nullptr) != value);
  std::string mantissa(buffer);
  const std::size_t mark = mantissa.find('e');
  const int exponent = std::atoi(mantissa.c_str() + mark + 1);
  mantissa.resize(mark);
  if (exponent >= 21 || exponent < -6) {
    return mantissa + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  }
  const bool negative = mantissa[0] == '-';
  std::string all;
  for (const char c : mantissa) {
    if (c >= '0' && c <= '9') all += c;
  }
  std::string text;
  if (exponent < 0) {
    text = "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + all;
  } else {
    while (static_cast<int>(all.size()) < exponent + 1) all += '0';
    const auto whole = static_cast<std::size_t>(exponent + 1);
    text = all.substr(0, whole);
    if (all.size() > whole) text += "." + all.substr(whole);
  }
  return negative ? "-" + text : text;
}

std::optional<Number> number_of_constant(const model::Value& value) {
  if (const auto number = number_of(value)) return number;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->empty() || (*text)[0] == ' ' || (*text)[0] == '+') return {};
  char* end = nullptr;
  const Number number = std::strtold(text->c_str(), &end);
  if (*end != '\0') return {};
  // A text that is no int64 is read as a double.
  if (number == std::trunc(number) && number >= -0x1p63L && number < 0x1p63L) return number;
  return static_cast<double>(number);
}

bool contains_text(FilterOp op, const std::string& text, const std::string& needle) {
  switch (op) {
    case FilterOp::kStartsWith: return text.rfind(needle, 0) == 0;
    case FilterOp::kEndsWith:
      return text.size() >= needle.size() &&
             text.compare(text.size() - needle.size(), needle.size(), needle) == 0;
    default: return text.find(needle) != std::string::npos;
  }
}

bool in_order(FilterOp op, Number value, Number constant) {
  switch (op) {
    case FilterOp::kGreater: return value > constant;
    case FilterOp::kGreaterEqual: return value >= constant;
    case FilterOp::kLess: return value < constant;
    default: return value <= constant;
  }
}

bool keeps(const Filter& filter, const model::Event& event) {
  const model::Value value = field_of(event, filter.column);
  const bool present = value.index() != 0;
  const std::string text = text_of(value);
  const auto equals_any = [&] {
    return present && std::any_of(filter.values.begin(), filter.values.end(),
                                  [&](const model::Value& one) { return text_of(one) == text; });
  };
  const auto has_text = [&](FilterOp op) {
    return present && contains_text(op, text, text_of(filter.values[0]));
  };
  switch (filter.op) {
    case FilterOp::kExists: return present;
    case FilterOp::kNotExists: return !present;
    case FilterOp::kEqual:
    case FilterOp::kIn: return equals_any();
    case FilterOp::kNotEqual:
    case FilterOp::kNotIn: return !equals_any();
    case FilterOp::kStartsWith:
    case FilterOp::kEndsWith:
    case FilterOp::kContains: return has_text(filter.op);
    case FilterOp::kNotStartsWith: return !has_text(FilterOp::kStartsWith);
    case FilterOp::kNotEndsWith: return !has_text(FilterOp::kEndsWith);
    case FilterOp::kNotContains: return !has_text(FilterOp::kContains);
    default: break;
  }
  const auto number = number_of(value);
  const auto constant = number_of_constant(filter.values[0]);
  return number && constant && in_order(filter.op, *number, *constant);
}

int rank_of(const model::Value& value) {
  if (value.index() == 0) return 0;
  if (value.index() == 1) return 1;
  if (value.index() == 4) return 4;
  return std::isnan(*number_of(value)) ? 3 : 2;
}

}  // namespace

std::string text_of(const model::Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&value)) return text_of_double(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "";
}

std::optional<Number> number_of(const model::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return {};
}

model::Value field_of(const model::Event& event, const std::string& name) {
  for (const model::Field& field : event.fields) {
    if (field.name == name && field.value.index() != 0) return field.value;
  }
  return {};
}

bool keeps(const FilterSet& set, const model::Event& event) {
  if (set.filters.empty()) return true;
  const auto one = [&](const Filter& filter) { return keeps(filter, event); };
  return set.combine == Combine::kAnd ? std::all_of(set.filters.begin(), set.filters.end(), one)
                                      : std::any_of(set.filters.begin(), set.filters.end(), one);
}

bool comes_before(const model::Value& a, const model::Value& b) {
  if (rank_of(a) != rank_of(b)) return rank_of(a) < rank_of(b);
  switch (rank_of(a)) {
    case 1: return !std::get<bool>(a) && std::get<bool>(b);
    case 2: return *number_of(a) < *number_of(b);
    case 4: return std::get<std::string>(a) < std::get<std::string>(b);
    default: return false;
  }
}

}  // namespace tracery::query::oracle
