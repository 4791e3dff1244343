// SPDX-License-Identifier: Apache-2.0
#include "query/numeric_bounds.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "query/canonical.h"

namespace tracery::query {
namespace {

constexpr std::int64_t kIntMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kIntMax = std::numeric_limits<std::int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_lower_bound(FilterOp op) {
  return op == FilterOp::kGreater || op == FilterOp::kGreaterEqual;
}

bool is_strict(FilterOp op) { return op == FilterOp::kGreater || op == FilterOp::kLess; }

void set_ints(FilterOp op, std::int64_t constant, NumericBounds* bounds) {
  const bool lower = is_lower_bound(op);
  if (is_strict(op) && constant == (lower ? kIntMax : kIntMin)) return;
  const std::int64_t edge = constant + (is_strict(op) ? (lower ? 1 : -1) : 0);
  bounds->int_low = lower ? edge : kIntMin;
  bounds->int_high = lower ? kIntMax : edge;
}

void set_doubles(FilterOp op, double constant, NumericBounds* bounds) {
  const bool lower = is_lower_bound(op);
  const double away = lower ? kInfinity : -kInfinity;
  if (is_strict(op) && constant == away) return;
  const double edge = is_strict(op) ? std::nextafter(constant, away) : constant;
  bounds->double_low = lower ? edge : -kInfinity;
  bounds->double_high = lower ? kInfinity : edge;
}

NumericBounds bounds_of_int(FilterOp op, std::int64_t constant) {
  NumericBounds bounds;
  set_ints(op, constant, &bounds);
  const auto rounded = static_cast<double>(constant);
  const int order = compare_exactly(constant, rounded);
  if (order == 0) {
    set_doubles(op, rounded, &bounds);
    return bounds;
  }
  // No double lies between the constant and its rounding, so only strictness has to follow it.
  const bool rounding_passes = is_lower_bound(op) == (order < 0);
  const FilterOp loose = is_lower_bound(op) ? FilterOp::kGreaterEqual : FilterOp::kLessEqual;
  const FilterOp strict = is_lower_bound(op) ? FilterOp::kGreater : FilterOp::kLess;
  set_doubles(rounding_passes ? loose : strict, rounded, &bounds);
  return bounds;
}

NumericBounds bounds_of_double(FilterOp op, double constant) {
  NumericBounds bounds;
  if (std::isnan(constant)) return bounds;
  set_doubles(op, constant, &bounds);
  const bool lower = is_lower_bound(op);
  const double whole = lower ? std::ceil(constant) : std::floor(constant);
  const bool reaches_all = lower ? whole < -0x1p63 : whole >= 0x1p63;
  const bool reaches_none = lower ? whole >= 0x1p63 : whole < -0x1p63;
  if (reaches_none) return bounds;
  if (reaches_all) {
    bounds.int_low = kIntMin;
    bounds.int_high = kIntMax;
    return bounds;
  }
  const FilterOp loose = lower ? FilterOp::kGreaterEqual : FilterOp::kLessEqual;
  set_ints(whole == constant ? op : loose, static_cast<std::int64_t>(whole), &bounds);
  return bounds;
}

template <typename T>
std::optional<T> parse_all(std::string_view text) {
  T value{};
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::variant<std::int64_t, double>> to_number(const model::Value& constant) {
  if (const auto* integer = std::get_if<std::int64_t>(&constant)) return *integer;
  if (const auto* number = std::get_if<double>(&constant)) return *number;
  const auto* text = std::get_if<std::string>(&constant);
  if (text == nullptr) return std::nullopt;
  if (const auto integer = parse_all<std::int64_t>(*text)) return *integer;
  if (const auto number = parse_all<double>(*text)) return *number;
  return std::nullopt;
}

NumericBounds bounds_of(FilterOp op, const model::Value& constant) {
  const auto number = to_number(constant);
  if (!number) return {};
  if (const auto* integer = std::get_if<std::int64_t>(&*number)) return bounds_of_int(op, *integer);
  return bounds_of_double(op, std::get<double>(*number));
}

}  // namespace tracery::query
