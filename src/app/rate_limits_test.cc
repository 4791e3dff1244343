// SPDX-License-Identifier: Apache-2.0
#include "app/rate_limits.h"

#include <gtest/gtest.h>

namespace tracery::app {
namespace {

TEST(RateLimits, CountInWindowsOfTheirOwn) {
  RateLimits limits;
  EXPECT_EQ(limits.take("a", 60, 2, 120).remaining, 1);
  EXPECT_EQ(limits.take("a", 60, 2, 130).remaining, 0);
  const RateLimit refused = limits.take("a", 60, 2, 150);
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_EQ(refused.reset_s, 180);
  EXPECT_EQ(refused.remaining_s, 30);
  EXPECT_TRUE(limits.take("b", 60, 2, 150).is_allowed);
  EXPECT_EQ(limits.window("a").count, 2);
  EXPECT_TRUE(limits.take("a", 60, 2, 180).is_allowed);
  EXPECT_EQ(limits.window("a").count, 1);
}

TEST(RateLimits, WithoutALimitEverythingPasses) {
  RateLimits limits;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limits.take("a", 0, 0, 120).is_allowed);
  EXPECT_GT(limits.take("a", 60, 0, 120).remaining, 1'000'000);
}

}  // namespace
}  // namespace tracery::app
