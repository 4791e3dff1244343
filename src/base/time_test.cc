// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

namespace tracery {
namespace {

TEST(Rfc3339, ReadsEveryFormClientsSend) {
  EXPECT_EQ(parse_rfc3339_ns("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_rfc3339_ns("2022-08-22T03:52:54.351773094Z"), 1661140374351773094);
  EXPECT_EQ(parse_rfc3339_ns("2022-08-22 05:52:54.5+02:00"), 1661140374500000000);
  EXPECT_EQ(parse_rfc3339_ns("2022-08-21T22:22:54-0530"), 1661140374000000000);
  EXPECT_EQ(parse_rfc3339_ns("1969-12-31T23:59:59.9Z"), -100'000'000);
}

TEST(Rfc3339, RefusesWhatIsNotADate) {
  for (const char* text : {"", "2022-13-01T00:00:00Z", "2022-02-30T00:00:00Z", "2022-02-03",
                           "2022-02-03T00:00:00", "2022-02-03T00:00:00.Z", "9999-12-31T00:00:00Z",
                           "2022-02-03T00:00:00Zx", "0001-01-01T00:00:00Z"}) {
    EXPECT_EQ(parse_rfc3339_ns(text), std::nullopt) << text;
  }
}

TEST(Rfc3339, FormatsWhatItReads) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2022-08-22T03:52:54.351773094Z",
                           "2024-02-29T23:59:59.5Z", "1969-12-31T23:59:59.9Z"}) {
    EXPECT_EQ(format_rfc3339(*parse_rfc3339_ns(text)), text);
  }
}

TEST(HttpDate, NamesTheDayOfTheWeek) {
  EXPECT_EQ(format_http_date(*parse_rfc3339_ns("1994-11-06T08:49:37Z")),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(Day, RoundsTowardsThePast) {
  EXPECT_EQ(day_of(0), 0);
  EXPECT_EQ(day_of(-1), -1);
  EXPECT_EQ(format_day(day_of(1661140374351773094)), "2022-08-22");
}

}  // namespace
}  // namespace tracery
