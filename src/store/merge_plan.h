// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "store/version_set.h"

namespace tracery::store {

/// Parts to be made one, which gets the level after theirs.
struct MergePlan {
  std::vector<PartPointer> inputs;  ///< Of one partition and level; empty: nothing to do.
  TimePartition partition;
  std::uint32_t level = 0;  ///< Of the result.
};

/// The next merge. Size-tiered: eight parts of a partition and level give one of the next, as long
/// as the result stays within four million rows. Crowded partitions come first, then newer ones
/// and lower levels.
MergePlan plan_merge(const std::vector<PartPointer>& parts, const Partitioning& partitioning);

struct RetentionLimits {
  std::int64_t oldest_ns = 0;        ///< Parts of days that end before it go.
  std::uint64_t disk_bytes_max = 0;  ///< Then the oldest, until the rest fits; 0 is no limit.
};
/// The parts that retention drops.
std::vector<PartPointer> plan_retention(const std::vector<PartPointer>& parts,
                                        const RetentionLimits& limits);

}  // namespace tracery::store
