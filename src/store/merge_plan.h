// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "store/version_set.h"

namespace tracery::store {

/// The rows of `source` on one UTC day.
PartInput day_input(std::shared_ptr<const RowSource> source, std::int64_t day);

/// Parts to be made one, which gets the level after theirs.
struct MergePlan {
  std::vector<PartPointer> inputs;  ///< Of one day and level; empty when there is nothing to do.
  std::int64_t day = 0;
  std::uint32_t level = 0;  ///< Of the result.
};

/// The next merge. Size-tiered: eight parts of a day and level give one of the next, as long as
/// the result stays within four million rows. Newer days and lower levels come first.
MergePlan plan_merge(const std::vector<PartPointer>& parts);

struct RetentionLimits {
  std::int64_t oldest_ns = 0;        ///< Parts of days that end before it go.
  std::uint64_t disk_bytes_max = 0;  ///< Then the oldest, until the rest fits; 0 is no limit.
};
/// The parts that retention drops.
std::vector<PartPointer> plan_retention(const std::vector<PartPointer>& parts,
                                        const RetentionLimits& limits);

}  // namespace tracery::store
