// SPDX-License-Identifier: Apache-2.0
#include "server/terminal.h"

#include <gtest/gtest.h>

namespace tracery::server {
namespace {

TEST(FormatTable, AlignsNumbersRightAndTextLeft) {
  const std::string table =
      format_table({"user", "COUNT"}, {{"bob", "7"}, {"jürgen", "1200"}}, Paint(false));

  EXPECT_EQ(table,
            "user    COUNT\n"
            "bob         7\n"
            "jürgen   1200\n");
}

TEST(Fit, CutsByCharacters) {
  EXPECT_EQ(fit("jürgen", 6), "jürgen");
  EXPECT_EQ(fit("jürgen", 3), "jü…");
  EXPECT_EQ(fit("abc", 0), "");
}

TEST(Printable, DefusesControlCharacters) { EXPECT_EQ(printable("a\x1b[31m\nb"), "a?[31m b"); }

TEST(FormatDuration, PicksTheUnit) {
  EXPECT_EQ(format_duration(41'200'000), "41.2 ms");
  EXPECT_EQ(format_duration(3.07e9), "3.07 s");
  EXPECT_EQ(format_duration(812'000), "812 µs");
  EXPECT_EQ(format_duration(0), "0.00 ns");
}

TEST(FormatBytes, PicksTheUnit) {
  EXPECT_EQ(format_bytes(12), "12 B");
  EXPECT_EQ(format_bytes(1'300'000), "1.24 MiB");
}

TEST(PaintTest, IsSilentWhenOff) {
  EXPECT_EQ(Paint(false).red("x"), "x");
  EXPECT_EQ(Paint(true).red("x"), "\x1b[31mx\x1b[0m");
}

}  // namespace
}  // namespace tracery::server
