// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/sampling.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace tracery::otlp {
namespace {

constexpr std::uint32_t kRateMax = 0x7fffffffU;
/// Thresholds are 56 bits: 14 hex digits.
constexpr std::size_t kThresholdDigits = 14;
constexpr std::uint64_t kThresholdEnd = 1ULL << 56;
/// Above this a rounding error is under one percent.
constexpr double kRoundedCountMax = 100;

std::uint32_t rate_of_double(double value) {
  if (!(value > 0)) return 1;
  if (value >= static_cast<double>(kRateMax)) return kRateMax;
  const auto rounded = static_cast<std::uint32_t>(value + 0.5);
  return rounded == 0 ? 1 : rounded;
}

std::uint32_t rate_of_text(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return 1;
  return rate_of_double(value);
}

/// Takes the part before `separator` off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return part;
}

/// The value of `key` in a list like "key:value;key:value".
std::optional<std::string_view> find_in_list(std::string_view list, std::string_view key,
                                             char assign) {
  while (!list.empty()) {
    std::string_view pair = take_until(list, ';');
    if (pair.size() <= key.size() || pair.substr(0, key.size()) != key) continue;
    if (pair[key.size()] != assign) continue;
    const std::string_view value = pair.substr(key.size() + 1);
    if (value.find(assign) == std::string_view::npos) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> find_threshold(std::string_view tracestate) {
  std::string_view members = tracestate;
  while (!members.empty()) {
    std::string_view member = take_until(members, ',');
    while (!member.empty() && member.front() == ' ') member.remove_prefix(1);
    if (member.substr(0, 3) != "ot=") continue;
    const auto threshold = find_in_list(member.substr(3), "th", ':');
    if (threshold) return threshold;
  }
  return find_in_list(tracestate, "th", '=');
}

/// Reads 1 to 14 hex digits as the high digits of a 56-bit number.
std::optional<std::uint64_t> parse_threshold(std::string_view hex) {
  if (hex.empty() || hex.size() > kThresholdDigits) return std::nullopt;
  std::uint64_t value = 0;
  const char* const end = hex.data() + hex.size();
  const auto [stop, error] = std::from_chars(hex.data(), end, value, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value << (4 * (kThresholdDigits - hex.size()));
}

}  // namespace

std::uint32_t sample_rate_of(const Scalar& value) {
  switch (value.kind) {
    case Scalar::Kind::kBool: return 1;
    case Scalar::Kind::kInt:
      if (value.integer <= 0) return 1;
      return value.integer >= kRateMax ? kRateMax : static_cast<std::uint32_t>(value.integer);
    case Scalar::Kind::kDouble: return rate_of_double(value.real);
    case Scalar::Kind::kString: return rate_of_text(value.text);
  }
  return 1;
}

std::optional<std::uint32_t> sample_rate_of_tracestate(std::string_view tracestate,
                                                       std::uint64_t random) {
  const auto hex = find_threshold(tracestate);
  if (!hex) return std::nullopt;
  const auto threshold = parse_threshold(*hex);
  if (!threshold) return std::nullopt;
  const double count =
      static_cast<double>(kThresholdEnd) / static_cast<double>(kThresholdEnd - *threshold);
  if (count >= static_cast<double>(kRateMax)) return kRateMax;
  const double low = std::floor(count);
  const auto rate = static_cast<std::uint32_t>(low);
  if (low > kRoundedCountMax) return rate;
  const double chance = static_cast<double>(random >> 11) * 0x1.0p-53;
  return chance < count - low ? rate + 1 : rate;
}

}  // namespace tracery::otlp
