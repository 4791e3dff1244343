// SPDX-License-Identifier: Apache-2.0
#include "api/trace_search.h"

#include <gtest/gtest.h>

namespace tracery::api {
namespace {

model::Event make_span(const char* id, std::vector<model::Field> fields) {
  fields.push_back({"trace.span_id", std::string(id)});
  return {"api", 1, 1, std::move(fields)};
}

std::vector<std::uint32_t> find(const char* text) {
  query::Trace trace;
  trace.rows.resize(2);
  trace.rows[0].span_id = 0xa;
  trace.rows[1].span_id = 0xb;
  const std::vector<model::Event> events = {
      make_span("000000000000000a", {{"name", std::string("GET /Home")}}),
      make_span("000000000000000b", {{"name", std::string("SELECT")}, {"rows", std::int64_t{42}}}),
  };
  return TraceMatcher::parse(text, 0).value().find_rows(trace, events);
}

TEST(TraceMatcher, FindsWordsInAnyValueWhateverTheirCase) {
  EXPECT_EQ(find("home"), std::vector<std::uint32_t>{0});
  EXPECT_EQ(find("api select"), std::vector<std::uint32_t>{1});
  EXPECT_EQ(find("42"), std::vector<std::uint32_t>{1});
  EXPECT_EQ(find("\"get /home\""), std::vector<std::uint32_t>{0});
  EXPECT_TRUE(find("\"home get\"").empty());
  EXPECT_TRUE(find("nothing").empty());
}

TEST(TraceMatcher, UnderstandsTheQueryOperators) {
  EXPECT_EQ(find("rows > 40"), std::vector<std::uint32_t>{1});
  EXPECT_EQ(find("name starts-with GET"), std::vector<std::uint32_t>{0});
  EXPECT_EQ(find("rows exists"), std::vector<std::uint32_t>{1});
}

}  // namespace
}  // namespace tracery::api
