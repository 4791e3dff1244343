// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "protocols/xray/filter_compiler.h"
#include "protocols/xray/filter_expression.h"

namespace tracery::xray {
namespace {

using Kind = FilterExpression::Kind;

FilterExpression parsed(std::string_view text) {
  auto expression = parse_filter(text);
  EXPECT_TRUE(expression.ok()) << text << ": " << expression.error().message;
  return expression.ok() ? *std::move(expression) : FilterExpression();
}

std::string message_of(std::string_view text) {
  const auto expression = parse_filter(text);
  return expression.ok() ? "" : expression.error().message;
}

TEST(FilterParser, TakesEveryFormOfTheGuide) {
  for (
      const std::string_view text :
      {R"(responsetime > 5)",
       R"(duration >= 5 AND duration <= 8)",
       R"(ok !partial duration <3)",
       R"(http.url BEGINSWITH "http://a/" AND http.url CONTAINS "/v2/" AND !service("a"))",
       R"(service("api.example.com") { fault = true OR responsetime > 2.5 } AND annotation.foo = "bar")",
       R"(service() { fault })",
       R"(edge("a","b") { error })",
       R"(edge(,"b"))",
       R"(edge("a",))",
       R"(service(id(name: "f", type: "AWS::Lambda::Function")) { error })",
       R"(service(id(account.id: "123")))",
       R"(!annotation.age)",
       R"(annotation.age > 29)",
       R"(annotation.age != 29.5e3)",
       R"(annotation.ok = true)",
       R"(Annotation[aws.local.environment] = "k8s:default")",
       R"(annotation[aws.local.operation]="GET /owners/*/x")",
       R"(group.name = "slow" AND user = "alice")",
       R"(group.arn != "arn:aws:xray:us-east-1:0:group/slow/x")",
       R"(rootcause.responsetime.entity { last and coverage > 0.8 })",
       R"(rootcause.fault.service { index > 5 })",
       R"(rootcause.error.exception { name = "ValueError" AND message CONTAINS "x" })",
       R"(rootcause.fault.entity { name = traces and remote and !inferred })",
       R"(rootcause.json = #[{"Services":[{"Name":"a [b]","EntityPath":[{"Name":"a"}]}]}])",
       R"((service(id(name: "frontend" ))) AND (http.status != 200))",
       R"(http.url AND responsetime > 2)",
       R"(user CONTAINS "")",
       R"(http.clientip = 10.0.0.1)",
       R"(edge(id(name: "a", type: "client"), "a") { responsetime > 1 })",
       R"(fault != false)",
       R"(instance.id = "i-1" resource.arn ENDSWITH "x" availabilityzone = "eu-west-1a")",
       ""}) {
    const auto expression = parse_filter(text);
    EXPECT_TRUE(expression.ok()) << text << ": " << expression.error().message;
  }
}

TEST(FilterParser, BindsAndTighterThanOrAndTakesNeighboursAsAnd) {
  const FilterExpression any = parsed("ok fault OR error AND !partial");

  ASSERT_EQ(any.kind, Kind::kAny);
  ASSERT_EQ(any.operands.size(), 2u);
  EXPECT_EQ(any.operands[0].kind, Kind::kAll);
  EXPECT_EQ(any.operands[0].operands.size(), 2u);
  ASSERT_EQ(any.operands[1].kind, Kind::kAll);
  EXPECT_EQ(any.operands[1].operands[1].kind, Kind::kNot);
}

TEST(FilterParser, IgnoresTheCaseOfKeywordsAndKeepsThatOfValues) {
  const FilterExpression url = parsed(R"(HTTP.Url beginswith "Http://\"A\\")");

  EXPECT_EQ(url.keyword, "http.url");
  EXPECT_EQ(url.op, FilterOperator::kBeginsWith);
  EXPECT_EQ(url.literal.text, R"(Http://"A\)");
  EXPECT_EQ(parsed("ANNOTATION.UserId").keyword, "UserId");
}

TEST(FilterParser, ReadsServicesByNameTypeAndAccount) {
  const FilterExpression edge =
      parsed(R"(edge(id(name:"a", type:"client", account.id:"1"), b) { fault })");

  EXPECT_EQ(edge.service.name, "a");
  EXPECT_EQ(edge.service.type, "client");
  EXPECT_EQ(edge.service.account_id, "1");
  EXPECT_EQ(edge.callee.name, "b");
  ASSERT_EQ(edge.operands.size(), 1u);
  EXPECT_EQ(edge.operands[0].keyword, "fault");
  EXPECT_FALSE(parsed(R"(service(""))").service.name);
}

TEST(FilterParser, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(message_of("responsetime >"),
            "Invalid filter expression: expected a number instead of the end at position 15");
  EXPECT_EQ(message_of("fault AND latency > 5"),
            "Invalid filter expression: unknown keyword 'latency' at position 11");
  EXPECT_EQ(message_of(R"(service("a) { fault })"),
            "Invalid filter expression: missing closing quote of the string at position 9");
  EXPECT_EQ(message_of("responsetime CONTAINS 5"),
            "Invalid filter expression: the operator does not fit the value at position 14");
  EXPECT_EQ(message_of(R"(service("a") { annotation.x })"),
            "Invalid filter expression: 'annotation.x' is not allowed inside of braces at "
            "position 16");
  EXPECT_EQ(message_of("ok & fault"),
            "Invalid filter expression: unexpected character '&' at position 4");
  EXPECT_EQ(message_of("(ok"),
            "Invalid filter expression: expected ')' instead of the end at position 4");
  EXPECT_EQ(message_of("ok ok)"), "Invalid filter expression: unexpected ')' at position 6");
  EXPECT_EQ(message_of("coverage > 1"),
            "Invalid filter expression: keyword 'coverage' is not allowed here at position 1");
  EXPECT_EQ(message_of(std::string(100, '(')),
            "Invalid filter expression: nested too deeply at position 65");
}

TEST(FilterParser, SelectsOneEntity) {
  EXPECT_EQ(parse_entity_selector(R"(id(name:"a", type:"b"))")->service.type, "b");
  EXPECT_EQ(parse_entity_selector(R"(edge("a", "b"))")->kind, Kind::kEdge);
  EXPECT_FALSE(parse_entity_selector("fault").ok());
  EXPECT_FALSE(parse_entity_selector(R"(service("a") AND ok)").ok());
}

TEST(FilterCompiler, ReplacesGroupsAndRefusesUnknownAndCircularOnes) {
  const FindGroup groups = [](std::string_view member,
                              std::string_view value) -> std::optional<std::string> {
    if (member == "arn") return std::nullopt;
    if (value == "slow") return "responsetime > 5";
    if (value == "round") return R"(group.name = "round")";
    return std::nullopt;
  };

  EXPECT_TRUE(compile_filter(parsed(R"(group.name = "slow")"), groups).ok());
  EXPECT_EQ(compile_filter(parsed(R"(ok group.name = "none")"), groups).error().message,
            "Invalid filter expression: unknown group \"none\" at position 4");
  EXPECT_FALSE(compile_filter(parsed(R"(group.name = "round")"), groups).ok());
  EXPECT_FALSE(compile_filter(parsed("rootcause.json = #[1]"), groups).ok());
}

}  // namespace
}  // namespace tracery::xray
