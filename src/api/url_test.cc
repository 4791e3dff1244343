// SPDX-License-Identifier: Apache-2.0
#include "api/url.h"

#include <gtest/gtest.h>

namespace tracery::api {
namespace {

TEST(PercentDecode, KeepsBadEscapesAsTheyStand) {
  EXPECT_EQ(percent_decode("a%2Fb%20c+d"), "a/b c+d");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%zz%4"), "%zz%4");
}

TEST(QueryParameters, DecodesAndKeepsTheLast) {
  const QueryParameters parameters("q=a+b%26c&limit=20&q=last&flag");
  EXPECT_EQ(parameters.get("q"), "last");
  EXPECT_EQ(parameters.get_int("limit"), 20);
  EXPECT_TRUE(parameters.has("flag"));
  EXPECT_EQ(parameters.get_int("flag"), std::nullopt);
  EXPECT_EQ(parameters.get("absent"), "");
}

}  // namespace
}  // namespace tracery::api
