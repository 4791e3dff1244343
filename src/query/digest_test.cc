// SPDX-License-Identifier: Apache-2.0
#include "query/digest.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace tracery::query {
namespace {

constexpr unsigned kPermilles[] = {1, 10, 50, 100, 250, 500, 750, 900, 950, 990, 999};

double nearest_rank(std::vector<double> values, unsigned permille) {
  std::sort(values.begin(), values.end());
  const std::size_t rank = (values.size() * permille + 999) / 1000;
  return values[std::max<std::size_t>(rank, 1) - 1];
}

std::vector<double> random_values(std::size_t count) {
  std::mt19937_64 random(count);
  std::lognormal_distribution<double> distribution(2, 2);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(distribution(random));
  return values;
}

Digest digest_of(const std::vector<double>& values) {
  Digest digest;
  std::size_t bytes = 0;
  for (const double value : values) digest.add(value, 1, &bytes);
  return digest;
}

TEST(Digest, IsExactUpTo1024Values) {
  const std::vector<double> values = random_values(1024);
  const Digest digest = digest_of(values);

  for (const unsigned permille : kPermilles) {
    EXPECT_EQ(digest.percentile(permille), nearest_rank(values, permille)) << permille;
  }
}

TEST(Digest, IsWithinTheStatedErrorAbove) {
  const std::vector<double> values = random_values(50'000);
  const Digest digest = digest_of(values);

  for (const unsigned permille : kPermilles) {
    const double expected = nearest_rank(values, permille);
    EXPECT_NEAR(digest.percentile(permille), expected, expected / 256) << permille;
  }
}

TEST(Digest, GivesTheSameHoweverItsValuesWereMerged) {
  const std::vector<double> values = random_values(3000);
  const Digest whole = digest_of(values);
  for (const std::size_t parts : {2, 3, 7, 1000}) {
    Digest merged;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < parts; ++i) {
      std::vector<double> part;
      for (std::size_t j = i; j < values.size(); j += parts) part.push_back(values[j]);
      merged.merge(digest_of(part), &bytes);
    }
    for (const unsigned permille : kPermilles) {
      EXPECT_EQ(merged.percentile(permille), whole.percentile(permille)) << parts;
    }
  }
}

TEST(Digest, TakesManyValuesAtOnceLikeOneByOne) {
  for (const std::size_t count : {10, 1024, 1025, 5000}) {
    std::vector<double> values = random_values(count);
    for (std::size_t i = 0; i < values.size(); i += 7) values[i] = -values[i];
    values[count / 2] = 0;
    values[count / 3] = 1e300;
    const Digest expected = digest_of(values);
    Digest digest;
    std::size_t bytes = 0;
    for (std::size_t first = 0; first < count; first += 300) {
      const std::size_t run = std::min<std::size_t>(300, count - first);
      digest.add_all(std::span(values).subspan(first, run), &bytes);
    }
    for (const unsigned permille : kPermilles) {
      EXPECT_EQ(digest.percentile(permille), expected.percentile(permille)) << count;
    }
  }
}

TEST(Digest, CountsAValueAsOftenAsItWeighs) {
  Digest digest;
  std::size_t bytes = 0;
  digest.add(10, 1, &bytes);
  digest.add(20, 98, &bytes);
  digest.add(30, 1, &bytes);

  EXPECT_EQ(digest.percentile(10), 10);
  EXPECT_EQ(digest.percentile(500), 20);
  EXPECT_EQ(digest.percentile(990), 20);
  EXPECT_EQ(digest.percentile(999), 30);
}

TEST(Digest, NeverLeavesTheRangeOfItsValues) {
  const Digest digest = digest_of(std::vector<double>(5000, 100.0));

  EXPECT_EQ(digest.percentile(1), 100);
  EXPECT_EQ(digest.percentile(999), 100);
}

}  // namespace
}  // namespace tracery::query
