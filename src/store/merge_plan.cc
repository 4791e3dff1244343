// SPDX-License-Identifier: Apache-2.0
#include "store/merge_plan.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "base/time.h"

namespace tracery::store {
namespace {

constexpr std::size_t kPartsPerMerge = 8;
constexpr std::uint64_t kMergedRowsMax = 4'000'000;

constexpr std::int64_t kLastDay = std::numeric_limits<std::int64_t>::max() / kNsPerDay;
constexpr std::int64_t kFirstDay = std::numeric_limits<std::int64_t>::min() / kNsPerDay - 1;

std::int64_t day_start(std::int64_t day) {
  if (day > kLastDay) return std::numeric_limits<std::int64_t>::max();
  if (day <= kFirstDay) return std::numeric_limits<std::int64_t>::min();
  return day * kNsPerDay;
}

/// As many of the smallest parts as fit in one merge; fewer than two are none.
std::vector<PartPointer> choose(std::vector<PartPointer> tier) {
  std::sort(tier.begin(), tier.end(), [](const PartPointer& a, const PartPointer& b) {
    return std::pair(a->info().rows, a->info().file) < std::pair(b->info().rows, b->info().file);
  });
  std::vector<PartPointer> chosen;
  std::uint64_t rows = 0;
  for (PartPointer& part : tier) {
    rows += part->info().rows;
    if (chosen.size() == kPartsPerMerge || rows > kMergedRowsMax) break;
    chosen.push_back(std::move(part));
  }
  if (chosen.size() < 2) chosen.clear();
  return chosen;
}

}  // namespace

PartInput day_input(std::shared_ptr<const RowSource> source, std::int64_t day) {
  return {std::move(source), day_start(day), day_start(day + 1)};
}

MergePlan plan_merge(const std::vector<PartPointer>& parts) {
  // Negated day: the newest is first.
  std::map<std::pair<std::int64_t, std::uint32_t>, std::vector<PartPointer>> tiers;
  for (const PartPointer& part : parts) {
    tiers[{-part->info().day, part->info().level}].push_back(part);
  }
  for (auto& [key, tier] : tiers) {
    if (tier.size() < kPartsPerMerge) continue;
    std::vector<PartPointer> inputs = choose(std::move(tier));
    if (!inputs.empty()) return {std::move(inputs), -key.first, key.second + 1};
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
    const bool is_expired = day_start(part->info().day + 1) < limits.oldest_ns;
    const bool is_over = limits.disk_bytes_max != 0 && bytes > limits.disk_bytes_max;
    if (!is_expired && !is_over) break;
    bytes -= part->info().bytes;
    dropped.push_back(std::move(part));
  }
  return dropped;
}

}  // namespace tracery::store
