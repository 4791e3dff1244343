// SPDX-License-Identifier: Apache-2.0
#include "query/datum.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "base/time.h"

namespace tracery::query {
namespace {

constexpr std::uint64_t kTimeTag = 101;

/// Long enough for any number and any time.
struct Buffer {
  char bytes[48];
};

std::string_view print_time(std::int64_t time_ns, Buffer& buffer) {
  using namespace std::chrono;
  const std::int64_t day = day_of(time_ns);
  const year_month_day date{sys_days{days{day}}};
  const std::int64_t ms = (time_ns - day * kNsPerDay) / kNsPerMs;
  const int size =
      std::snprintf(buffer.bytes, sizeof buffer.bytes, "%04d-%02u-%02u %02d:%02d:%02d.%03d",
                    int{date.year()}, unsigned{date.month()}, unsigned{date.day()},
                    static_cast<int>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60),
                    static_cast<int>(ms / 1'000 % 60), static_cast<int>(ms % 1'000));
  return {buffer.bytes, static_cast<std::size_t>(size)};
}

std::string_view print_integer(std::int64_t value, Buffer& buffer) {
  const auto end = std::to_chars(buffer.bytes, buffer.bytes + sizeof buffer.bytes, value).ptr;
  return {buffer.bytes, static_cast<std::size_t>(end - buffer.bytes)};
}

std::string_view print_number(double value, Buffer& buffer) {
  std::int64_t exact = 0;
  if (to_exact_int(value, &exact)) return print_integer(exact, buffer);
  const std::string text = canonical_text(value);
  return {buffer.bytes, text.copy(buffer.bytes, sizeof buffer.bytes)};
}

std::string_view print(const Datum& datum, Buffer& buffer) {
  switch (datum.kind()) {
    case Datum::Kind::kNull: return {};
    case Datum::Kind::kTruth:
    case Datum::Kind::kInteger: return print_integer(datum.whole(), buffer);
    case Datum::Kind::kNumber: return print_number(datum.number(), buffer);
    case Datum::Kind::kTime: return print_time(datum.whole(), buffer);
    case Datum::Kind::kText:
    case Datum::Kind::kJson: break;
  }
  return datum.text();
}

Comparison order_of(int sign) {
  return sign < 0 ? Comparison::kLess : sign > 0 ? Comparison::kGreater : Comparison::kEqual;
}

Comparison compare_doubles(double a, double b) {
  if (a < b) return Comparison::kLess;
  if (a > b) return Comparison::kGreater;
  return a == b ? Comparison::kEqual : Comparison::kDifferent;
}

Comparison reversed(Comparison comparison) {
  if (comparison == Comparison::kLess) return Comparison::kGreater;
  return comparison == Comparison::kGreater ? Comparison::kLess : comparison;
}

/// `a` is no text and not null; `b` is a text.
Comparison compare_with_text(const Datum& a, const Datum& b) {
  if (const auto number = parse_decimal(b.text())) return compare_doubles(*number_of(a), *number);
  Buffer buffer;
  if (a.kind() == Datum::Kind::kTime) return order_of(print(a, buffer).compare(b.text()));
  if (a.kind() == Datum::Kind::kTruth && b.text() == (a.whole() == 1 ? "true" : "false")) {
    return Comparison::kEqual;
  }
  return Comparison::kDifferent;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return text.substr(at, end - at);
}

int compare_naturally(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::string_view x = digits_at(a, i);
      const std::string_view y = digits_at(b, j);
      if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
      if (const int sign = x.compare(y); sign != 0) return sign;
      i += x.size();
      j += y.size();
      continue;
    }
    // Bytes of UTF-8 are in the order of the characters.
    if (a[i] != b[j]) {
      return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]) ? -1 : 1;
    }
    ++i;
    ++j;
  }
  return (i < a.size() ? 1 : 0) - (j < b.size() ? 1 : 0);
}

}  // namespace

Datum Datum::kept_in(TextArena& arena) const {
  return is_text() ? bytes(kind_, arena.store(text())) : *this;
}

std::optional<double> parse_decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  // Refuses what from_chars takes as "nan" or "inf", and most texts without a closer look.
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (first == text.size() || !is_digit(text.back())) return std::nullopt;
  if (!is_digit(text[first]) && text[first] != '.') return std::nullopt;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::optional<double> number_of(const Datum& datum) {
  switch (datum.kind()) {
    case Datum::Kind::kTruth:
    case Datum::Kind::kInteger: return static_cast<double>(datum.whole());
    case Datum::Kind::kNumber: return datum.number();
    case Datum::Kind::kTime: return std::floor(static_cast<double>(datum.whole()) / 1e6);
    case Datum::Kind::kText: return parse_decimal(datum.text());
    case Datum::Kind::kNull:
    case Datum::Kind::kJson: break;
  }
  return std::nullopt;
}

std::string_view text_of(const Datum& datum, TextArena& arena) {
  if (datum.is_text()) return datum.text();
  Buffer buffer;
  return arena.store(print(datum, buffer));
}

std::optional<bool> truth_of(const Datum& datum) {
  if (datum.is_null()) return std::nullopt;
  if (const auto number = number_of(datum)) return *number != 0;
  return datum.text() == "true";
}

Comparison compare(const Datum& a, const Datum& b) {
  if (a.is_null() || b.is_null()) return Comparison::kUnknown;
  if (a.is_text() && b.is_text()) return order_of(a.text().compare(b.text()));
  if (b.is_text()) return compare_with_text(a, b);
  if (a.is_text()) return reversed(compare_with_text(b, a));
  const bool whole = a.kind() != Datum::Kind::kNumber && b.kind() != Datum::Kind::kNumber;
  const bool same_unit = (a.kind() == Datum::Kind::kTime) == (b.kind() == Datum::Kind::kTime);
  if (whole && same_unit) {
    return order_of(a.whole() < b.whole() ? -1 : a.whole() > b.whole() ? 1 : 0);
  }
  return compare_doubles(*number_of(a), *number_of(b));
}

int compare_in_order(const Datum& a, const Datum& b) {
  if (!a.is_text() && !b.is_text()) {
    const Comparison comparison = compare(a, b);
    if (comparison == Comparison::kLess) return -1;
    if (comparison == Comparison::kGreater) return 1;
    if (comparison == Comparison::kEqual) return 0;
  }
  const auto x = number_of(a);
  const auto y = number_of(b);
  if (x.has_value() != y.has_value()) return x ? 1 : -1;
  if (x && *x != *y) return *x < *y ? -1 : 1;
  Buffer first;
  Buffer second;
  return x ? print(a, first).compare(print(b, second)) : compare_naturally(a.text(), b.text());
}

ValueKey key_of(const Datum& datum) {
  switch (datum.kind()) {
    case Datum::Kind::kNull: return kAbsentKey;
    case Datum::Kind::kTruth:
    case Datum::Kind::kInteger: return key_of(datum.whole());
    case Datum::Kind::kNumber: return key_of(datum.number());
    case Datum::Kind::kTime: return {kTimeTag, static_cast<std::uint64_t>(datum.whole())};
    case Datum::Kind::kText:
    case Datum::Kind::kJson: break;
  }
  return key_of(datum.text());
}

}  // namespace tracery::query
