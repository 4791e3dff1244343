// SPDX-License-Identifier: Apache-2.0
#include "base/hex.h"

#include <array>

#include <gtest/gtest.h>

namespace tracery {
namespace {

TEST(Hex, RoundTripsAndFoldsCase) {
  std::array<std::uint8_t, 3> bytes{};
  ASSERT_TRUE(from_hex("00Ff7a", bytes));
  EXPECT_EQ(to_hex(bytes), "00ff7a");
  EXPECT_FALSE(from_hex("00ff7", bytes));
  EXPECT_FALSE(from_hex("00ff7g", bytes));
}

TEST(Base64, ReadsBothAlphabetsAndOptionalPadding) {
  EXPECT_EQ(to_base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
  EXPECT_EQ(from_base64("YW55IGNhcm5hbCBwbGVhcw"), "any carnal pleas");
  EXPECT_EQ(from_base64("-_8="), from_base64("+/8="));
  EXPECT_EQ(from_base64("a"), std::nullopt);
  EXPECT_EQ(from_base64("a b="), std::nullopt);
}

}  // namespace
}  // namespace tracery
