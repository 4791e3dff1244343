// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <charconv>
#include <cstdio>

namespace tracery {
namespace {

struct CivilDate {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

/// Howard Hinnant's days_from_civil: exact for every proleptic Gregorian date.
std::int64_t days_from_civil(const CivilDate& date) {
  const std::int64_t y = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto year_of_era = static_cast<std::int64_t>(y - era * 400);
  const std::int64_t month_from_march = (static_cast<std::int64_t>(date.month) + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

CivilDate civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t m = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<unsigned>(day_of_year - (153 * m + 2) / 5 + 1);
  const auto month = static_cast<unsigned>(m < 10 ? m + 3 : m - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

/// Takes `digits` decimal digits off the front of `text`; -1 when they are not there.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// Nanoseconds of an optional ".digits"; -1 when a dot has no digit after it.
std::int64_t take_fraction_ns(std::string_view& text) {
  if (!take_char(text, ".,")) return 0;
  std::int64_t value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    if (digits < 9) value = value * 10 + (text[digits] - '0');
  }
  if (digits == 0) return -1;
  for (std::size_t i = digits; i < 9; ++i) value *= 10;
  text.remove_prefix(digits);
  return value;
}

/// Seconds east of UTC; nothing when the text is neither 'Z' nor ±hh:mm (colon optional).
std::optional<std::int64_t> take_offset_seconds(std::string_view& text) {
  if (take_char(text, "Zz")) return 0;
  if (text.empty()) return std::nullopt;
  const char sign = text.front();
  if (!take_char(text, "+-")) return std::nullopt;
  const int hours = take_number(text, 2);
  take_char(text, ":");
  const int minutes = take_number(text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  return sign == '-' ? -seconds : seconds;
}

unsigned days_in_month(std::int64_t year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

std::optional<std::int64_t> parse_rfc3339_ns(std::string_view text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take_char(text, "-")) return std::nullopt;
  const int month = take_number(text, 2);
  if (month < 1 || month > 12 || !take_char(text, "-")) return std::nullopt;
  const int day = take_number(text, 2);
  const auto month_u = static_cast<unsigned>(month);
  if (day < 1 || static_cast<unsigned>(day) > days_in_month(year, month_u)) return std::nullopt;
  if (!take_char(text, "Tt ")) return std::nullopt;
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take_char(text, ":")) return std::nullopt;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take_char(text, ":")) return std::nullopt;
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return std::nullopt;
  const std::int64_t fraction_ns = take_fraction_ns(text);
  if (fraction_ns < 0) return std::nullopt;
  const auto offset = take_offset_seconds(text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::int64_t days = days_from_civil({year, month_u, static_cast<unsigned>(day)});
  const std::int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - *offset;
  std::int64_t time_ns = 0;
  if (__builtin_mul_overflow(seconds, kNsPerSecond, &time_ns)) return std::nullopt;
  if (__builtin_add_overflow(time_ns, fraction_ns, &time_ns)) return std::nullopt;
  return time_ns;
}

std::int64_t day_of(std::int64_t time_ns) {
  return time_ns / kNsPerDay - (time_ns % kNsPerDay < 0 ? 1 : 0);
}

std::string format_day(std::int64_t day) {
  const CivilDate date = civil_from_days(day);
  char text[32];
  std::snprintf(text, sizeof text, "%04lld-%02u-%02u", static_cast<long long>(date.year),
                date.month, date.day);
  return text;
}

std::string format_http_date(std::int64_t time_ns) {
  constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t day = day_of(time_ns);
  const CivilDate date = civil_from_days(day);
  const auto second = static_cast<int>((time_ns - day * kNsPerDay) / kNsPerSecond);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04lld %02d:%02d:%02d GMT",
                kDays[(day % 7 + 7) % 7], date.day, kMonths[date.month - 1],
                static_cast<long long>(date.year), second / 3600, second / 60 % 60, second % 60);
  return text;
}

std::string format_rfc3339(std::int64_t time_ns) {
  const std::int64_t day = day_of(time_ns);
  const std::int64_t in_day_ns = time_ns - day * kNsPerDay;
  const auto second = static_cast<int>(in_day_ns / kNsPerSecond);
  auto fraction = static_cast<int>(in_day_ns % kNsPerSecond);
  char clock[32];
  std::snprintf(clock, sizeof clock, "T%02d:%02d:%02d", second / 3600, second / 60 % 60,
                second % 60);
  std::string text = format_day(day) + clock;
  if (fraction != 0) {
    char digits[16];
    std::snprintf(digits, sizeof digits, ".%09d", fraction);
    text += digits;
    while (text.back() == '0') text.pop_back();
  }
  return text += 'Z';
}

}  // namespace tracery
