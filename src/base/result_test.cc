// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

namespace tracery {
namespace {

Result<int> half(int x) {
  if (x % 2 != 0) return Error{ErrorCode::kMalformed, "odd number: " + std::to_string(x)};
  return x / 2;
}

Result<int> quarter(int x) {
  const int h = TRACERY_TRY(half(x));
  return TRACERY_TRY(half(h));
}

Status check_even(int x) {
  TRACERY_TRY(half(x));
  return {};
}

TEST(Result, TryPassesValuesOnAndErrorsUp) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(quarter(6).error().message, "odd number: 3");
  EXPECT_TRUE(check_even(2).ok());
  EXPECT_FALSE(check_even(3).ok());
}

TEST(Result, WithPrependsContext) {
  Error error{ErrorCode::kIo, "disk on fire"};
  EXPECT_EQ(to_string(std::move(error).with("part 7")), "io: part 7: disk on fire");
}

}  // namespace
}  // namespace tracery
