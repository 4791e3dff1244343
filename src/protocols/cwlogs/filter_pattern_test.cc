// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/filter_pattern.h"

#include <gtest/gtest.h>

#include "protocols/cwlogs/wildcard.h"

namespace tracery::cwlogs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
  const auto parsed = FilterPattern::parse(pattern);
  EXPECT_TRUE(parsed.ok()) << pattern << ": " << parsed.error().message;
  return parsed.ok() && parsed->matches(message);
}

std::string problem(std::string_view pattern) {
  const auto parsed = FilterPattern::parse(pattern);
  return parsed.ok() ? "" : parsed.error().message;
}

struct Case {
  std::string_view pattern, message;
  bool expected;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(matches(one.pattern, one.message), one.expected)
        << one.pattern << "   " << one.message;
  }
}

constexpr std::string_view kAccess =
    "127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";
constexpr std::string_view kTrail =
    R"({"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","b"],)"
    R"("objectList":[{"name":"a","id":1},{"name":"b","id":2}],"SomeObject":null,"flag":false,)"
    R"("number":1e-3,"count":"7","a.b":{"c":true},"user":{"id":1,"email":"j@x.com"}})";

TEST(FilterPattern, IsMatchedByAllWhenEmpty) {
  check({{"", "anything", true}, {" ", "", true}, {"  \t", "x", true}});
  EXPECT_TRUE(FilterPattern::parse(" ")->matches_all());
}

TEST(FilterPattern, FindsTerms) {
  check({{"ERROR", "[ERROR 400] BAD REQUEST", true},
         {"ERROR", "[error 400]", false},
         {"ERROR", "TERRORS", false},
         {"ERROR", "MY_ERROR_1", true},
         {"ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", true},
         {"ERROR ARGUMENTS", "[ERROR 401] UNAUTHORIZED", false},
         {"\"INTERNAL SERVER ERROR\"", "[ERROR 500] INTERNAL SERVER ERROR", true},
         {"\"AUTHORIZED\"", "UNAUTHORIZED", true},
         {R"("say \"hi\" \\")", R"(say "hi" \)", true},
         {"%AUTHORIZED%", "UNAUTHORIZED", true},
         {"%ERR[0-9]{2,3}% x", "ERR123 x", true},
         {"%ERR[0-9]{2,3}% x", "ERR1 x", false}});
}

TEST(FilterPattern, ExcludesTerms) {
  check({{"ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST", true},
         {"ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", false},
         {"-\"a b\"", "a c", true},
         {"-\"a b\"", "x a b", false}});
}

TEST(FilterPattern, TakesOptionalTermsOnlyByThemselves) {
  check({{"?ERROR ?ARGUMENTS", "[ERROR 400] BAD REQUEST", true},
         {"?ERROR ?ARGUMENTS", "MISSING ARGUMENTS", true},
         {"?ERROR ?ARGUMENTS", "OK", false},
         {"?ERROR REQUEST", "INFO REQUEST", true},
         {"?ERROR -REQUEST", "INFO", true},
         {"?ERROR -REQUEST", "ERROR REQUEST", false}});
}

TEST(FilterPattern, ComparesJsonValues) {
  check({{"{ $.eventType = \"UpdateTrail\" }", kTrail, true},
         {"{ $.eventType = Update* }", kTrail, true},
         {"{ $.eventType = \"Update*\" }", kTrail, false},
         {"{ $.sourceIPAddress != 123.123.* }", kTrail, true},
         {"{ $.sourceIPAddress = 111.* }", kTrail, true},
         {"{ $.arrayKey[0] = \"value\" }", kTrail, true},
         {"{ $.arrayKey[1] = \"value\" }", kTrail, false},
         {"{ $.arrayKey[*] = b }", kTrail, true},
         {"{ $.arrayKey = * }", kTrail, false},
         {"{ $.objectList[1].id = 2 }", kTrail, true},
         {"{ $.objectList[*].id > 1 }", kTrail, true},
         {"{ $.number = 0.001 }", kTrail, true},
         {"{ $.number < 1 }", kTrail, true},
         {"{ $.number >= +1.5e-3 }", kTrail, false},
         {"{ $.count = 7 }", kTrail, true},
         {"{ $.count > 6 }", kTrail, false},
         {"{ $.user.id = 1.0 }", kTrail, true},
         {"{ $.user.id = * }", kTrail, true},
         {"{ $.user.email = %@x\\.com$% }", kTrail, true},
         {"{ $['a.b'].c IS TRUE }", kTrail, true},
         {"{ $.nope = x }", kTrail, false},
         {"{ $.nope != x }", kTrail, true},
         {"{ $.eventType = UpdateTrail }", "no json", false}});
}

