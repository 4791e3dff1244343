// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/sampling_rule.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tracery::xray {
namespace {

using nlohmann::json;

json cruddur() {
  return {{"RuleName", "Cruddur"}, {"ResourceARN", "*"}, {"Priority", 9000},
          {"FixedRate", 0.1},      {"ReservoirSize", 5}, {"ServiceName", "backend-flask"},
          {"ServiceType", "*"},    {"Host", "*"},        {"HTTPMethod", "*"},
          {"URLPath", "/api/*"},   {"Version", 1}};
}

TEST(SamplingRule, IsReadAndWrittenWithEveryMember) {
  auto rule = *read_sampling_rule(cruddur());
  rule.arn = "arn:aws:xray:us-east-1:000000000000:sampling-rule/Cruddur";
  rule.created_ns = 1'700'000'000'500'000'000;

  const json record = write_sampling_rule_record(rule);

  json expected = cruddur();
  expected["RuleARN"] = rule.arn;
  expected["Attributes"] = json::object();
  EXPECT_EQ(record["SamplingRule"], expected);
  EXPECT_EQ(record["CreatedAt"], 1'700'000'000.5);
  const SamplingRule again = read_sampling_rule_record(record);
  EXPECT_EQ(write_sampling_rule_record(again), record);
}

TEST(SamplingRule, TheDefaultSurvivesBeingWritten) {
  SamplingRule rule = default_sampling_rule();
  ASSERT_TRUE(update_sampling_rule({{"FixedRate", 0.5}, {"ReservoirSize", 7}}, rule).ok());

  const SamplingRule again = read_sampling_rule_record(write_sampling_rule_record(rule));

  EXPECT_EQ(again.priority, 10'000);
  EXPECT_EQ(again.fixed_rate, 0.5);
  EXPECT_EQ(again.reservoir_size, 7);
}

TEST(SamplingRule, RefusesMembersOutOfRange) {
  for (const auto& [member, value] : std::vector<std::pair<const char*, json>>{
           {"Priority", 0},
           {"Priority", 10'000},
           {"Priority", "1"},
           {"Priority", nullptr},
           {"FixedRate", -0.1},
           {"FixedRate", 1.1},
           {"ReservoirSize", -1},
           {"ReservoirSize", 1.5},
           {"RuleName", ""},
           {"RuleName", std::string(33, 'n')},
           {"RuleName", "Default"},
           {"ServiceName", std::string(65, 'n')},
           {"HTTPMethod", "LONGERTHAN10"},
           {"URLPath", 7},
           {"Version", 2},
           {"Attributes",
            json{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", "h"}, {"i", "j"}, {"k", "l"}}},
           {"SamplingRateBoost", json{{"MaxRate", 2}, {"CooldownWindowMinutes", 1}}}}) {
    json rule = cruddur();
    rule[member] = value;
    EXPECT_EQ(read_sampling_rule(rule).error().code, ErrorCode::kInvalid) << member << value;
  }
}

TEST(SamplingRule, OfTheDefaultOnlyRatesChange) {
  SamplingRule rule = default_sampling_rule();

  EXPECT_TRUE(update_sampling_rule({{"FixedRate", 0.5}}, rule).ok());
  EXPECT_FALSE(update_sampling_rule({{"ServiceName", "shop"}}, rule).ok());
  EXPECT_FALSE(update_sampling_rule({{"Priority", 5}}, rule).ok());
  EXPECT_EQ(rule.fixed_rate, 0.5);
  EXPECT_EQ(rule.service_name, "*");
}

TEST(SamplingRule, PatternsHaveWildcardsAndIgnoreCase) {
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("/api/*", "/API/activities/home"));
  EXPECT_TRUE(matches_pattern("*.example.*", "shop.example.com"));
  EXPECT_TRUE(matches_pattern("b?ckend", "Backend"));
  EXPECT_TRUE(matches_pattern("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches_pattern("a*b*c", "a-b-b"));
  EXPECT_FALSE(matches_pattern("backend", "backend-flask"));
  EXPECT_FALSE(matches_pattern("?", ""));
  EXPECT_FALSE(matches_pattern("", "x"));
}

TEST(SamplingRule, MatchesWhatIsNotKnown) {
  const auto rule = *read_sampling_rule(cruddur());

  EXPECT_TRUE(match_rule(rule, {}).matches());
  EXPECT_TRUE(match_rule(rule, {.service_name = "BACKEND-flask", .url_path = "/api/x"}).matches());
  const SampledRequest other{.service_name = "4567-gitpod.io", .url_path = "/api/x"};
  const RuleMatch match = match_rule(rule, other);
  EXPECT_FALSE(match.matches());
  const auto failing = std::find_if(match.patterns.begin(), match.patterns.end(),
                                    [](const PatternMatch& each) { return !each.matches; });
  EXPECT_STREQ(failing->member, "ServiceName");
}

TEST(SamplingRule, SaysWhySdksPassOverIt) {
  auto rule = *read_sampling_rule(cruddur());
  rule.attributes = {{"tier", "free"}};

  EXPECT_FALSE(match_rule(rule, {}).matches());
  EXPECT_EQ(match_rule(rule, {}).ignored, "it asks for attributes");
}

TEST(SamplingRule, AreAskedByPriorityThenNameAndTheDefaultLast) {
  std::vector<SamplingRule> rules(4);
  rules[0] = default_sampling_rule();
  rules[1].name = "b";
  rules[2].name = "a";
  rules[3].name = "z";
  rules[3].priority = 1;

  std::sort(rules.begin(), rules.end(), is_asked_before);

  EXPECT_EQ(rules[0].name + rules[1].name + rules[2].name + rules[3].name, "zabDefault");
}

}  // namespace
}  // namespace tracery::xray
