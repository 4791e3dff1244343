// SPDX-License-Identifier: Apache-2.0
#include "base/json_writer.h"

#include <limits>

#include <gtest/gtest.h>

namespace tracery {
namespace {

TEST(JsonWriter, PlacesCommasAtEveryDepth) {
  JsonWriter json;
  json.begin_object().field("a", 1).key("b").begin_array().value("x").value(2.5).end_array();
  json.key("c").begin_object().end_object().field("d", true).key("e").null().end_object();

  EXPECT_EQ(json.text(), R"({"a":1,"b":["x",2.5],"c":{},"d":true,"e":null})");
}

TEST(JsonWriter, EscapesAndMendsStrings) {
  EXPECT_EQ(json_quote("a\"b\\c\n\x01\xFF"), "\"a\\\"b\\\\c\\n\\u0001\xEF\xBF\xBD\"");
}

TEST(JsonWriter, HasNoWordForNotANumber) {
  JsonWriter json;
  json.value(std::numeric_limits<double>::quiet_NaN());

  EXPECT_EQ(json.text(), "null");
}

}  // namespace
}  // namespace tracery
