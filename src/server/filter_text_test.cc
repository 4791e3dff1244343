// SPDX-License-Identifier: Apache-2.0
#include "server/filter_text.h"

#include <gtest/gtest.h>

namespace tracery::server {
namespace {

TEST(FilterJson, ReadsSignsWordsAndValues) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"status_code >= 500", R"({"column":"status_code","op":">=","value":500})"},
      {"a=b", R"({"column":"a","op":"=","value":"b"})"},
      {"a != 1.5", R"({"column":"a","op":"!=","value":1.5})"},
      {"ok = true", R"({"column":"ok","op":"=","value":true})"},
      {"id = '42'", R"({"column":"id","op":"=","value":"42"})"},
      {"name contains GET /home", R"({"column":"name","op":"contains","value":"GET /home"})"},
      {"error exists", R"({"column":"error","op":"exists"})"},
      {"error does-not-exist", R"({"column":"error","op":"does-not-exist"})"},
      {"user in bob, ann", R"({"column":"user","op":"in","value":["bob","ann"]})"},
  };
  for (const auto& [text, json] : cases) {
    const auto filter = filter_json(text);
    ASSERT_TRUE(filter.ok()) << text;
    EXPECT_EQ(*filter, json);
  }
}

TEST(FilterJson, RefusesWhatIsNoFilter) {
  for (const char* text : {"", "a", "= 5", "a =", "a exists 5", "a like b"}) {
    EXPECT_FALSE(filter_json(text).ok()) << text;
  }
}

}  // namespace
}  // namespace tracery::server
