// SPDX-License-Identifier: Apache-2.0
#include "query/datum.h"

#include <random>

#include <gtest/gtest.h>

namespace tracery::query {
namespace {

std::string shown(const Datum& datum) {
  TextArena texts;
  return std::string(text_of(datum, texts));
}

TEST(Datum, ShowsEveryKind) {
  EXPECT_EQ(shown({}), "");
  EXPECT_EQ(shown(Datum::truth(true)), "1");
  EXPECT_EQ(shown(Datum::integer(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(shown(Datum::number(3)), "3");
  EXPECT_EQ(shown(Datum::number(-0.125)), "-0.125");
  EXPECT_EQ(shown(Datum::time(1'700'006'400'123'000'000)), "2023-11-15 00:00:00.123");
  EXPECT_EQ(shown(Datum::time(-1)), "1969-12-31 23:59:59.999");
  EXPECT_EQ(shown(Datum::json("[1]")), "[1]");
}

TEST(Datum, ReadsDecimalNumbersOnly) {
  EXPECT_EQ(parse_decimal("+1.5e2"), 150);
  EXPECT_EQ(parse_decimal("-.5"), -0.5);
  for (const char* text : {"", "-", ".", "6.", "1 ", "nan", "inf", "0x10", "1a"}) {
    EXPECT_EQ(parse_decimal(text), std::nullopt) << text;
  }
}

TEST(Datum, ComparesAcrossKinds) {
  const Datum time = Datum::time(1'700'006'400'000'000'000);
  const struct {
    Datum a, b;
    Comparison expected;
  } cases[] = {
      {{}, Datum::integer(1), Comparison::kUnknown},
      {Datum::integer(2), Datum::text("10"), Comparison::kLess},
      {Datum::text("2"), Datum::text("10"), Comparison::kGreater},
      {Datum::number(1), Datum::integer(1), Comparison::kEqual},
      {Datum::number(1), Datum::text("one"), Comparison::kDifferent},
      {Datum::truth(true), Datum::text("true"), Comparison::kEqual},
      {Datum::truth(false), Datum::integer(0), Comparison::kEqual},
      {time, Datum::text("2023-11-15"), Comparison::kGreater},
      {time, Datum::number(1'700'006'400'000), Comparison::kEqual},
      {Datum::integer(INT64_MAX), Datum::integer(INT64_MAX - 1), Comparison::kGreater},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(compare(one.a, one.b), one.expected) << shown(one.a) << " " << shown(one.b);
  }
}

TEST(Datum, OrdersAnythingInOneWay) {
  std::mt19937 random(5);
  const std::vector<Datum> data = {Datum::integer(3),  Datum::number(2.5),      Datum::text("2.5"),
                                   Datum::text("a10"), Datum::text("a9"),       Datum::text("a"),
                                   Datum::text("10"),  Datum::text("010"),      Datum::text("-"),
                                   Datum::truth(true), Datum::time(5),          Datum::text("1a"),
                                   Datum::text("11a"), Datum::text("\xc3\xa9"), Datum::json("{}")};
  for (const Datum& a : data) {
    EXPECT_EQ(compare_in_order(a, a), 0) << shown(a);
    for (const Datum& b : data) {
      EXPECT_EQ(compare_in_order(a, b) < 0, compare_in_order(b, a) > 0)
          << shown(a) << " " << shown(b);
      for (const Datum& c : data) {
        if (compare_in_order(a, b) <= 0 && compare_in_order(b, c) <= 0) {
          EXPECT_LE(compare_in_order(a, c), 0) << shown(a) << " " << shown(b) << " " << shown(c);
        }
      }
    }
  }
}

TEST(Datum, HasOneKeyForOneText) {
  EXPECT_EQ(key_of(Datum::integer(5)), key_of(Datum::text("5")));
  EXPECT_EQ(key_of(Datum::number(5)), key_of(Datum::integer(5)));
  EXPECT_EQ(key_of(Datum::truth(true)), key_of(Datum::text("1")));
  EXPECT_NE(key_of(Datum::time(5)), key_of(Datum::integer(5)));
  EXPECT_NE(key_of(Datum()), key_of(Datum::text("")));
}

}  // namespace
}  // namespace tracery::query
