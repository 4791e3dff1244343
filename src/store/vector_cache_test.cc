// SPDX-License-Identifier: Apache-2.0
#include "store/vector_cache.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tracery::store {
namespace {

VectorCache::Loaded vector_of(std::size_t bytes) {
  auto vector = std::make_shared<ColumnVector>();
  vector->data.resize(bytes);
  return {std::move(vector), 0};
}

TEST(VectorCache, LoadsAKeyOnce) {
  VectorCache cache(1 << 20);
  int loads = 0;
  const auto load = [&]() -> Result<VectorCache::Loaded> {
    ++loads;
    return vector_of(100);
  };

  const auto first = cache.get({1, 2, 3}, load);
  const auto second = cache.get({1, 2, 3}, load);

  EXPECT_EQ(*first, *second);
  EXPECT_EQ(loads, 1);
  EXPECT_GE(cache.bytes(), 100U);
}

TEST(VectorCache, HandsOnErrorsAndTriesAgain) {
  VectorCache cache(1 << 20);
  const auto fail = []() -> Result<VectorCache::Loaded> { return Error{ErrorCode::kIo, "no"}; };

  EXPECT_EQ(cache.get({1, 2, 3}, fail).error().code, ErrorCode::kIo);
  EXPECT_TRUE(cache.get({1, 2, 3}, [] { return Result(vector_of(1)); }).ok());
}

TEST(VectorCache, StaysWithinItsBytesAndDropsTheOldest) {
  VectorCache cache(80'000);
  for (std::uint32_t group = 0; group < 1000; ++group) {
    ASSERT_TRUE(cache.get({1, 0, group}, [] { return Result(vector_of(1000)); }).ok());
    // Touched each time, so never the oldest of its shard.
    ASSERT_TRUE(cache.get({1, 0, 0}, [] { return Result(vector_of(1000)); }).ok());
    EXPECT_LE(cache.bytes(), 80'000U);
  }
  int loads = 0;
  const auto count = [&]() -> Result<VectorCache::Loaded> {
    ++loads;
    return vector_of(1000);
  };

  ASSERT_TRUE(cache.get({1, 0, 0}, count).ok());
  EXPECT_EQ(loads, 0);
  ASSERT_TRUE(cache.get({1, 0, 1}, count).ok());
  EXPECT_EQ(loads, 1);
}

TEST(VectorCache, DoesNotKeepWhatIsLargerThanAShard) {
  VectorCache cache(8'000);

  ASSERT_TRUE(cache.get({1, 2, 3}, [] { return Result(vector_of(5000)); }).ok());

  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(VectorCache, ForgetsAPart) {
  VectorCache cache(1 << 20);
  for (std::uint32_t group = 0; group < 20; ++group) {
    ASSERT_TRUE(cache.get({1, 0, group}, [] { return Result(vector_of(10)); }).ok());
  }
  ASSERT_TRUE(cache.get({2, 0, 0}, [] { return Result(vector_of(10)); }).ok());
  const std::size_t before = cache.bytes();

  cache.forget(1);

  EXPECT_EQ(cache.bytes() * 21, before);
}

TEST(VectorCache, IsSafeFromSeveralThreads) {
  VectorCache cache(50'000);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (std::uint32_t i = 0; i < 2000; ++i) {
        const auto got =
            cache.get({1 + i % 3, t % 2, i % 50}, [&] { return Result(vector_of(i % 50 * 10)); });
        if (!got.ok() || (*got)->data.size() != i % 50 * 10) std::abort();
        if (i % 500 == 0) cache.forget(2);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_LE(cache.bytes(), 50'000U);
}

}  // namespace
}  // namespace tracery::store
