// SPDX-License-Identifier: Apache-2.0
#include "app/log_groups.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "app/testing_clock.h"
#include "base/time.h"

namespace tracery::app {
namespace {

constexpr std::int64_t kNowNs = 1'767'330'000 * kNsPerSecond;

class LogGroupsTest : public testing::Test {
 protected:
  LogGroupsTest() {
    clock_.time_ns = kNowNs;
    database_ = std::move(*Database::open(":memory:"));
    reopen();
  }

  void reopen() {
    groups_ = std::move(*LogGroups::open(*database_, clock_, [] {
      auto snapshot = std::make_shared<store::Snapshot>();
      snapshot->catalogue = std::make_shared<store::Catalogue>();
      return snapshot;
    }));
  }

  cwlogs::PutOutcome put(const std::string& group, const std::string& stream, std::size_t events) {
    const auto context = groups_->reserve(group, stream);
    cwlogs::PutOutcome outcome;
    outcome.group = group;
    outcome.stream = stream;
    outcome.accepted = events;
    outcome.first_time_ns = kNowNs;
    outcome.last_time_ns = kNowNs + 5;
    outcome.last_sequence = context->sequence + static_cast<std::int64_t>(events) - 1;
    outcome.bytes = 100;
    groups_->note_stored(outcome);
    return outcome;
  }

  TestingClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<LogGroups> groups_;
};

TEST_F(LogGroupsTest, GivesEveryRequestNumbersOfItsOwn) {
  ASSERT_TRUE(groups_->create("g", {}).ok());
  ASSERT_TRUE(groups_->create_stream("g", "s").ok());
  const auto first = groups_->reserve("g", "s");
  const auto second = groups_->reserve("g", "s");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->sequence, kNowNs);
  EXPECT_EQ(second->sequence, kNowNs + 10'000);
  EXPECT_EQ(groups_->settled_sequence(), kNowNs - 1);
  groups_->settle(first->sequence);
  EXPECT_EQ(groups_->settled_sequence(), kNowNs + 9'999);
  groups_->settle(second->sequence);
  EXPECT_EQ(groups_->settled_sequence(), kNowNs + 19'999);
  EXPECT_EQ(groups_->reserve("g", "none").error().message,
            "The specified log stream does not exist.");
  EXPECT_EQ(groups_->reserve("none", "s").error().message,
            "The specified log group does not exist.");
}

TEST_F(LogGroupsTest, CountsWhatIsStored) {
  ASSERT_TRUE(groups_->create("g", {}).ok());
  ASSERT_TRUE(groups_->create_stream("g", "s").ok());
  put("g", "s", 3);
  put("g", "s", 4);
  const auto group = groups_->find("g");
  ASSERT_TRUE(group.ok());
  EXPECT_EQ(group->events, 7u);
  EXPECT_EQ(group->stored_bytes, 200);
  EXPECT_EQ(group->last_time_ns, kNowNs + 5);
  EXPECT_EQ(groups_->find_stream("g", "s")->events, 7u);
}

TEST_F(LogGroupsTest, HidesWhatWasDeletedAlsoAfterAStart) {
  ASSERT_TRUE(groups_->create("g", {}).ok());
  ASSERT_TRUE(groups_->create_stream("g", "a").ok());
  ASSERT_TRUE(groups_->create_stream("g", "b").ok());
  EXPECT_EQ(groups_->visibility("g", {})->sequence_min, 0);
  const auto stored = put("g", "a", 2);
  ASSERT_TRUE(groups_->remove_stream("g", "a").ok());
  EXPECT_EQ(groups_->visibility("g", {})->hidden_streams, std::vector<std::string>{"a"});
  ASSERT_TRUE(groups_->create_stream("g", "a").ok());
  const auto again = groups_->visibility("g", "a");
  EXPECT_GT(again->sequence_min, stored.last_sequence);
  EXPECT_EQ(groups_->visibility("g", {})->stream_minimums.at("a"), again->sequence_min);
  // What was under way when the stream was deleted stays hidden, and does not count.
  groups_->note_stored(stored);
  EXPECT_EQ(groups_->find_stream("g", "a")->events, 0u);
  EXPECT_GE(groups_->reserve("g", "a")->sequence, again->sequence_min);

  ASSERT_TRUE(groups_->remove("g").ok());
  EXPECT_FALSE(groups_->find("g").ok());
  reopen();
  ASSERT_TRUE(groups_->create("g", {}).ok());
  EXPECT_GT(groups_->visibility("g", {})->sequence_min, stored.last_sequence);
}

TEST_F(LogGroupsTest, KeepsSettings) {
  ASSERT_TRUE(groups_->create("g", {.is_protected = true}).ok());
  EXPECT_EQ(groups_->create("g", {}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(groups_->remove("g").error().code, ErrorCode::kForbidden);
  ASSERT_TRUE(groups_
                  ->change("g",
                           [](LogGroupSettings& settings) {
                             settings.retention_days = 7;
                             settings.is_protected = false;
                           })
                  .ok());
  reopen();
  EXPECT_EQ(groups_->find("g")->settings.retention_days, 7);
  EXPECT_EQ(groups_->visibility("g", {})->from_ns, kNowNs - 7 * kNsPerDay);
  EXPECT_TRUE(groups_->remove("g").ok());
  EXPECT_EQ(groups_->change("g", [](LogGroupSettings&) {}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tracery::app
