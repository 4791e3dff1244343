// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>

#include "store/part.h"

namespace tracery::store {

/// A stretch of time that no part leaves: a UTC day or an hour of one. Of a part's input it takes
/// the rows with from_ns <= time < to_ns.
struct TimePartition {
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  auto operator<=>(const TimePartition&) const = default;
};

/// How rows are divided by time: by day, and by hour on days that hold more rows than is good for
/// one partition. What was written before a day grew that large stays a partition of its own.
class Partitioning {
 public:
  explicit Partitioning(std::uint64_t day_rows_max) : day_rows_max_(day_rows_max) {}

  /// Counts a part's rows.
  void add(const PartInfo& part) { day_rows_[part.day] += part.rows; }

  /// Where a row of this time goes.
  TimePartition at(std::int64_t time_ns) const;
  /// Where a part lies.
  TimePartition of(const PartInfo& part) const;

 private:
  bool is_hourly(std::int64_t day) const;

  std::uint64_t day_rows_max_;
  std::map<std::int64_t, std::uint64_t> day_rows_;
};

TimePartition day_partition(std::int64_t day);

}  // namespace tracery::store
