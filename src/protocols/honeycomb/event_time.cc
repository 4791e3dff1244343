// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/time.h"
#include "protocols/honeycomb/event_writer.h"

namespace tracery::honeycomb {
namespace {

constexpr std::size_t kSecondDigits = 10;
constexpr std::size_t kFractionDigits = 9;

bool is_all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The first ten digits are seconds, the rest their fraction; fewer than ten are no time.
std::optional<std::int64_t> parse_epoch_digits(std::string_view digits) {
  if (digits.size() < kSecondDigits) return std::nullopt;
  const std::string_view kept = digits.substr(0, kSecondDigits + kFractionDigits);
  std::int64_t value = 0;
  for (const char c : kept) {
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, c - '0', &value)) {
      return std::nullopt;
    }
  }
  for (std::size_t i = kept.size(); i < kSecondDigits + kFractionDigits; ++i) {
    if (__builtin_mul_overflow(value, 10, &value)) return std::nullopt;
  }
  return value;
}

}  // namespace

std::int64_t seconds_time_ns(double seconds, std::int64_t now_ns) {
  constexpr double kEnd = 9.2e9;  // Just inside what 64-bit nanoseconds can hold.
  if (!std::isfinite(seconds) || std::abs(seconds) >= kEnd) return now_ns;
  const double whole = std::floor(seconds);
  const double fraction = (seconds - whole) * static_cast<double>(kNsPerSecond);
  return static_cast<std::int64_t>(whole) * kNsPerSecond + static_cast<std::int64_t>(fraction);
}

std::int64_t integer_time_ns(std::int64_t value, std::int64_t now_ns) {
  return parse_event_time_ns(std::to_string(value), now_ns);
}

std::int64_t parse_event_time_ns(std::string_view text, std::int64_t now_ns) {
  if (text.empty()) return now_ns;
  if (is_all_digits(text)) return parse_epoch_digits(text).value_or(now_ns);
  if (const auto time = parse_rfc3339_ns(text)) return *time;
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  const bool is_fraction = text.find_first_of(".eE") != std::string_view::npos;
  if (error != std::errc() || stop != end || !is_fraction) return now_ns;
  return seconds_time_ns(seconds, now_ns);
}

}  // namespace tracery::honeycomb
