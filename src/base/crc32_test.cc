// SPDX-License-Identifier: Apache-2.0
#include "base/crc32.h"

#include <string>

#include <gtest/gtest.h>

namespace tracery {
namespace {

TEST(Crc32, KnowsThePublishedCheckValues) {
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414fa339U);
  EXPECT_EQ(crc32(std::string(32, '\0')), 0x190a55adU);
}

}  // namespace
}  // namespace tracery
