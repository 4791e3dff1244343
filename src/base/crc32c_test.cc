// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <gtest/gtest.h>

namespace tracery {
namespace {

TEST(Crc32c, MatchesThePublishedCheckValue) { EXPECT_EQ(crc32c("123456789"), 0xe3069283u); }

TEST(Crc32c, ContinuesAnEarlierSum) {
  EXPECT_EQ(crc32c("456789 and more", crc32c("123")), crc32c("123456789 and more"));
}

}  // namespace
}  // namespace tracery
