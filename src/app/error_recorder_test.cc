// SPDX-License-Identifier: Apache-2.0
#include "app/error_recorder.h"

#include <gtest/gtest.h>

#include "app/error_occurrence.h"
#include "app/testing_clock.h"
#include "query/testing/memory_source.h"

namespace tracery::app {
namespace {

std::shared_ptr<const store::Snapshot> no_events() {
  return std::make_shared<const store::Snapshot>(query::make_memory_snapshot({}));
}

class ErrorRecorderTest : public testing::Test {
 protected:
  std::unique_ptr<ErrorItems> open_items() {
    return *ErrorItems::open(*database_, clock_, *projects_, *deploys_, no_events);
  }

  /// Stores a report as a request does; gives what was counted.
  static Occurrence send(ErrorRecorder& recorder, const rollbar::Report& report,
                         const std::string& uuid) {
    ErrorRecorder::Admitted admitted;
    const auto verdict = recorder.admit(report, "shop", uuid, "", admitted, [](bool) {});
    EXPECT_EQ(verdict, ErrorRecorder::Verdict::kNew);
    recorder.finish(admitted, true);
    return admitted.occurrence;
  }

  static rollbar::Report message(const std::string& text) {
    rollbar::Report report;
    report.environment = "production";
    report.level = "info";
    report.message = text;
    return report;
  }

  TestingClock clock_;
  std::unique_ptr<Database> database_ = *Database::open(":memory:");
  std::unique_ptr<ErrorProjects> projects_ = *ErrorProjects::open(*database_, clock_);
  std::unique_ptr<ErrorDeploys> deploys_ = *ErrorDeploys::open(*database_, clock_);
};

TEST_F(ErrorRecorderTest, NewRulesDoNotSplitTheItemsThatOlderOnesMade) {
  const rollbar::Report ann = message("user 'ann' has no address");
  {
    const auto items = open_items();
    Occurrence old = describe_occurrence(ann, "shop");
    old.id = first_occurrence_id_at(clock_.now_ns());
    old.grouping_version = 1;
    old.key = key_by_rules(ann, "shop", 1);
    items->record(old);
  }
  const auto items = open_items();
  const auto recorder = *ErrorRecorder::open(*items, clock_, *no_events());

  const Occurrence again = send(*recorder, ann, "a");
  const Occurrence other = send(*recorder, message("user 'bob' has no address"), "b");
  const Occurrence third = send(*recorder, message("user 'eve' has no address"), "c");

  EXPECT_EQ(again.key, key_by_rules(ann, "shop", 1));
  EXPECT_EQ(items->find_key(again.key)->grouping_version, 1);
  EXPECT_NE(other.key, again.key);
  EXPECT_EQ(third.key, other.key);
  EXPECT_EQ(items->find_key(other.key)->grouping_version, rollbar::kGroupingVersion);
}

}  // namespace
}  // namespace tracery::app
