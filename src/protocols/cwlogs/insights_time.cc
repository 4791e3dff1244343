// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_time.h"

#include <chrono>

#include "base/time.h"

namespace tracery::cwlogs {
namespace {

/// The epoch was a Thursday; the Monday before it.
constexpr std::int64_t kMondayNs = -3 * kNsPerDay;

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

std::int64_t fixed_ns(Period::Unit unit) {
  switch (unit) {
    case Period::Unit::kMillisecond: return kNsPerMs;
    case Period::Unit::kSecond: return kNsPerSecond;
    case Period::Unit::kMinute: return 60 * kNsPerSecond;
    case Period::Unit::kHour: return 3'600 * kNsPerSecond;
    case Period::Unit::kDay: return kNsPerDay;
    case Period::Unit::kWeek: return 7 * kNsPerDay;
    default: return 0;
  }
}

std::int64_t months_of(const Period& period) {
  switch (period.unit) {
    case Period::Unit::kMonth: return period.count;
    case Period::Unit::kQuarter: return 3 * period.count;
    default: return 12 * period.count;
  }
}

/// Months since the start of 1970.
std::int64_t month_of(std::int64_t time_ns) {
  using namespace std::chrono;
  const year_month_day date{sys_days{days{day_of(time_ns)}}};
  return (int{date.year()} - 1970) * std::int64_t{12} + unsigned{date.month()} - 1;
}

std::int64_t start_of_month(std::int64_t month) {
  using namespace std::chrono;
  const std::int64_t first = floor_to(month, 12);
  const year_month_day date{year{static_cast<int>(1970 + first / 12)},
                            std::chrono::month{static_cast<unsigned>(month - first + 1)}, day{1}};
  return sys_days{date}.time_since_epoch().count() * kNsPerDay;
}

std::int64_t fixed_step(const Period& period) {
  constexpr std::int64_t kStepMax = 100 * 366 * kNsPerDay;
  const std::int64_t unit = fixed_ns(period.unit);
  return period.count > kStepMax / unit ? kStepMax : period.count * unit;
}

}  // namespace

std::int64_t floor_time(std::int64_t time_ns, const Period& period) {
  if (fixed_ns(period.unit) == 0) {
    return start_of_month(floor_to(month_of(time_ns), months_of(period)));
  }
  const std::int64_t origin = period.unit == Period::Unit::kWeek ? kMondayNs : 0;
  return floor_to(time_ns - origin, fixed_step(period)) + origin;
}

std::int64_t ceil_time(std::int64_t time_ns, const Period& period) {
  const std::int64_t start = floor_time(time_ns, period);
  if (start == time_ns) return start;
  if (fixed_ns(period.unit) == 0) return start_of_month(month_of(start) + months_of(period));
  return start + fixed_step(period);
}

std::int64_t month_before(std::int64_t time_ns) {
  using namespace std::chrono;
  const std::int64_t today = day_of(time_ns);
  const year_month_day date{sys_days{days{today}}};
  year_month_day before = date - months{1};
  if (!before.ok()) before = before.year() / before.month() / last;
  return sys_days{before}.time_since_epoch().count() * kNsPerDay + time_ns - today * kNsPerDay;
}

}  // namespace tracery::cwlogs
