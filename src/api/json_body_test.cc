// SPDX-License-Identifier: Apache-2.0
#include "api/json_body.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tracery::api {
namespace {

TEST(ParseObject, TakesObjectsOnly) {
  EXPECT_TRUE(parse_object(R"({"a":1})").ok());
  for (const char* body : {"", "[]", "7", "{", "null", "{\"a\":\"\xFF\"}"}) {
    EXPECT_EQ(parse_object(body).error().message, "could not parse request body") << body;
  }
}

TEST(ParseObject, RefusesDeepNestingWithoutRunningOutOfStack) {
  const std::string body = "{\"a\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
  EXPECT_FALSE(parse_object(body).ok());
}

TEST(Members, FallBackOnOtherTypes) {
  const auto json = nlohmann::json::parse(R"({"a":"x","b":3,"c":true,"d":null})");
  EXPECT_EQ(text_member(json, "a"), "x");
  EXPECT_EQ(text_member(json, "b", "none"), "none");
  EXPECT_EQ(int_member(json, "b"), 3);
  EXPECT_EQ(int_member(json, "d", 9), 9);
  EXPECT_TRUE(bool_member(json, "c"));
  EXPECT_EQ(text_member(json["b"], "a"), "");
}

}  // namespace
}  // namespace tracery::api
