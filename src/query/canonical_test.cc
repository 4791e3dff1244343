// SPDX-License-Identifier: Apache-2.0
#include "query/canonical.h"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/hex.h"

namespace tracery::query {
namespace {

TEST(CanonicalText, WritesDoublesAsPeopleAndBrowsersDo) {
  EXPECT_EQ(canonical_text(200.0), "200");
  EXPECT_EQ(canonical_text(-0.0), "0");
  EXPECT_EQ(canonical_text(0.0001), "0.0001");
  EXPECT_EQ(canonical_text(1.5e-7), "1.5e-7");
  EXPECT_EQ(canonical_text(123456.789), "123456.789");
  EXPECT_EQ(canonical_text(-2.5e20), "-250000000000000000000");
  EXPECT_EQ(canonical_text(1e21), "1e+21");
  EXPECT_EQ(canonical_text(std::nan("")), "NaN");
  EXPECT_EQ(canonical_text(0x1p62), "4611686018427387904");
}

TEST(ValueKey, IsTheSameForValuesThatReadTheSame) {
  const auto key_of_text = [](const char* text) { return key_of(std::string_view(text)); };
  EXPECT_EQ(key_of(std::int64_t{200}), key_of_text("200"));
  EXPECT_EQ(key_of(200.0), key_of_text("200"));
  EXPECT_EQ(key_of(0.5), key_of_text("0.5"));
  EXPECT_EQ(key_of(true), key_of_text("true"));
  EXPECT_EQ(key_of(std::nan("")), key_of_text("NaN"));
  EXPECT_NE(key_of(std::int64_t{200}), key_of_text("0200"));
  EXPECT_NE(key_of(std::int64_t{200}), key_of_text("200.0"));
  EXPECT_NE(key_of(std::int64_t{1}), key_of(true));
}

TEST(ValueKey, OfAnIdIsThatOfItsHex) {
  for (const char* text : {"b7ad6b7169203331", "1234567890123456", "0234567890123456",
                           "9999999999999999", "00000000000000ff"}) {
    std::array<std::uint8_t, 8> id{};
    ASSERT_TRUE(from_hex(text, id));
    EXPECT_EQ(key_of_id8(id.data()), key_of(std::string_view(text))) << text;
  }
  std::array<std::uint8_t, 16> id{};
  ASSERT_TRUE(from_hex("0af7651916cd43dd8448eb211c80319c", id));
  EXPECT_EQ(key_of_id16(id.data()), key_of(std::string_view("0af7651916cd43dd8448eb211c80319c")));
}

TEST(CompareExactly, DoesNotRoundLargeInts) {
  constexpr std::int64_t kOdd = 9007199254740993;
  EXPECT_GT(compare_exactly(kOdd, 9007199254740992.0), 0);
  EXPECT_LT(compare_exactly(kOdd, 9007199254740994.0), 0);
  EXPECT_EQ(compare_exactly(kOdd - 1, 9007199254740992.0), 0);
  EXPECT_LT(compare_exactly(std::numeric_limits<std::int64_t>::max(), 0x1p63), 0);
  EXPECT_EQ(compare_exactly(std::numeric_limits<std::int64_t>::min(), -0x1p63), 0);
  EXPECT_LT(compare_exactly(-3, -2.5), 0);
}

}  // namespace
}  // namespace tracery::query
