// SPDX-License-Identifier: Apache-2.0
#include "app/insights_service.h"

#include <future>

#include <gtest/gtest.h>

#include "app/testing_clock.h"
#include "model/names.h"
#include "query/testing/memory_source.h"

namespace tracery::app {
namespace {

using State = InsightsView::State;

std::shared_ptr<const store::Snapshot> some_lines() {
  std::vector<model::Event> events(3);
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].dataset = i == 2 ? "b" : "a";
    events[i].time_ns = static_cast<std::int64_t>(i) * 1'000'000'000;
    events[i].fields = {{std::string(model::names::kBody), "line " + std::to_string(i)}};
  }
  return std::make_shared<const store::Snapshot>(query::make_memory_snapshot(events));
}

/// All groups there are; events of "hidden" are not seen, nor what is older than `from_ns`.
struct OpenSources final : cwlogs::InsightsSources {
  std::vector<std::string> groups_of(const cwlogs::QuerySource& source) const override {
    return source.groups;
  }
  Result<cwlogs::InsightsAccess> access(const std::vector<std::string>&) const override {
    return what;
  }
  Result<std::shared_ptr<const cwlogs::LookupTable>> table(const std::string&) const override {
    return Error{ErrorCode::kNotFound, "no table"};
  }
  cwlogs::InsightsAccess what;
};

class InsightsServiceTest : public testing::Test {
 protected:
  InsightsServiceTest() : pool_(1, 10), service_(make({})) {}

  std::unique_ptr<InsightsService> make(InsightsOptions options) {
    return std::make_unique<InsightsService>(
        clock_, pool_, [this] { return take_(); }, sources_, options);
  }

  static InsightsRequest ask(std::string text) {
    InsightsRequest request;
    request.text = std::move(text);
    request.groups = {"a"};
    request.to_ns = 10'000'000'000;
    return request;
  }

  std::shared_ptr<const InsightsView> finish(const std::string& id) {
    auto over = std::make_shared<std::promise<std::shared_ptr<const InsightsView>>>();
    auto future = over->get_future();
    service_->watch(id, [over](const std::shared_ptr<const InsightsView>& view) {
      if (view->is_over()) over->set_value(view);
    });
    return future.wait_for(std::chrono::seconds(30)) == std::future_status::ready ? future.get()
                                                                                  : nullptr;
  }

  TestingClock clock_;
  OpenSources sources_;
  InsightsService::TakeSnapshot take_ = some_lines;
  WorkerPool pool_;
  std::unique_ptr<InsightsService> service_;
};

TEST_F(InsightsServiceTest, AnswersWithRows) {
  const auto id = service_->start(ask("fields @message | sort @timestamp"), nullptr);
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->size(), 36u);
  const auto view = finish(*id);
  ASSERT_NE(view, nullptr);
  EXPECT_EQ(view->state, State::kComplete);
  EXPECT_EQ(view->columns, (std::vector<std::string>{"@message", "@ptr"}));
  ASSERT_EQ(view->rows->size(), 2u);
  EXPECT_EQ(view->rows->at(0).at(0), "line 0");
  EXPECT_EQ(view->stats.rows_in_scope, 2u);
  EXPECT_EQ(service_->find(*id), view);
  EXPECT_EQ(service_->list().size(), 1u);
  EXPECT_EQ(service_->stop(*id).error().code, ErrorCode::kConflict);
}

TEST_F(InsightsServiceTest, TakesGroupsAndTimesFromTheText) {
  InsightsRequest request = ask("SOURCE 'a', 'b' START=500 END=2000 | stats count(*)");
  request.groups.clear();
  const auto view = finish(*service_->start(request, nullptr));
  EXPECT_EQ(view->rows->at(0).at(0), "2");
  EXPECT_EQ(view->request.groups, (std::vector<std::string>{"a", "b"}));
}

TEST_F(InsightsServiceTest, HidesWhatIsNotVisible) {
  sources_.what.is_visible = [](std::string_view group, std::string_view, std::int64_t time_ns,
                                std::int64_t) { return group == "a" && time_ns > 0; };
  for (const char* text :
       {"stats count(*) by @logStream", "SOURCE 'a' | stats count(*) by @logStream",
        "filter @message in (SOURCE 'a' | fields @message | display @message)"
        " | stats count(*) by @logStream"}) {
    const auto view = finish(*service_->start(ask(text), nullptr));
    EXPECT_EQ(view->rows->at(0), (cwlogs::InsightsRow{"otlp", "1"})) << text;
  }
}

TEST_F(InsightsServiceTest, RefusesWhatIsNoQuery) {
  cwlogs::QueryProblem problem;
  const auto id = service_->start(ask("fields |"), &problem);
  EXPECT_EQ(id.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(id.error().message, problem.message);
  EXPECT_EQ(problem.start, 7u);
  InsightsRequest nowhere = ask("limit 1");
  nowhere.groups.clear();
  EXPECT_EQ(service_->start(nowhere, nullptr).error().code, ErrorCode::kNotFound);
}

TEST_F(InsightsServiceTest, StopsWhatWaits) {
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future();
  pool_.post([gone] { gone.wait_for(std::chrono::seconds(30)); });
  const auto id = service_->start(ask("limit 1"), nullptr);
  EXPECT_EQ(service_->find(*id)->state, State::kScheduled);
  EXPECT_TRUE(service_->stop(*id).ok());
  go.set_value();
  EXPECT_EQ(finish(*id)->state, State::kCancelled);
  EXPECT_EQ(service_->stop("nothing").error().code, ErrorCode::kNotFound);
}

TEST_F(InsightsServiceTest, ForgetsTheOldest) {
  service_ = make({.finished_max = 2});
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(*service_->start(ask("limit 1"), nullptr));
    finish(ids.back());
  }
  EXPECT_EQ(service_->find(ids[1]), nullptr);
  EXPECT_NE(service_->find(ids[3]), nullptr);
}

TEST_F(InsightsServiceTest, BoundsWhatRuns) {
  service_ = make({.running_max = 1});
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future();
  pool_.post([gone] { gone.wait_for(std::chrono::seconds(30)); });
  const auto id = service_->start(ask("limit 1"), nullptr);
  EXPECT_EQ(service_->start(ask("limit 1"), nullptr).error().code, ErrorCode::kOverloaded);
  go.set_value();
  finish(*id);
}

}  // namespace
}  // namespace tracery::app
