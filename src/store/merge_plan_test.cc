// SPDX-License-Identifier: Apache-2.0
#include "store/merge_plan.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/time.h"
#include "store/fault_file_system.h"
#include "store/memory_source.h"

namespace tracery::store {
namespace {

FaultFileSystem& disk() {
  static FaultFileSystem files;
  return files;
}

PartPointer part(std::int64_t day, std::uint32_t level, std::uint64_t rows, int number = 0,
                 std::uint64_t bytes = 0) {
  PartInfo info{.file = std::to_string(number),
                .day = day,
                .level = level,
                .rows = rows,
                .bytes = bytes != 0 ? bytes : rows * 10};
  info.time = {day * kNsPerDay, day * kNsPerDay, day * kNsPerDay};
  return std::make_shared<const PublishedPart>(info, "/" + info.file, disk(), nullptr,
                                               MemorySource::make({}));
}

std::vector<PartPointer> parts(std::size_t count, std::int64_t day, std::uint32_t level,
                               std::uint64_t rows) {
  std::vector<PartPointer> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(part(day, level, rows + i));
  return made;
}

Partitioning by_day() { return Partitioning(1'000'000'000); }

TEST(PlanMerge, WaitsForEightPartsOfADayAndLevel) {
  EXPECT_TRUE(plan_merge(parts(7, 1, 0, 100), by_day()).inputs.empty());
  auto mixed = parts(7, 1, 0, 100);
  mixed.push_back(part(2, 0, 100));
  mixed.push_back(part(1, 1, 100));
  EXPECT_TRUE(plan_merge(mixed, by_day()).inputs.empty());

  const MergePlan plan = plan_merge(parts(9, 1, 0, 100), by_day());

  EXPECT_EQ(plan.inputs.size(), 8U);
  EXPECT_EQ(plan.level, 1U);
  EXPECT_EQ(plan.partition, day_partition(1));
  EXPECT_EQ(plan.inputs.back()->info().rows, 107U);
}

TEST(PlanMerge, KeepsTheResultWithinFourMillionRows) {
  EXPECT_EQ(plan_merge(parts(8, 1, 0, 990'000), by_day()).inputs.size(), 4U);
  EXPECT_TRUE(plan_merge(parts(8, 1, 1, 3'000'000), by_day()).inputs.empty());
}

TEST(PlanMerge, TakesTheNewestDayFirst) {
  auto both = parts(8, 1, 0, 100);
  for (auto& more : parts(8, 2, 0, 100)) both.push_back(more);

  EXPECT_EQ(plan_merge(both, by_day()).partition, day_partition(2));
}

TEST(PlanRetention, DropsWholeDaysByAge) {
  const std::vector<PartPointer> all = {part(10, 0, 1), part(11, 0, 1), part(12, 0, 1)};

  EXPECT_TRUE(plan_retention(all, {.oldest_ns = 11 * kNsPerDay}).empty());
  const auto dropped = plan_retention(all, {.oldest_ns = 12 * kNsPerDay + 1});
  ASSERT_EQ(dropped.size(), 2U);
  EXPECT_EQ(dropped[1]->info().day, 11);
}

TEST(PlanRetention, DropsTheOldestWhenTheDiskIsOverItsLimit) {
  const std::vector<PartPointer> all = {part(12, 0, 1), part(10, 0, 1), part(11, 0, 1)};
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::min();

  EXPECT_TRUE(plan_retention(all, {kAny, 30}).empty());
  const auto dropped = plan_retention(all, {kAny, 20});
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0]->info().day, 10);
}

TEST(PlanMerge, KeepsRowGroupsOfLongRowsWithinTheirBytes) {
  const auto of_bytes = [](std::uint64_t bytes) {
    std::vector<PartPointer> made;
    for (int i = 0; i < 8; ++i) made.push_back(part(1, 0, 100, i, bytes));
    return made;
  };

  EXPECT_EQ(plan_merge(of_bytes(kGroupBytesMax / 3), by_day()).inputs.size(), 3U);
  EXPECT_TRUE(plan_merge(of_bytes(kGroupBytesMax / 2 + 1), by_day()).inputs.empty());
}

TEST(PlanMerge, TakesACrowdedDayBeforeANewerOne) {
  auto both = parts(kCrowdedParts + 1, 1, 0, 100);
  for (auto& more : parts(8, 2, 0, 100)) both.push_back(more);

  EXPECT_EQ(plan_merge(both, by_day()).partition, day_partition(1));
}

TEST(PlanMerge, LeavesOutWhatCannotBeRead) {
  const auto all = parts(8, 1, 0, 100);
  all[3]->make_unmergeable();

  EXPECT_TRUE(plan_merge(all, by_day()).inputs.empty());
}

TEST(Partitioning, CoversTheDayAndNothingElse) {
  const TimePartition day = by_day().at(3 * kNsPerDay + 5);
  EXPECT_EQ(day, (TimePartition{3 * kNsPerDay, 4 * kNsPerDay}));
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(by_day().at(kMax).to_ns, kMax);
  EXPECT_EQ(by_day().at(kMin).from_ns, kMin);
}

TEST(Partitioning, DividesADayByTheHourOnceItHasTooManyRows) {
  constexpr std::int64_t kHour = kNsPerDay / 24;
  PartInfo within{
      .day = 3, .rows = 60, .time = {3 * kNsPerDay + 5 * kHour, 3 * kNsPerDay + 6 * kHour - 1, 0}};
  PartInfo across{.day = 3, .rows = 60, .time = {3 * kNsPerDay, 4 * kNsPerDay - 1, 0}};
  Partitioning partitioning(100);
  partitioning.add(within);
  EXPECT_EQ(partitioning.of(within), day_partition(3));

  partitioning.add(across);

  const TimePartition hour{3 * kNsPerDay + 5 * kHour, 3 * kNsPerDay + 6 * kHour};
  EXPECT_EQ(partitioning.of(within), hour);
  EXPECT_EQ(partitioning.at(hour.to_ns - 1), hour);
  EXPECT_EQ(partitioning.at(hour.to_ns).from_ns, hour.to_ns);
  EXPECT_EQ(partitioning.of(across), day_partition(3));
  EXPECT_EQ(partitioning.at(2 * kNsPerDay), day_partition(2));
}

}  // namespace
}  // namespace tracery::store
