// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace tracery {
namespace {

TEST(Utf8, TellsGoodFromBad) {
  EXPECT_TRUE(is_utf8("plain ascii longer than eight"));
  EXPECT_TRUE(is_utf8("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("cut \xE2\x82"));
}

TEST(Utf8, ReplacesOnlyTheBadBytes) {
  EXPECT_EQ(replace_bad_utf8("a\xFF"
                             "b\xE2\x82"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(replace_bad_utf8("\xC3\xBC"), "\xC3\xBC");
}

TEST(Utf8, CutsBetweenCharacters) { EXPECT_EQ(cut_utf8("ab\xC3\xBC", 3), "ab"); }

}  // namespace
}  // namespace tracery
