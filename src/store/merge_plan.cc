// SPDX-License-Identifier: Apache-2.0
#include "store/merge_plan.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace tracery::store {
namespace {

constexpr std::size_t kPartsPerMerge = 8;
constexpr std::uint64_t kMergedRowsMax = 4'000'000;

/// As many of the smallest parts as fit in one merge; fewer than two are none.
std::vector<PartPointer> choose(std::vector<PartPointer> tier) {
  std::sort(tier.begin(), tier.end(), [](const PartPointer& a, const PartPointer& b) {
    return std::pair(a->info().rows, a->info().file) < std::pair(b->info().rows, b->info().file);
  });
  std::vector<PartPointer> chosen;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  for (PartPointer& part : tier) {
    rows += part->info().rows;
    bytes += part->info().bytes;
    if (chosen.size() == kPartsPerMerge || rows > kMergedRowsMax) break;
    if (bytes_per_group(rows, bytes) > kGroupBytesMax) break;
    chosen.push_back(std::move(part));
  }
  if (chosen.size() < 2) chosen.clear();
  return chosen;
}

}  // namespace

MergePlan plan_merge(const std::vector<PartPointer>& parts, const Partitioning& partitioning) {
  struct Partition {
    std::size_t level0 = 0;
    std::map<std::uint32_t, std::vector<PartPointer>> levels;
  };
  std::map<TimePartition, Partition, std::greater<>> partitions;
  for (const PartPointer& part : parts) {
    if (part->is_unmergeable()) continue;
    Partition& partition = partitions[partitioning.of(part->info())];
    if (part->info().level == 0) ++partition.level0;
    partition.levels[part->info().level].push_back(part);
  }
  for (const bool crowded_only : {true, false}) {
    for (auto& [time, partition] : partitions) {
      if (crowded_only && partition.level0 <= kCrowdedParts) continue;
      for (auto& [level, tier] : partition.levels) {
        if (tier.size() < kPartsPerMerge) continue;
        std::vector<PartPointer> inputs = choose(tier);
        if (!inputs.empty()) return {std::move(inputs), time, level + 1};
      }
    }
  }
  return {};
}

std::vector<PartPointer> plan_retention(const std::vector<PartPointer>& parts,
                                        const RetentionLimits& limits) {
  std::vector<PartPointer> oldest_first = parts;
  std::sort(oldest_first.begin(), oldest_first.end(), [](const auto& a, const auto& b) {
    return std::pair(a->info().day, a->info().time.max_ns) <
           std::pair(b->info().day, b->info().time.max_ns);
  });
  std::uint64_t bytes = 0;
  for (const PartPointer& part : parts) bytes += part->info().bytes;
  std::vector<PartPointer> dropped;
  for (PartPointer& part : oldest_first) {
    const bool is_expired = day_partition(part->info().day).to_ns < limits.oldest_ns;
    const bool is_over = limits.disk_bytes_max != 0 && bytes > limits.disk_bytes_max;
    if (!is_expired && !is_over) break;
    bytes -= part->info().bytes;
    dropped.push_back(std::move(part));
  }
  return dropped;
}

}  // namespace tracery::store
