// SPDX-License-Identifier: Apache-2.0
#include "query/row_query.h"

#include <gtest/gtest.h>

#include "query/testing/memory_source.h"

namespace tracery::query {
namespace {

std::vector<model::Event> some_events(int count) {
  std::vector<model::Event> events(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    model::Event& event = events[static_cast<std::size_t>(i)];
    event.dataset = i % 2 == 0 ? "a" : "b";
    event.time_ns = i + 1;
    event.fields = {{"n", std::int64_t{i}}, {"word", "w" + std::to_string(i % 3)}};
  }
  return events;
}

/// Rows of dataset "a": `n`, newest first.
RowQuery newest(std::size_t limit) {
  RowQuery query;
  query.scan = {{"a"}, 0, 1'000'000, {}};
  RowStep step;
  const std::size_t n = step.program.column_slot("n");
  RowSlot time;
  time.kind = RowSlot::Kind::kTime;
  step.end = TopRows{{n}, {{step.program.add_slot(time), true}}, limit};
  query.steps.push_back(std::move(step));
  return query;
}

Result<RowTable> run_over(int events, const RowQuery& query, RowStats* stats,
                          const RunOptions& options = {}) {
  return run(make_memory_snapshot(some_events(events), {.group_rows = 10}), query, options, stats);
}

TEST(RowQuery, StopsOnceNoOlderRowCanCount) {
  RowStats stats;
  RunOptions options;
  options.threads = 1;
  const auto table = run_over(1'000, newest(3), &stats, options);
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(table->rows, 3u);
  EXPECT_EQ(table->columns[0][0].whole(), 998);
  EXPECT_EQ(table->columns[0][2].whole(), 994);
  EXPECT_EQ(stats.rows_in_scope, 5u) << "of one row group";
}

TEST(RowQuery, ReadsTheRangeOnly) {
  RowQuery query = newest(100);
  query.scan.from_ns = 3;
  query.scan.to_ns = 6;
  RowStats stats;
  const auto table = run_over(50, query, &stats);
  ASSERT_EQ(table->rows, 2u);
  EXPECT_EQ(table->columns[0][0].whole(), 4);
  EXPECT_EQ(table->columns[0][1].whole(), 2);
}

TEST(RowQuery, EvaluatesACallOncePerDictionaryEntry) {
  int calls = 0;
  RowQuery query = newest(1'000);
  RowStep& step = query.steps[0];
  const std::size_t word = step.program.column_slot("word");
  step.actions.emplace_back();
  step.actions.back().expression = step.program.call(
      [&calls](const Datum* arguments, TextArena&) {
        ++calls;
        return Datum::truth(arguments[0].text() == "w1");
      },
      {Expression::of_slot(word)});
  RowStats stats;
  RunOptions options;
  options.threads = 1;
  const auto table = run_over(600, query, &stats, options);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->rows, 100u);
  EXPECT_LE(calls, 3 * 60) << "three words, at most once for each row group";
}

TEST(RowQuery, IsCancelled) {
  const std::atomic<bool> cancel = true;
  RunOptions options;
  options.cancel = &cancel;
  RowStats stats;
  EXPECT_EQ(run_over(100, newest(1), &stats, options).error().code, ErrorCode::kCancelled);
}

TEST(RowQuery, StaysWithinItsMemory) {
  RowQuery query = newest(1);
  RowStep& step = query.steps[0];
  step.end = GroupedRows{{step.program.column_slot("n")}, {AggregateSpec{}}, std::nullopt};
  RunOptions options;
  options.memory_bytes = 100'000;
  RowStats stats;
  EXPECT_EQ(run_over(20'000, query, &stats, options).error().code, ErrorCode::kTooLarge);
}

TEST(RowQuery, ComparesWithAnEarlierRange) {
  RowQuery query = newest(1);
  RowStep& step = query.steps[0];
  step.end = GroupedRows{{}, {AggregateSpec{}}, std::nullopt};
  step.transform = [](RowTable rows, const RowTable* earlier) {
    const auto before = earlier->rows == 0 ? 0 : earlier->columns[0][0].whole();
    rows.columns[0][0] = Datum::integer(rows.columns[0][0].whole() - before);
    return rows;
  };
  query.scan.from_ns = 51;
  query.earlier = {31, 51};
  RowStats stats;
  const auto table = run_over(100, query, &stats);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->columns[0][0].whole(), 25 - 10);
}

}  // namespace
}  // namespace tracery::query
