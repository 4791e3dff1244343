// SPDX-License-Identifier: Apache-2.0
#include "query/canonical.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/hex.h"

namespace tracery::query {
namespace {

// First words of keys that hold their value in the second one; those of hashed texts are random.
constexpr std::uint64_t kBoolTag = 2;
constexpr std::uint64_t kIntTag = 3;
constexpr std::uint64_t kDoubleTag = 4;
constexpr std::uint64_t kId8Tag = 5;
constexpr std::uint64_t kTextSeed = 0;
constexpr std::uint64_t kId16Seed = 1;

/// Lays out the digits of a finite number as ECMAScript's Number::toString does.
std::string lay_out(bool negative, std::string_view digits, int point) {
  const int count = static_cast<int>(digits.size());
  std::string text = negative ? "-" : "";
  if (count <= point && point <= 21) {
    text += digits;
    text.append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    text += digits.substr(0, static_cast<std::size_t>(point));
    text += '.';
    text += digits.substr(static_cast<std::size_t>(point));
  } else if (-6 < point && point <= 0) {
    text += "0.";
    text.append(static_cast<std::size_t>(-point), '0');
    text += digits;
  } else {
    text += digits[0];
    if (count > 1) {
      text += '.';
      text += digits.substr(1);
    }
    text += point > 0 ? "e+" : "e-";
    text += std::to_string(std::abs(point - 1));
  }
  return text;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || digits.size() > 19) return std::nullopt;
  if (digits[0] == '0' && text.size() > 1) return std::nullopt;
  std::int64_t value = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

std::optional<double> parse_double(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  const char last = text.back();
  if (last < '0' || last > '9' || text.size() > 32) return std::nullopt;
  double value = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  if (canonical_text(value) != text) return std::nullopt;
  return value;
}

int rank_of(const model::Value& value) {
  constexpr int kRanks[] = {0, 1, 2, 2, 3};
  return kRanks[value.index()];
}

template <typename T>
int compare_plain(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int compare_doubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return int{std::isnan(a)} - int{std::isnan(b)};
  return compare_plain(a, b);
}

int compare_numbers(const model::Value& a, const model::Value& b) {
  const auto* a_int = std::get_if<std::int64_t>(&a);
  const auto* b_int = std::get_if<std::int64_t>(&b);
  if (a_int != nullptr && b_int != nullptr) return compare_plain(*a_int, *b_int);
  if (a_int == nullptr && b_int == nullptr) {
    return compare_doubles(std::get<double>(a), std::get<double>(b));
  }
  if (b_int != nullptr) return -compare_numbers(b, a);
  const double other = std::get<double>(b);
  return std::isnan(other) ? -1 : compare_exactly(*a_int, other);
}

}  // namespace

std::string canonical_text(std::int64_t value) { return std::to_string(value); }

std::string canonical_text(double value) {
  std::int64_t exact = 0;
  if (to_exact_int(value, &exact)) return canonical_text(exact);
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t mark = text.find('e');
  std::string digits(text.substr(0, 1));
  if (mark > 2) digits += text.substr(2, mark - 2);
  int exponent = 0;
  const bool plus = text[mark + 1] == '+';
  std::from_chars(text.data() + mark + (plus ? 2 : 1), end, exponent);
  return lay_out(value < 0, digits, exponent + 1);
}

std::string canonical_text(const model::Value& value) {
  switch (value.index()) {
    case 1: return std::get<bool>(value) ? "true" : "false";
    case 2: return canonical_text(std::get<std::int64_t>(value));
    case 3: return canonical_text(std::get<double>(value));
    case 4: return std::get<std::string>(value);
    default: return "";
  }
}

ValueKey key_of(bool value) { return {kBoolTag, value ? 1U : 0U}; }

ValueKey key_of(std::int64_t value) { return {kIntTag, static_cast<std::uint64_t>(value)}; }

ValueKey key_of(double value) {
  std::int64_t exact = 0;
  if (to_exact_int(value, &exact)) return key_of(exact);
  if (std::isnan(value)) return {kDoubleTag, ~std::uint64_t{0}};
  return {kDoubleTag, std::bit_cast<std::uint64_t>(value)};
}

ValueKey key_of(std::string_view text) {
  const TypedForms forms = forms_of(text);
  if (forms.integer) return key_of(*forms.integer);
  if (forms.number) return key_of(*forms.number);
  if (forms.truth) return key_of(*forms.truth);
  if (forms.id8) return key_of_id8(forms.id8->data());
  if (forms.id16) return key_of_id16(forms.id16->data());
  return hash128(text, kTextSeed);
}

ValueKey key_of_id8(const std::uint8_t* id) {
  std::uint64_t word = 0;
  std::memcpy(&word, id, sizeof word);
  // An id of decimal digits only, the first not 0, reads as an int.
  const std::uint64_t carries = word + 0x0606060606060606ULL;
  const bool low_digits = ((word ^ carries ^ 0x0606060606060606ULL) & 0x1010101010101010ULL) == 0;
  if (low_digits && id[0] >= 0x10) {
    if (const auto value = parse_int(to_hex({id, 8}))) return key_of(*value);
  }
  return {kId8Tag, word};
}

ValueKey key_of_id16(const std::uint8_t* id) {
  return hash128({reinterpret_cast<const char*>(id), 16}, kId16Seed);
}

TypedForms forms_of(std::string_view text) {
  TypedForms forms;
  if (text == "true" || text == "false") forms.truth = text == "true";
  forms.integer = parse_int(text);
  forms.number = parse_double(text);
  const bool hex = (text.size() == 16 || text.size() == 32) && is_canonical_hex(text);
  if (hex && text.size() == 16) from_hex(text, forms.id8.emplace());
  if (hex && text.size() == 32) from_hex(text, forms.id16.emplace());
  return forms;
}

int compare_exactly(std::int64_t a, double b) {
  if (b >= 0x1p63) return -1;
  if (b < -0x1p63) return 1;
  const double whole = std::floor(b);
  const auto floor_int = static_cast<std::int64_t>(whole);
  if (a != floor_int) return a < floor_int ? -1 : 1;
  return whole < b ? -1 : 0;
}

int compare_values(const model::Value& a, const model::Value& b) {
  const int rank = rank_of(a);
  if (rank != rank_of(b)) return rank < rank_of(b) ? -1 : 1;
  switch (rank) {
    case 1: return compare_plain(std::get<bool>(a), std::get<bool>(b));
    case 2: return compare_numbers(a, b);
    case 3: return compare_plain(std::get<std::string>(a), std::get<std::string>(b));
    default: return 0;
  }
}

}  // namespace tracery::query
