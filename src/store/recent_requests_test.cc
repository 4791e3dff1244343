// SPDX-License-Identifier: Apache-2.0
#include "store/recent_requests.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace tracery::store {
namespace {

TEST(RecentRequests, RemembersForFiveMinutes) {
  RecentRequests recent(10);
  recent.add({1, 1}, 0);

  EXPECT_TRUE(recent.contains({1, 1}, 300 * kNsPerSecond));
  EXPECT_FALSE(recent.contains({2, 1}, 0));
  EXPECT_FALSE(recent.contains({1, 1}, 300 * kNsPerSecond + 1));
}

TEST(RecentRequests, ForgetsTheOldestWhenFull) {
  RecentRequests recent(2);
  for (std::uint64_t i = 0; i < 3; ++i) recent.add({i, i}, 0);

  EXPECT_FALSE(recent.contains({0, 0}, 0));
  EXPECT_TRUE(recent.contains({2, 2}, 0));
  EXPECT_EQ(recent.size(), 2U);
}

}  // namespace
}  // namespace tracery::store
