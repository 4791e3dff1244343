// SPDX-License-Identifier: Apache-2.0
#include "query/time_buckets.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "base/time.h"
#include "query/spec.h"

namespace tracery::query {
namespace {

constexpr std::int64_t kStart = 1'700'000'003 * kNsPerSecond;

TEST(TimeBuckets, AreAlignedToMultiplesOfTheirWidth) {
  const TimeBuckets buckets(kStart, kStart + 20 * kNsPerSecond, 10 * kNsPerSecond);

  EXPECT_EQ(buckets.count(), 3);
  EXPECT_EQ(buckets.start_ns(0), 1'700'000'000 * kNsPerSecond);
  EXPECT_EQ(buckets.clipped_start_ns(0), kStart);
  EXPECT_EQ(buckets.clipped_end_ns(2), kStart + 20 * kNsPerSecond);
}

TEST(TimeBuckets, EndExactlyOnAnEdgeWithoutAnEmptyBucket) {
  const TimeBuckets buckets(0, 20 * kNsPerSecond, 10 * kNsPerSecond);

  EXPECT_EQ(buckets.count(), 2);
}

TEST(TimeBuckets, NumbersTimesLikeDivisionAtEveryEdge) {
  std::mt19937_64 random(1);
  constexpr std::int64_t kWidths[] = {1, 3, kNsPerMs, 7'300'000'001, kNsPerSecond, kNsPerDay};
  for (const std::int64_t width_ns : kWidths) {
    for (const std::int64_t buckets_wanted : {2, 120, 9'999}) {
      const TimeBuckets buckets(kStart, kStart + width_ns * buckets_wanted, width_ns);
      std::vector<std::int64_t> times;
      for (std::int64_t i = 1; i < buckets.count(); ++i) {
        times.push_back(buckets.start_ns(i) - 1);
        times.push_back(buckets.start_ns(i));
        const auto offset =
            static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(width_ns));
        times.push_back(std::max(kStart, buckets.start_ns(i - 1) + offset));
      }
      std::vector<std::uint32_t> indexes(times.size());
      buckets.indexes(times.data(), static_cast<std::uint32_t>(times.size()), indexes.data());
      for (std::size_t i = 0; i < times.size(); ++i) {
        if (times[i] < kStart) continue;
        ASSERT_EQ(indexes[i], buckets.index_of(times[i])) << width_ns << " " << times[i];
      }
    }
  }
}

TEST(ChooseGranularity, GivesAtMostAbout120RoundBuckets) {
  EXPECT_EQ(choose_granularity_ns(2 * 3600 * kNsPerSecond), 120 * kNsPerSecond);
  EXPECT_EQ(choose_granularity_ns(60 * kNsPerSecond), kNsPerSecond);
  EXPECT_EQ(choose_granularity_ns(kNsPerSecond), 10 * kNsPerMs);
  for (std::int64_t range_ns = kNsPerSecond; range_ns < 4000 * kNsPerDay;
       range_ns = range_ns * 3 / 2) {
    EXPECT_LE(range_ns / choose_granularity_ns(range_ns), 120);
    EXPECT_GE(range_ns / choose_granularity_ns(range_ns), 30);
  }
}

}  // namespace
}  // namespace tracery::query
