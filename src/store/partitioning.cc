// SPDX-License-Identifier: Apache-2.0
#include "store/partitioning.h"

#include <limits>

#include "base/time.h"

namespace tracery::store {
namespace {

constexpr std::int64_t kNsPerHour = kNsPerDay / 24;
constexpr std::int64_t kLastDay = std::numeric_limits<std::int64_t>::max() / kNsPerDay;
constexpr std::int64_t kFirstDay = std::numeric_limits<std::int64_t>::min() / kNsPerDay - 1;

std::int64_t day_start(std::int64_t day) {
  if (day > kLastDay) return std::numeric_limits<std::int64_t>::max();
  if (day <= kFirstDay) return std::numeric_limits<std::int64_t>::min();
  return day * kNsPerDay;
}

}  // namespace

TimePartition day_partition(std::int64_t day) { return {day_start(day), day_start(day + 1)}; }

bool Partitioning::is_hourly(std::int64_t day) const {
  // The first and the last day there are do not have all their hours.
  if (day <= kFirstDay || day >= kLastDay) return false;
  const auto found = day_rows_.find(day);
  return found != day_rows_.end() && found->second > day_rows_max_;
}

TimePartition Partitioning::at(std::int64_t time_ns) const {
  const std::int64_t day = day_of(time_ns);
  const TimePartition whole = day_partition(day);
  if (!is_hourly(day)) return whole;
  const std::int64_t from_ns = whole.from_ns + (time_ns - whole.from_ns) / kNsPerHour * kNsPerHour;
  return {from_ns, from_ns + kNsPerHour};
}

TimePartition Partitioning::of(const PartInfo& part) const {
  const TimePartition first = at(part.time.min_ns);
  return part.time.max_ns < first.to_ns ? first : day_partition(part.day);
}

}  // namespace tracery::store
