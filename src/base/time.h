// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracery {

inline constexpr std::int64_t kNsPerUs = 1'000;
inline constexpr std::int64_t kNsPerMs = 1'000'000;
inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNsPerDay = 86'400 * kNsPerSecond;

/// Reads an RFC 3339 date-time with any fraction (digits past nanoseconds are dropped), 'T', 't'
/// or a blank between date and time, 'Z' or an offset. Nothing when it is anything else or does
/// not fit in 64-bit nanoseconds.
std::optional<std::int64_t> parse_rfc3339_ns(std::string_view text);

/// "2026-01-02T03:04:05Z"; the fraction is written only when there is one, without trailing zeros.
std::string format_rfc3339(std::int64_t time_ns);

/// "Fri, 02 Jan 2026 03:04:05 GMT", as HTTP writes dates (RFC 9110, 5.6.7).
std::string format_http_date(std::int64_t time_ns);

/// Days since 1970-01-01 that `time_ns` lies in, rounding towards the past.
std::int64_t day_of(std::int64_t time_ns);

/// "2026-01-02" for a day number.
std::string format_day(std::int64_t day);

}  // namespace tracery
