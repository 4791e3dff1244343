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

PartPointer part(std::int64_t day, std::uint32_t level, std::uint64_t rows, int number = 0) {
  PartInfo info{
      .file = std::to_string(number), .day = day, .level = level, .rows = rows, .bytes = rows * 10};
  return std::make_shared<const PublishedPart>(info, "/" + info.file, disk(), nullptr,
                                               MemorySource::make({}));
}

std::vector<PartPointer> parts(std::size_t count, std::int64_t day, std::uint32_t level,
                               std::uint64_t rows) {
  std::vector<PartPointer> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(part(day, level, rows + i));
  return made;
}

TEST(PlanMerge, WaitsForEightPartsOfADayAndLevel) {
  EXPECT_TRUE(plan_merge(parts(7, 1, 0, 100)).inputs.empty());
  auto mixed = parts(7, 1, 0, 100);
  mixed.push_back(part(2, 0, 100));
  mixed.push_back(part(1, 1, 100));
  EXPECT_TRUE(plan_merge(mixed).inputs.empty());

  const MergePlan plan = plan_merge(parts(9, 1, 0, 100));

  EXPECT_EQ(plan.inputs.size(), 8U);
  EXPECT_EQ(plan.level, 1U);
  EXPECT_EQ(plan.day, 1);
  EXPECT_EQ(plan.inputs.back()->info().rows, 107U);
}

TEST(PlanMerge, KeepsTheResultWithinFourMillionRows) {
  EXPECT_EQ(plan_merge(parts(8, 1, 0, 990'000)).inputs.size(), 4U);
  EXPECT_TRUE(plan_merge(parts(8, 1, 1, 3'000'000)).inputs.empty());
}

TEST(PlanMerge, TakesTheNewestDayFirst) {
  auto both = parts(8, 1, 0, 100);
  for (auto& more : parts(8, 2, 0, 100)) both.push_back(more);

  EXPECT_EQ(plan_merge(both).day, 2);
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

TEST(DayInput, CoversTheDayAndNothingElse) {
  const PartInput input = day_input(nullptr, 3);
  EXPECT_EQ(input.from_ns, 3 * kNsPerDay);
  EXPECT_EQ(input.to_ns, 4 * kNsPerDay);
  EXPECT_EQ(day_input(nullptr, day_of(std::numeric_limits<std::int64_t>::max())).to_ns,
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(day_input(nullptr, day_of(std::numeric_limits<std::int64_t>::min())).from_ns,
            std::numeric_limits<std::int64_t>::min());
}

}  // namespace
}  // namespace tracery::store
