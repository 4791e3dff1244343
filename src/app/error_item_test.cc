// SPDX-License-Identifier: Apache-2.0
#include "app/error_item.h"

#include <numeric>

#include <gtest/gtest.h>

#include "base/time.h"

namespace tracery::app {
namespace {

TEST(IsNewerVersion, ComparesVersionsAndNumbers) {
  EXPECT_TRUE(is_newer_version("1.10.0", "1.9.3"));
  EXPECT_FALSE(is_newer_version("1.9.3", "1.9.3"));
  EXPECT_FALSE(is_newer_version("v1.2", "1.3"));
  EXPECT_TRUE(is_newer_version("42", "7"));
  EXPECT_FALSE(is_newer_version("2.0.0-rc.1", "2.0.0"));
  EXPECT_TRUE(is_newer_version("2.0.0", "2.0.0-rc.1"));
}

TEST(IsNewerVersion, TakesWhatCannotBeComparedForNewer) {
  EXPECT_TRUE(is_newer_version("", "1.0"));
  EXPECT_TRUE(is_newer_version("4f2c", "3e1b"));
  EXPECT_FALSE(is_newer_version("4f2c", "4f2c"));
}

TEST(OccurrenceId, TellsWhenItWasReceivedAndFitsJavaScript) {
  const std::int64_t time_ns = 1'800'000'000 * kNsPerSecond + 7 * kNsPerMs;
  const std::int64_t id = first_occurrence_id_at(time_ns);
  EXPECT_EQ(received_ns_of(id), time_ns);
  EXPECT_EQ(received_ns_of(id + 4095), time_ns);
  EXPECT_EQ(received_ns_of(id + 4096), time_ns + kNsPerMs);
  EXPECT_LT(id, std::int64_t{1} << 53);
}

TEST(HourlyCounts, ForgetsWhatIsOlderThanADay) {
  HourlyCounts hours;
  hours.add(100, 3);
  hours.add(101, 2);
  hours.add(90, 1);
  const auto sum = [&](std::int64_t hour) {
    const auto series = hours.until(hour);
    return std::accumulate(series.begin(), series.end(), 0U);
  };
  EXPECT_EQ(hours.until(101).back(), 2U);
  EXPECT_EQ(hours.until(101).at(22), 3U);
  EXPECT_EQ(sum(101), 6U);
  EXPECT_EQ(sum(114), 5U) << "hour 90 is past";
  EXPECT_EQ(sum(200), 0U);
  hours.add(125, 7);
  EXPECT_EQ(sum(125), 7U);
  hours.add(100, 1);
  EXPECT_EQ(sum(125), 7U) << "too old to count";
}

TEST(ItemCounts, AddUp) {
  ItemCounts all;
  all.add({2, 10, 20});
  all.add({1, 5, 5});
  all.add({0, 0, 0});
  EXPECT_EQ(all.occurrences, 3U);
  EXPECT_EQ(all.first_id, 5);
  EXPECT_EQ(all.last_id, 20);
}

}  // namespace
}  // namespace tracery::app
