// SPDX-License-Identifier: Apache-2.0
#include "query/run.h"

#include <atomic>

#include <gtest/gtest.h>

#include "query/testing/memory_source.h"

namespace tracery::query {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000'000'000;

std::vector<model::Event> make_events(std::size_t count) {
  std::vector<model::Event> events;
  for (std::size_t i = 0; i < count; ++i) {
    model::Event event;
    event.dataset = "api";
    event.time_ns = kStart + static_cast<std::int64_t>(i) * 1'000'000;
    event.fields = {{"user", "user-" + std::to_string(i)}, {"ms", static_cast<double>(i)}};
    events.push_back(std::move(event));
  }
  return events;
}

Spec spec_over(std::size_t events) {
  Spec spec;
  spec.calculations = {Calculation{}};
  spec.from_ns = kStart;
  spec.to_ns = kStart + static_cast<std::int64_t>(events) * 1'000'000;
  spec.granularity_ns = 1'000'000'000;
  return spec;
}

TEST(Run, StopsWhenCancelled) {
  const std::atomic<bool> cancel = true;
  RunOptions options;
  options.cancel = &cancel;
  const auto result = run(make_memory_snapshot(make_events(10)), spec_over(10), options);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
}

TEST(Run, ShowsPartialResultsThatGrowIntoTheWhole) {
  Spec spec = spec_over(20'000);
  Calculation median;
  median.op = Op::kP50;
  median.column = "ms";
  spec.calculations.push_back(median);
  const store::Snapshot snapshot = make_memory_snapshot(make_events(20'000));
  std::vector<QueryResult> partials;
  RunOptions options;
  options.partial = [&](QueryResult partial) { partials.push_back(std::move(partial)); };
  options.partial_interval_ns = 1;  // Every round ends after the row groups at hand.
  options.threads = 1;

  const auto whole = run(snapshot, spec);
  const auto result = run(snapshot, spec, options);

  ASSERT_TRUE(whole.ok() && result.ok());
  const auto& cells = result->rows.at(0).cells;
  EXPECT_EQ(std::get<std::int64_t>(cells.at(0)), 20'000);
  EXPECT_EQ(std::get<double>(cells.at(1)), std::get<double>(whole->rows.at(0).cells.at(1)));
  EXPECT_EQ(result->series.size(), whole->series.size());
  ASSERT_FALSE(partials.empty());
  std::int64_t seen = 0;
  for (const QueryResult& partial : partials) {
    const auto count = std::get<std::int64_t>(partial.rows.at(0).cells.at(0));
    EXPECT_GT(count, seen);
    EXPECT_LT(count, 20'000);
    EXPECT_EQ(static_cast<std::uint64_t>(count), partial.stats.rows_matched);
    EXPECT_EQ(partial.to_ns, spec.to_ns);
    seen = count;
  }
}

TEST(Run, NamesTheLimitItWouldPass) {
  Spec spec = spec_over(5000);
  spec.breakdowns = {"user"};
  RunOptions options;
  options.memory_bytes = 100'000;
  const auto result = run(make_memory_snapshot(make_events(5000)), spec, options);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(result.error().message.find("memory_bytes"), std::string::npos);
}

TEST(Run, FallsBackToTwoPassesForManyGroupsInManyBuckets) {
  // 3,000 groups in 30 buckets are more slots than percentiles get in one pass.
  Spec spec = spec_over(30'000);
  spec.calculations = {{Op::kMax, "ms", "", {}}, {Op::kP50, "ms", "", {}}};
  spec.breakdowns = {"user"};
  spec.limit = 3;
  const auto result = run(make_memory_snapshot(make_events(30'000)), spec);

  ASSERT_TRUE(result.ok()) << result.error().message;
  ASSERT_EQ(result->rows.size(), 3u);
  EXPECT_EQ(result->rows[0].group[0], model::Value(std::string("user-29999")));
  EXPECT_EQ(result->row_count, 30'000u);
  EXPECT_EQ(result->series.size(), 3u);
  EXPECT_EQ(result->total_series.size(), 30u);
}

TEST(Run, PrunesWhatTimeAndZoneMapsRuleOut) {
  MemoryLayout layout;
  layout.group_rows = 100;
  const store::Snapshot snapshot = make_memory_snapshot(make_events(1000), layout);
  Spec spec = spec_over(1000);
  spec.to_ns = kStart + 500 * 1'000'000;
  spec.filters.filters = {{"ms", FilterOp::kGreaterEqual, {std::int64_t{400}}}};
  const auto result = run(snapshot, spec);

  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->stats.groups_total, 1u);
  EXPECT_EQ(result->stats.groups_pruned, 9u);
  EXPECT_EQ(result->stats.rows_scanned, 100u);
  EXPECT_EQ(result->stats.rows_matched, 100u);
}

TEST(Run, ReadsOnlyRowGroupsOfTheTraceAskedFor) {
  std::vector<model::Event> events = make_events(1000);
  const std::string id = "0af7651916cd43dd8448eb211c80319c";
  events[250].fields.push_back({"trace.trace_id", id});
  MemoryLayout layout;
  layout.group_rows = 100;
  Spec spec = spec_over(1000);
  spec.filters.filters = {{"trace.trace_id", FilterOp::kEqual, {id}}};
  const auto result = run(make_memory_snapshot(events, layout), spec);

  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->stats.groups_scanned, 1u);
  EXPECT_EQ(result->stats.rows_matched, 1u);
}

TEST(Run, RefusesASpecThatIsNotValid) {
  Spec spec = spec_over(1);
  spec.limit = 0;
  const auto result = run(make_memory_snapshot({}), spec);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace tracery::query
