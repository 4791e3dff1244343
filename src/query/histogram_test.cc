// SPDX-License-Identifier: Apache-2.0
#include "query/histogram.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace tracery::query {
namespace {

std::vector<std::pair<CellKey, std::uint64_t>> content(const CellCounts& counts) {
  std::vector<std::pair<CellKey, std::uint64_t>> cells;
  for (std::uint32_t i = 0; i < counts.size(); ++i) {
    if (counts.count(i) != 0) cells.emplace_back(counts.base() + i, counts.count(i));
  }
  return cells;
}

CellCounts counts_of(const std::vector<CellKey>& keys) {
  CellCounts counts;
  std::size_t bytes = 0;
  for (const CellKey key : keys) counts.add(key, 1, &bytes);
  return counts;
}

TEST(CellKey, SplitsEachPowerOfTwoIntoCellsOfAtMostOne128th) {
  for (const double value : {1e-9, 0.3, 1.0, 1.007, 17.5, 1e12}) {
    const CellKey key = cell_key(value);
    EXPECT_LE(cell_start(key), value);
    EXPECT_GT(cell_start(key + 1), value);
    EXPECT_LE(cell_start(key + 1) - cell_start(key), cell_start(key) / 128);
  }
}

TEST(CellCounts, DoNotDependOnTheOrderOfValuesNorOnMerges) {
  std::mt19937_64 random(3);
  for (const std::uint32_t spread : {10U, 3000U, 4095U, 4096U, 9000U, 40'000U}) {
    std::vector<CellKey> keys;
    for (int i = 0; i < 300; ++i) {
      keys.push_back(100'000 + static_cast<CellKey>(random() % spread));
    }
    const auto expected = content(counts_of(keys));
    std::shuffle(keys.begin(), keys.end(), random);
    const auto middle = keys.begin() + 100;
    CellCounts first = counts_of({keys.begin(), middle});
    CellCounts second = counts_of({middle, keys.end()});
    std::size_t bytes = 0;
    second.merge(first, &bytes);

    EXPECT_EQ(content(counts_of(keys)), expected) << spread;
    EXPECT_EQ(content(second), expected) << spread;
  }
}

TEST(CellCounts, FoldsWhatLiesMoreThan4096CellsBelowTheGreatest) {
  const auto cells = content(counts_of({10'000, 5'000, 5'905, 5'904}));

  const std::vector<std::pair<CellKey, std::uint64_t>> expected = {{5'905, 3}, {10'000, 1}};
  EXPECT_EQ(cells, expected);
}

TEST(CellCounts, KeepsCountsOfMoreThan32Bits) {
  CellCounts counts;
  std::size_t bytes = 0;
  constexpr std::uint64_t kHuge = (std::uint64_t{1} << 32) - 1;
  counts.add(500, kHuge, &bytes);
  counts.add(500, kHuge, &bytes);
  counts.add(900, kHuge * 7, &bytes);
  CellCounts merged = counts_of({500, 500});
  merged.merge(counts, &bytes);
  merged.merge(counts, &bytes);

  EXPECT_EQ(counts.total(), 9 * kHuge);
  const std::vector<std::pair<CellKey, std::uint64_t>> expected = {{500, 4 * kHuge + 2},
                                                                   {900, 14 * kHuge}};
  EXPECT_EQ(content(merged), expected);
}

TEST(ValueHistogram, FindsRanksAmongNegativeZeroAndPositiveValues) {
  ValueHistogram histogram;
  std::size_t bytes = 0;
  for (const double value : {-100.0, -1.0, 0.0, -0.0, 5.0, 1e6}) histogram.add(value, 1, &bytes);

  const double expected[] = {-100, -1, 0, 0, 5, 1e6};
  for (std::uint64_t rank = 1; rank <= 6; ++rank) {
    const double value = expected[rank - 1];
    EXPECT_NEAR(histogram.value_of_rank(rank), value, std::abs(value) * 0.004) << rank;
  }
  EXPECT_EQ(histogram.total_weight(), 6u);
}

}  // namespace
}  // namespace tracery::query