TEST(FilterPattern, TestsForNullTruthAndExistence) {
  check({{"{ $.SomeObject IS NULL }", kTrail, true},
         {"{ $.SomeOtherObject IS NULL }", kTrail, false},
         {"{ $.SomeOtherObject NOT EXISTS }", kTrail, true},
         {"{ $.SomeObject NOT EXISTS }", kTrail, false},
         {"{ $.SomeObject EXISTS }", kTrail, true},
         {"{ $.flag IS FALSE }", kTrail, true},
         {"{ $.flag IS TRUE }", kTrail, false},
         {"{ $.SomeObject = * }", kTrail, false}});
}

TEST(FilterPattern, CombinesConditions) {
  check({{"{ ($.user.id = 1) && ($.user.email = \"j@x.com\") }", kTrail, true},
         {"{$.user.id=2||$.flag IS FALSE&&$.user.id=1}", kTrail, true},
         {"{ ($.user.id = 1 || $.flag IS FALSE) && $.user.id = 2 }", kTrail, false},
         {"{ $.user.id = 1 && ($.nope = 1 || ($.flag IS FALSE)) }", kTrail, true}});
}

TEST(FilterPattern, SplitsFieldsAtBlanks) {
  check({{"[ip, env, user, timestamp, request, status_code, bytes]", kAccess, true},
         {"[ip, env, user, timestamp, request, status_code]", kAccess, false},
         {"[ip, env, user, timestamp, request =*.html*, status_code = 4*, bytes]", kAccess, true},
         {"[ip=%127\\.0\\.0\\.[1-9]%, ..., status_code = 5*, bytes]", kAccess, false},
         {"[ip=%127\\.0\\.0\\.[1-9]%, ..., status_code = 4*, bytes > 1000]", kAccess, true},
         {"[..., status_code=5* || status_code=404, bytes]", kAccess, true},
         {"[..., bytes >= 1534 && bytes < 1535]", kAccess, true},
         {"[w1 = 127.0.0.1, ...]", kAccess, true},
         {"[w1 != 127.0.0.1, ...]", kAccess, false},
         {"[, , user = \"frank\", ...]", kAccess, true},
         {"[..., request =*.html*, status_code = 4*,]", kAccess, true},
         {"[]", kAccess, true},
         {"[w1=ERROR, w2]", "ERROR code", true},
         {"[w1=ERROR, w2]", "ERROR code 1", false}});
}

TEST(FilterPattern, ExtractsFieldsByNameOrNumber) {
  const auto all = FilterPattern::parse("[]")->extract(kAccess);
  ASSERT_EQ(all.size(), 7u);
  EXPECT_EQ(all[3], (ExtractedValue{"$4", "10/Oct/2000:13:25:15 -0700"}));
  const auto some = FilterPattern::parse("[ip, ..., size]")->extract(kAccess);
  ASSERT_EQ(some.size(), 7u);
  EXPECT_EQ(some[0], (ExtractedValue{"$ip", "127.0.0.1"}));
  EXPECT_EQ(some[5], (ExtractedValue{"$6", "404"}));
  EXPECT_EQ(some[6], (ExtractedValue{"$size", "1534"}));
}

TEST(FilterPattern, ExtractsWhatJsonSelectorsName) {
  const auto values =
      FilterPattern::parse(
          "{ $.user.id = 1 && $.nope NOT EXISTS && $.eventType = * && $.user.id > 0 }")
          ->extract(kTrail);
  EXPECT_EQ(values,
            (std::vector<ExtractedValue>{{"$.user.id", "1"}, {"$.eventType", "UpdateTrail"}}));
  EXPECT_TRUE(FilterPattern::parse("ERROR")->extract("ERROR").empty());
}

