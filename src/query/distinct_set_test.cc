// SPDX-License-Identifier: Apache-2.0
#include "query/distinct_set.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace tracery::query {
namespace {

DistinctSet set_of(std::uint64_t first, std::uint64_t last) {
  DistinctSet set;
  std::size_t bytes = 0;
  for (std::uint64_t i = first; i < last; ++i) set.insert(mix64(i + 1), &bytes);
  return set;
}

TEST(DistinctSet, IsExactUpTo65536) {
  for (const std::uint64_t count : {0, 1, 1000, 65'536}) {
    EXPECT_EQ(set_of(0, count).estimate(), count);
  }
}

TEST(DistinctSet, EstimatesAbove) {
  for (const std::uint64_t count : {65'537, 80'000, 200'000, 1'000'000}) {
    const auto estimate = static_cast<double>(set_of(0, count).estimate());
    const auto exact = static_cast<double>(count);
    EXPECT_NEAR(estimate, exact, exact * 0.025) << count;
  }
}

TEST(DistinctSet, GivesTheSameHoweverItWasMerged) {
  const DistinctSet whole = set_of(0, 150'000);
  DistinctSet merged = set_of(40'000, 150'000);
  std::size_t bytes = 0;
  merged.merge(set_of(0, 50'000), &bytes);
  DistinctSet other_way = set_of(0, 50'000);
  other_way.merge(set_of(40'000, 150'000), &bytes);

  EXPECT_EQ(merged.estimate(), whole.estimate());
  EXPECT_EQ(other_way.estimate(), whole.estimate());
}

TEST(DistinctSet, StaysExactWhenMergedSetsOverlap) {
  DistinctSet merged = set_of(0, 60'000);
  std::size_t bytes = 0;
  merged.merge(set_of(5'000, 65'000), &bytes);

  EXPECT_EQ(merged.estimate(), 65'000u);
}

}  // namespace
}  // namespace tracery::query
