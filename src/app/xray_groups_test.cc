// SPDX-License-Identifier: Apache-2.0
#include "app/xray_groups.h"

#include <gtest/gtest.h>

#include "app/testing_clock.h"

namespace tracery::app {
namespace {

const AwsPlace kPlace{"eu-west-1", "123456789012"};

struct XrayGroupsTest : testing::Test {
  std::unique_ptr<Database> database = *Database::open(":memory:");
  TestingClock clock;
  Documents documents{*database, clock};
  XrayGroups groups{documents};
};

TEST_F(XrayGroupsTest, ThereIsAlwaysADefaultThatStays) {
  EXPECT_EQ(groups.list()->at(0).name, "Default");
  EXPECT_EQ(groups.remove("Default", "").error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(groups.create({.name = "Default"}, kPlace).ok());
}

TEST_F(XrayGroupsTest, AreFoundByNameAndByArn) {
  const auto made = *groups.create({.name = "Cruddur", .filter_expression = "ok"}, kPlace);

  EXPECT_TRUE(made.arn.starts_with("arn:aws:xray:eu-west-1:123456789012:group/Cruddur/"));
  EXPECT_EQ(groups.find("Cruddur")->arn, made.arn);
  EXPECT_EQ(groups.find("", made.arn)->filter_expression, "ok");
  EXPECT_FALSE(groups.find("cruddur").ok());
  EXPECT_FALSE(groups.find("", "").ok());
  EXPECT_FALSE(groups.create({.name = "Cruddur"}, kPlace).ok());
}

TEST_F(XrayGroupsTest, ChangeAndGo) {
  auto group = *groups.create({.name = "slow"}, kPlace);
  group.filter_expression = "responsetime > 5";
  group.insights_enabled = true;

  ASSERT_TRUE(groups.update(group).ok());

  EXPECT_TRUE(groups.find("slow")->insights_enabled);
  ASSERT_TRUE(groups.remove("", group.arn).ok());
  EXPECT_EQ(groups.list()->size(), 1u);
}

TEST_F(XrayGroupsTest, TheDefaultCanHaveInsightsButNoExpression) {
  auto group = *groups.find("Default");
  group.insights_enabled = true;
  ASSERT_TRUE(groups.update(group).ok());

  EXPECT_EQ(groups.list()->size(), 1u);
  EXPECT_TRUE(groups.find("Default")->insights_enabled);
  group.filter_expression = "ok";
  EXPECT_FALSE(groups.update(group).ok());
}

}  // namespace
}  // namespace tracery::app
