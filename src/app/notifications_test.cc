// SPDX-License-Identifier: Apache-2.0
#include "app/notifications.h"

#include <gtest/gtest.h>

#include "app/testing_clock.h"
#include "base/time.h"

namespace tracery::app {
namespace {

using Happened = ErrorItems::Happened;

class NotificationsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = std::move(Database::open(":memory:")).value();
    const auto made =
        database_->run("INSERT INTO error_project(id, name, created_ns) VALUES(1,'shop',0)");
    ASSERT_TRUE(made.ok());
    item_.id = 7;
    item_.project_id = 1;
    item_.environment = "production";
    item_.level = "error";
    item_.counts.occurrences = 1;
    open();
  }

  void open() { notifications_ = std::move(Notifications::open(*database_, clock_)).value(); }

  NotificationRule add_rule(NotificationTrigger trigger) {
    NotificationRule rule;
    rule.project_id = 1;
    rule.trigger = trigger;
    rule.target = "http://127.0.0.1/hook";
    if (trigger == NotificationTrigger::kHighRate) {
      rule.rate_count = 3;
      rule.rate_period_s = 60;
    }
    return std::move(notifications_->rules().create(rule)).value();
  }

  void happen(Happened happened = Happened::kAgain) {
    notifications_->observe(item_, 100, happened);
  }

  /// How many messages' time has come; takes them off.
  std::size_t count_due() {
    std::size_t count = 0;
    while (notifications_->take_due()) ++count;
    return count;
  }

  TestingClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Notifications> notifications_;
  ErrorItem item_;
};

TEST_F(NotificationsTest, EachTriggerTellsOfItsNewsOnly) {
  add_rule(NotificationTrigger::kNewItem);
  happen(Happened::kNew);
  happen();
  EXPECT_EQ(count_due(), 1U);
  add_rule(NotificationTrigger::kReactivated);
  happen(Happened::kReactivated);
  EXPECT_EQ(count_due(), 1U);
}

TEST_F(NotificationsTest, TheTenthHundredthAndThousandthAreTold) {
  add_rule(NotificationTrigger::kRepeated);
  std::vector<std::uint64_t> told;
  for (item_.counts.occurrences = 1; item_.counts.occurrences <= 2000; ++item_.counts.occurrences) {
    happen();
    while (const auto each = notifications_->take_due()) told.push_back(each->occurrences);
  }
  EXPECT_EQ(told, (std::vector<std::uint64_t>{10, 100, 1000}));
}

TEST_F(NotificationsTest, AHighRateIsToldOnceInItsPeriod) {
  add_rule(NotificationTrigger::kHighRate);
  for (int i = 0; i < 2; ++i) happen();
  EXPECT_EQ(count_due(), 0U);
  clock_.time_ns += 50 * kNsPerSecond;
  for (int i = 0; i < 5; ++i) happen();
  EXPECT_EQ(count_due(), 1U);
  clock_.time_ns += 61 * kNsPerSecond;
  for (int i = 0; i < 2; ++i) happen();
  EXPECT_EQ(count_due(), 0U) << "the old ones are out of the period";
  happen();
  EXPECT_EQ(count_due(), 1U);
}

TEST_F(NotificationsTest, NobodyIsToldOfItemsThatAreQuietOrOfNoRulesBusiness) {
  NotificationRule rule = add_rule(NotificationTrigger::kNewItem);
  item_.status = ItemStatus::kMuted;
  happen(Happened::kNew);
  item_.status = ItemStatus::kActive;
  item_.snoozed_until_ns = clock_.time_ns + 1;
  happen(Happened::kNew);
  item_.snoozed_until_ns = 0;
  item_.project_id = 2;
  happen(Happened::kNew);
  item_.project_id = 1;
  rule.environment = "staging";
  ASSERT_TRUE(notifications_->rules().change(rule).ok());
  happen(Happened::kNew);
  rule.environment = "production";
  rule.level = "critical";
  ASSERT_TRUE(notifications_->rules().change(rule).ok());
  happen(Happened::kNew);
  EXPECT_EQ(count_due(), 0U);
  item_.level = "critical";
  happen(Happened::kNew);
  EXPECT_EQ(count_due(), 1U);
}

