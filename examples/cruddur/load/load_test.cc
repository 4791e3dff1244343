// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "plan.h"
#include "truth.h"

namespace cruddur {
namespace {

using nlohmann::json;

std::map<std::string, double> shares_of(const std::vector<PlannedRequest>& plan) {
  std::map<std::string, double> shares;
  for (const PlannedRequest& request : plan) {
    shares[request.operation] += 1.0 / static_cast<double>(plan.size());
  }
  return shares;
}

TEST(GoldenPlan, HasTheAcceptanceScenariosCounts) {
  std::map<std::string, int> counts;
  int with_parent = 0;
  for (const PlannedRequest& request : golden_plan()) {
    ++counts[request.operation];
    with_parent += request.has_fixed_parent ? 1 : 0;
    EXPECT_TRUE(!request.has_fixed_parent || request.operation == std::string("home"));
  }
  EXPECT_EQ(counts, (std::map<std::string, int>{{"home", 50},
                                                {"profile", 20},
                                                {"show", 5},
                                                {"create", 15},
                                                {"reply", 3},
                                                {"message_groups", 4},
                                                {"messages", 4},
                                                {"create_message", 2},
                                                {"rollbar_test", 2}}));
  EXPECT_EQ(with_parent, 5);
}

TEST(TrafficPlan, IsMixedAsDescribed) {
  const auto shares = shares_of(traffic_plan({.requests = 50'000}));
  EXPECT_NEAR(shares.at("home"), 0.60, 0.01);
  EXPECT_NEAR(shares.at("profile"), 0.20, 0.01);
  EXPECT_NEAR(shares.at("messages") + shares.at("message_groups"), 0.08, 0.01);
  EXPECT_NEAR(shares.at("create") + shares.at("create_message"), 0.10, 0.01);
  EXPECT_NEAR(shares.at("show") + shares.at("reply"), 0.02, 0.005);
}

TEST(TrafficPlan, ArrivesAtTheRateInIncreasingTimes) {
  const auto plan = traffic_plan({.requests = 20'000, .requests_per_second = 200});
  double squares = 0;
  for (std::size_t i = 1; i < plan.size(); ++i) {
    const double gap_s = plan[i].due_s - plan[i - 1].due_s;
    EXPECT_GE(gap_s, 0);
    squares += gap_s * gap_s;
  }
  EXPECT_NEAR(plan.back().due_s, 100, 5);
  // A Poisson process: the mean of squared gaps is twice the square of the mean gap.
  EXPECT_NEAR(squares / static_cast<double>(plan.size()), 2 * 0.005 * 0.005, 5e-6);
}

TEST(TrafficPlan, FewUsersDoMost) {
  std::map<std::string, int> counts;
  for (const PlannedRequest& request : traffic_plan({.requests = 50'000})) ++counts[request.user];
  // The sum of 1/n up to 1000 is 7.485.
  EXPECT_NEAR(counts.at("user-0001") / 50'000.0, 1 / 7.485, 0.01);
  EXPECT_NEAR(counts.at("user-0010") / 50'000.0, 0.1 / 7.485, 0.003);
  EXPECT_LE(counts.size(), 1000U);
  EXPECT_LE(counts.rbegin()->first, "user-1000");
}

TEST(TrafficPlan, DependsOnItsSeedOnly) {
  const auto first = traffic_plan({.seed = 3});
  const auto again = traffic_plan({.seed = 3});
  const auto other = traffic_plan({.seed = 4});
  EXPECT_EQ(first.back().due_s, again.back().due_s);
  EXPECT_EQ(first.back().user, again.back().user);
  EXPECT_NE(first.back().due_s, other.back().due_s);
}

TEST(Truth, CountsByOperationStatusAndUser) {
  Truth truth;
  const auto plan = golden_plan();
  for (const PlannedRequest& request : plan) {
    truth.add(request, {.status = 200, .xray_header = "Root=1-68c2f1a0-0123456789abcdef01234567"},
              1);
  }
  truth.add(plan[60], {.status = 422}, 7);

  const json whole = json::parse(truth.to_json(true));
  EXPECT_EQ(whole["requests"], plan.size() + 1);
  EXPECT_EQ(whole["statuses"], json({{"200", plan.size()}, {"422", 1}}));
  EXPECT_EQ(whole["fixed_parent"]["requests"], 5);
  const json& profile = whole["operations"]["profile"];
  EXPECT_EQ(profile["requests"], 21);
  EXPECT_EQ(profile["statuses"], json({{"200", 20}, {"422", 1}}));
  EXPECT_EQ(profile["xray_sampled"], 20);
  EXPECT_EQ(profile["users"]["user-0001"], 5);
  EXPECT_EQ(whole["list"].size(), plan.size() + 1);
  EXPECT_EQ(whole["list"][0], json({"home", "GET", "/api/activities/home", 200}));
}

TEST(Truth, QuantilesAreOfTheRequestsThemselves) {
  Truth truth;
  const PlannedRequest home = golden_plan().front();
  for (int i = 100; i >= 1; --i) truth.add(home, {.status = 200}, i);
  const json operation = json::parse(truth.to_json(false))["operations"]["home"];
  EXPECT_EQ(operation["p50_ms"], 50);
  EXPECT_EQ(operation["p90_ms"], 90);
  EXPECT_EQ(operation["p99_ms"], 99);
}

TEST(Truth, WhatGotNoAnswerIsCountedApart) {
  Truth truth;
  truth.add(golden_plan().front(), {.failure = "refused"}, 1);
  const json whole = json::parse(truth.to_json(false));
  EXPECT_EQ(truth.unanswered(), 1U);
  EXPECT_EQ(whole["failures"], json({{"refused", 1}}));
  EXPECT_EQ(whole["operations"], json::object());
  EXPECT_FALSE(whole.contains("list"));
}

TEST(XRayHeader, TellsWhetherTheRequestWasKept) {
  EXPECT_TRUE(is_xray_sampled("Root=1-68c2f1a0-0123456789abcdef01234567"));
  EXPECT_TRUE(is_xray_sampled("Root=1-68c2f1a0-0123456789abcdef01234567;Sampled=1"));
  EXPECT_FALSE(is_xray_sampled("Root=1-68c2f1a0-0123456789abcdef01234567;Sampled=0"));
  EXPECT_FALSE(is_xray_sampled("Root=1-00000000-000000000000000000000000"));
  EXPECT_FALSE(is_xray_sampled(""));
}

}  // namespace
}  // namespace cruddur
