// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/testing_clock.h"
#include "app/xray_sampling_rules.h"
#include "app/xray_sampling_targets.h"
#include "base/time.h"

namespace tracery::app {
namespace {

const AwsPlace kPlace{"eu-west-1", "123456789012"};

struct XraySamplingTest : testing::Test {
  std::unique_ptr<Database> database = *Database::open(":memory:");
  TestingClock clock;
  Documents documents{*database, clock};
  XraySamplingRules rules{documents, clock};
  XraySamplingTargets targets{clock};

  xray::SamplingRule make(const std::string& name, std::int64_t priority) {
    xray::SamplingRule rule;
    rule.name = name;
    rule.priority = priority;
    rule.reservoir_size = 5;
    return *rules.create(rule, kPlace);
  }
};

TEST_F(XraySamplingTest, HasADefaultRuleFromTheStart) {
  const auto all = *rules.list();

  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].name, "Default");
  EXPECT_EQ(all[0].created_ns, 0);
  EXPECT_EQ(rules.remove("Default", "").error().code, ErrorCode::kInvalid);
}

TEST_F(XraySamplingTest, KeepsRulesInTheOrderTheyAreAsked) {
  make("late", 9000);
  make("early", 10);

  const auto all = *XraySamplingRules(documents, clock).list();

  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].name, "early");
  EXPECT_EQ(all[0].arn, "arn:aws:xray:eu-west-1:123456789012:sampling-rule/early");
  EXPECT_EQ(all[2].name, "Default");
}

TEST_F(XraySamplingTest, RefusesASecondRuleOfTheSameName) {
  make("once", 1);
  xray::SamplingRule again;
  again.name = "once";

  EXPECT_EQ(rules.create(again, kPlace).error().code, ErrorCode::kInvalid);
}

TEST_F(XraySamplingTest, UpdatesByNameOrArnAndSaysWhen) {
  const auto rule = make("shop", 1);
  clock.time_ns += 5 * kNsPerSecond;

  const auto by_name = *rules.update({{"RuleName", "shop"}, {"FixedRate", 0.25}}, kPlace);
  const auto by_arn = *rules.update({{"RuleARN", rule.arn}, {"Priority", 7}}, kPlace);

  EXPECT_EQ(by_name.fixed_rate, 0.25);
  EXPECT_EQ(by_arn.priority, 7);
  EXPECT_EQ(by_arn.created_ns, rule.created_ns);
  EXPECT_EQ(*rules.modified_ns(), clock.time_ns);
  EXPECT_FALSE(rules.update({{"RuleName", "none"}}, kPlace).ok());
}

TEST_F(XraySamplingTest, KeepsWhatIsChangedOfTheDefault) {
  ASSERT_TRUE(rules.update({{"RuleName", "Default"}, {"FixedRate", 1}}, kPlace).ok());
  ASSERT_TRUE(rules.update({{"RuleName", "Default"}, {"ReservoirSize", 3}}, kPlace).ok());

  const auto all = *XraySamplingRules(documents, clock).list();

  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].fixed_rate, 1);
  EXPECT_EQ(all[0].reservoir_size, 3);
}

TEST_F(XraySamplingTest, ADeletionIsAModificationToo) {
  make("shop", 1);
  clock.time_ns += kNsPerSecond;

  ASSERT_TRUE(rules.remove("shop", "").ok());

  EXPECT_EQ(rules.list()->size(), 1u);
  EXPECT_EQ(*rules.modified_ns(), clock.time_ns);
}

TEST_F(XraySamplingTest, CountsWhatClientsReport) {
  const auto rule = make("shop", 1);
  targets.report(rule, {.client = "a", .requests = 10, .sampled = 3, .borrowed = 1});
  clock.time_ns += 10 * kNsPerSecond;
  targets.report(rule, {.client = "b", .requests = 5, .sampled = 2, .borrowed = 0});

  const RuleActivity activity = targets.activity("shop");

  EXPECT_EQ(activity.total.requests, 15u);
  EXPECT_EQ(activity.total.sampled, 5u);
  EXPECT_EQ(activity.total.borrowed, 1u);
  ASSERT_EQ(activity.windows.size(), 2u);
  EXPECT_EQ(activity.windows[1].requests, 5u);
  EXPECT_EQ(activity.last_matched_ns, clock.time_ns);
  EXPECT_EQ(activity.clients, 2u);
  EXPECT_LE(activity.held, 5);
}

TEST_F(XraySamplingTest, BoostsOncePerCooldown) {
  auto rule = make("shop", 1);
  EXPECT_FALSE(targets.report_anomalies(rule, {.total = 100, .anomalies = 50}));
  rule.boost = xray::SamplingBoost{.max_rate = 0.8, .cooldown_minutes = 10};

  EXPECT_FALSE(targets.report_anomalies(rule, {.total = 100, .anomalies = 1}));
  EXPECT_EQ(targets.report_anomalies(rule, {.total = 100, .anomalies = 50})->rate, 0.8);
  clock.time_ns += 61 * kNsPerSecond;
  EXPECT_FALSE(targets.report_anomalies(rule, {.total = 100, .anomalies = 50}));
  clock.time_ns += 600 * kNsPerSecond;
  EXPECT_TRUE(targets.report_anomalies(rule, {.total = 100, .anomalies = 50}));
}

}  // namespace
}  // namespace tracery::app