TEST_F(NotificationsTest, TheSameNewsGoesToATargetOnce) {
  add_rule(NotificationTrigger::kReactivated);
  add_rule(NotificationTrigger::kReactivated);
  happen(Happened::kReactivated);
  happen(Happened::kReactivated);
  EXPECT_EQ(count_due(), 1U);
  EXPECT_EQ(notifications_->counters().dropped.at("repeated"), 3U);
  clock_.time_ns += 601 * kNsPerSecond;
  happen(Happened::kReactivated);
  EXPECT_EQ(count_due(), 1U);
}

TEST_F(NotificationsTest, ARuleSendsNoMoreThanItsHourlyMax) {
  NotificationRule rule = add_rule(NotificationTrigger::kNewItem);
  rule.hourly_max = 5;
  ASSERT_TRUE(notifications_->rules().change(rule).ok());
  for (item_.id = 1; item_.id <= 8; ++item_.id) happen(Happened::kNew);
  EXPECT_EQ(count_due(), 5U);
  EXPECT_EQ(notifications_->counters().dropped.at("hourly_max"), 3U);
  clock_.time_ns += 3600 * kNsPerSecond;
  happen(Happened::kNew);
  EXPECT_EQ(count_due(), 1U);
}

TEST_F(NotificationsTest, WhatFailsIsTriedAgainLaterAndGivenUpInTheEnd) {
  const NotificationRule rule = add_rule(NotificationTrigger::kNewItem);
  happen(Happened::kNew);
  const Status refused = Error{ErrorCode::kUnavailable, "status: 500"};
  std::int64_t pause_s = 1;
  for (int tries = 1; tries <= Notifications::kTriesMax; ++tries) {
    auto due = notifications_->take_due();
    ASSERT_TRUE(due) << tries;
    notifications_->finish(*std::move(due), refused);
    EXPECT_FALSE(notifications_->take_due());
    clock_.time_ns += pause_s * kNsPerSecond;
    pause_s *= 4;
  }
  EXPECT_FALSE(notifications_->take_due());
  EXPECT_EQ(notifications_->counters().dropped.at("gave_up"), 1U);
  EXPECT_EQ(notifications_->outcome(rule.id).last_error, "status: 500");
}

TEST_F(NotificationsTest, RulesOutliveTheProcessAndMessagesOfRemovedOnesAreDropped) {
  const NotificationRule rule = add_rule(NotificationTrigger::kNewItem);
  open();
  ASSERT_EQ(notifications_->rules().list().size(), 1U);
  happen(Happened::kNew);
  ASSERT_TRUE(notifications_->rules().remove(rule.id).ok());
  EXPECT_EQ(count_due(), 0U);
  EXPECT_EQ(notifications_->counters().dropped.at("rule_removed"), 1U);
  EXPECT_FALSE(notifications_->rules().has_any());
}

TEST_F(NotificationsTest, TheQueueHasABound) {
  NotificationRule rule = add_rule(NotificationTrigger::kNewItem);
  rule.hourly_max = 10'000;
  ASSERT_TRUE(notifications_->rules().change(rule).ok());
  for (item_.id = 1; item_.id <= 1200; ++item_.id) happen(Happened::kNew);
  EXPECT_EQ(count_due(), Notifications::kQueueMax);
  EXPECT_EQ(notifications_->counters().dropped.at("queue_full"), 200U);
}

TEST(NotificationRule, IsRefusedWhenItCannotWork) {
  NotificationRule rule;
  const auto is_good = [&](NotificationChannel channel, const std::string& target) {
    rule.channel = channel;
    rule.target = target;
    return check_rule(rule).ok();
  };
  EXPECT_TRUE(is_good(NotificationChannel::kWebhook, "https://chat.example/hook"));
  EXPECT_FALSE(is_good(NotificationChannel::kWebhook, "file:///etc/passwd"));
  EXPECT_FALSE(is_good(NotificationChannel::kWebhook, "http://a b"));
  EXPECT_TRUE(is_good(NotificationChannel::kEmail, "ana@shop.example"));
  for (const char* bad : {"ana", "@shop", "ana@", "a@b,c@d", "a@b\r\nTo: c@d", "<a@b>"}) {
    EXPECT_FALSE(is_good(NotificationChannel::kEmail, bad)) << bad;
  }
  rule.target = "ana@shop.example";
  rule.trigger = NotificationTrigger::kHighRate;
  EXPECT_FALSE(check_rule(rule).ok());
  rule.rate_count = 10;
  rule.rate_period_s = 60;
  EXPECT_TRUE(check_rule(rule).ok());
}

}  // namespace
}  // namespace tracery::app