TEST(FilterPattern, TellsTextsThatMatchesMustHold) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(FilterPattern::parse("a -b \"c d\" ?e %f%")->required_texts(), (Texts{"a", "c d"}));
  EXPECT_EQ(FilterPattern::parse("?a ?b")->required_texts(), Texts());
  EXPECT_EQ(FilterPattern::parse("?a")->required_texts(), Texts{"a"});
  EXPECT_EQ(FilterPattern::parse("[a=x, b=4*, c=5, d=y || d=z, e!=w]")->required_texts(),
            Texts{"x"});
}

TEST(FilterPattern, SaysWhereItIsWrong) {
  EXPECT_EQ(problem("foo:bar"), "Invalid character(s) in term 'foo:bar'");
  EXPECT_EQ(problem("ok \"open"), "Invalid filter pattern: unclosed quote at position 3");
  EXPECT_EQ(problem("\"a\"b"),
            "Invalid filter pattern: expected a blank after the term at "
            "position 0");
  EXPECT_EQ(problem("-"), "Invalid filter pattern: expected a term at position 1");
  EXPECT_EQ(problem("%ab"), "Invalid filter pattern: unclosed regular expression at position 0");
  EXPECT_EQ(problem("x %ab(c)%"),
            "Invalid filter pattern: unsupported character in regular expression at position 5");
  EXPECT_EQ(problem("%something!%"),
            "Invalid filter pattern: unsupported character in regular expression at position 10");
  EXPECT_EQ(problem("%a[%"), "Invalid filter pattern: malformed regular expression at position 1");
  EXPECT_EQ(problem("%a% %b% %c%"),
            "Invalid filter pattern: more than 2 regular expressions at position 0");
  EXPECT_EQ(problem("{ $.a = }"), "Invalid filter pattern: expected a value at position 8");
  EXPECT_EQ(problem("{ $.a > x }"), "Invalid filter pattern: expected a number at position 8");
  EXPECT_EQ(problem("{ $.a 1 }"), "Invalid filter pattern: expected an operator at position 6");
  EXPECT_EQ(problem("{ a = 1 }"), "Invalid filter pattern: expected a selector at position 2");
  EXPECT_EQ(problem("{ $ = 1 }"), "Invalid filter pattern: expected a property name at position 3");
  EXPECT_EQ(problem("{ $.a[x] = 1 }"), "Invalid filter pattern: expected an index at position 6");
  EXPECT_EQ(problem("{ $.a = 1"), "Invalid filter pattern: expected '}' at position 9");
  EXPECT_EQ(problem("{ ($.a = 1 }"), "Invalid filter pattern: expected ')' at position 11");
  EXPECT_EQ(problem("{ $.a = 1 } x"), "Invalid filter pattern: unexpected text at position 12");
  EXPECT_EQ(problem("{ $.a IS x }"),
            "Invalid filter pattern: expected NULL, TRUE or FALSE at position 9");
  EXPECT_EQ(problem("[a, b"), "Invalid filter pattern: expected ',' or ']' at position 5");
  EXPECT_EQ(problem("[a, ..., ...]"), "Invalid filter pattern: more than one '...' at position 12");
  EXPECT_EQ(problem("[a = 1 && b = 2]"),
            "Invalid filter pattern: expected the field name 'a' at position 10");
  EXPECT_EQ(problem("{" + std::string(200, '(') + "$.a=1}"),
            "Invalid filter pattern: too many parentheses at position 101");
}

TEST(MatchesWildcard, TriesEveryPlace) {
  EXPECT_TRUE(matches_wildcard("a*b*c", "axxbyybc"));
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_TRUE(matches_wildcard("**a**", "a"));
  EXPECT_FALSE(matches_wildcard("ab*ba", "aba"));
  EXPECT_FALSE(matches_wildcard("a*b*c", "acb"));
}

}  // namespace
}  // namespace tracery::cwlogs
