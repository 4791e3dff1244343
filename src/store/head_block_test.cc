// SPDX-License-Identifier: Apache-2.0
#include "store/head_block.h"

#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "base/time.h"
#include "store/head_writer.h"
#include "store/part.h"
#include "store/testing_events.h"

namespace tracery::store {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;
constexpr std::int64_t kAnyTime = std::numeric_limits<std::int64_t>::min();

void push_span(EventBatch& batch, std::int64_t time_ns, std::string_view trace,
               double duration_ms) {
  batch.begin_event(batch.dataset("shop"), time_ns);
  batch.put(batch.field("trace.trace_id"), trace);
  batch.put(batch.field("duration_ms"), duration_ms);
  batch.end_event();
}

TEST(HeadBlock, ShowsNothingBeforePublish) {
  const auto head = std::make_shared<HeadBlock>();
  EventBatch batch;
  push_span(batch, kNow, "0123456789abcdef", 1);
  head->apply(batch.contents(), kAnyTime);

  EXPECT_EQ(head->view()->rows(), 0U);
  EXPECT_EQ(head->view()->groups(), 0U);
  head->publish();
  EXPECT_EQ(head->view()->rows(), 1U);
}

TEST(HeadBlock, AViewDoesNotSeeLaterRowsOrColumns) {
  const auto head = std::make_shared<HeadBlock>();
  EventBatch batch;
  push_span(batch, kNow, "0123456789abcdef", 1);
  head->apply(batch.contents(), kAnyTime);
  head->publish();
  const auto view = head->view();
  EventBatch later;
  later.begin_event(later.dataset("new"), kNow);
  later.put(later.field("new"), true);
  later.put(later.field("trace.trace_id"), "0123456789abcdef");
  later.end_event();
  head->apply(later.contents(), kAnyTime);
  head->publish();

  EXPECT_EQ(view->rows(), 1U);
  EXPECT_TRUE(view->streams("new").empty());
  EXPECT_EQ(view->columns().size(), 2U);
  EXPECT_EQ(events_in(*view).size(), 1U);
  const auto id = model::parse_trace_id("0123456789abcdef");
  EXPECT_EQ(view->find_trace(*id)->size(), 1U);
  EXPECT_EQ(head->view()->find_trace(*id)->front().rows, 2U);
}

TEST(HeadBlock, DropsRowsOlderThanRetention) {
  const auto head = std::make_shared<HeadBlock>();
  EventBatch batch;
  push_span(batch, kNow - 10, "0123456789abcdef", 1);
  push_span(batch, kNow, "0123456789abcdef", 2);
  push_span(batch, kNow - 11, "0123456789abcdef", 3);
  push_span(batch, kNow + 1, "0123456789abcdef", 4);

  const auto applied = head->apply(batch.contents(), kNow);
  head->publish();

  EXPECT_EQ(applied.rows, 2U);
  EXPECT_EQ(applied.expired, 2U);
  const auto events = events_in(*head->view());
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(*model::find_field(events[0], "duration_ms"), model::Value(2.0));
  EXPECT_EQ(*model::find_field(events[1], "duration_ms"), model::Value(4.0));
}

TEST(HeadBlock, FindsATraceAcrossBatchesAndRowGroups) {
  const auto head = std::make_shared<HeadBlock>();
  EventBatch batch;
  for (std::uint32_t i = 0; i < kRowGroupRows - 1; ++i) {
    push_span(batch, kNow, "ffffffffffffffff", 1);
  }
  for (int i = 0; i < 3; ++i) push_span(batch, kNow, "0123456789abcdef0123456789abcdef", 1);
  head->apply(batch.contents(), kAnyTime);
  batch.clear();
  push_span(batch, kNow, "1-01234567-89abcdef0123456789abcdef", 1);
  push_span(batch, kNow, "eeeeeeeeeeeeeeee", 1);
  head->apply(batch.contents(), kAnyTime);
  head->publish();

  const auto ranges =
      head->view()->find_trace(*model::parse_trace_id("0123456789abcdef0123456789abcdef"));

  ASSERT_EQ(ranges->size(), 2U);
  EXPECT_EQ((*ranges)[0].group, 0U);
  EXPECT_EQ((*ranges)[0].first_row, kRowGroupRows - 1);
  EXPECT_EQ((*ranges)[0].rows, 1U);
  EXPECT_EQ((*ranges)[1].group, 1U);
  EXPECT_EQ((*ranges)[1].rows, 3U);
}

TEST(HeadBlock, BoundsTheTimesOfItsRowGroups) {
  const auto head = std::make_shared<HeadBlock>();
  EventBatch batch;
  push_span(batch, kNow + 5, "0123456789abcdef", 1'000);
  push_span(batch, kNow, "0123456789abcdef", 0);
  push_span(batch, kNow + kNsPerDay, "0123456789abcdef", 0);
  head->apply(batch.contents(), kAnyTime);
  head->publish();

  const TimeBounds bounds = head->view()->group_time(0);

  EXPECT_EQ(bounds.min_ns, kNow);
  EXPECT_EQ(bounds.max_ns, kNow + kNsPerDay);
  EXPECT_EQ(bounds.max_end_ns, kNow + kNsPerDay);
  const Partitioning by_day(1'000'000);
  EXPECT_EQ(head->partitions(by_day),
            (std::vector{day_partition(day_of(kNow)), day_partition(day_of(kNow) + 1)}));
}

TEST(HeadBlock, SharesADictionaryOfRepeatingStringsBetweenRowGroups) {
  const auto head = std::make_shared<HeadBlock>();
  EventBatch batch;
  for (std::uint32_t i = 0; i < 2 * kRowGroupRows; ++i) {
    batch.begin_event(batch.dataset("shop"), kNow);
    batch.put(batch.field("route"), "route " + std::to_string(i % 100));
    batch.put(batch.field("statement"), "select " + std::to_string(i));
    batch.end_event();
  }
  head->apply(batch.contents(), kAnyTime);
  head->publish();
  const auto view = head->view();
  const StreamRef route = view->streams("route")[0];
  const StreamRef statement = view->streams("statement")[0];

  const auto first = *view->read(route.id, 0);
  const auto second = *view->read(route.id, 1);
  EXPECT_EQ(first->dictionary.get(), second->dictionary.get());
  EXPECT_EQ(first->code_bytes, 1);
  const auto unique = *view->read(statement.id, 1);
  EXPECT_LE(unique->dictionary->size(), kRowGroupRows);
  EXPECT_EQ(unique->dictionary->at(unique->code(0) - 1), "select 32768");
}

TEST(HeadBlock, IsReadConsistentlyWhileItIsWritten) {
  const auto head = std::make_shared<HeadBlock>();
  std::atomic<bool> is_done{false};
  std::jthread writer([&] {
    std::mt19937_64 random(1);
    for (int i = 0; i < 100; ++i) {
      EventBatch batch;
      for (const auto& event : make_events(random, {.count = 100})) model::push_event(event, batch);
      head->apply(batch.contents(), kAnyTime);
      head->publish();
    }
    is_done = true;
  });

  std::uint64_t last_rows = 0;
  for (bool is_last = false; !is_last;) {
    is_last = is_done;
    const auto view = head->view();
    ASSERT_GE(view->rows(), last_rows);
    last_rows = view->rows();
    ASSERT_EQ(view->rows() % 100, 0U);
    const auto events = events_in(*view);
    ASSERT_EQ(events.size(), last_rows);
    for (const auto& event : events) ASSERT_NE(model::find_field(event, "unique"), nullptr);
  }
}

TEST(HeadWriter, IsFullByTheBytesOfLongDocumentsNotTheirNumber) {
  LiveCatalogue catalogue(10'000);
  HeadWriter writer({.head_bytes_max = std::size_t{1} << 40}, catalogue, 1);
  EventBatch batch;
  int documents = 0;
  while (!writer.is_full() && documents < 100) {
    batch.clear();
    batch.begin_event(batch.dataset("shop"), kNow);
    batch.put(batch.field("meta.document"),
              std::to_string(++documents) + std::string(1'000'000, 'x'));
    batch.end_event();
    writer.apply({.sequence = static_cast<std::uint64_t>(documents)}, batch, kNow);
    writer.head()->publish();
  }
  EXPECT_LE(documents, 40);
}

}  // namespace
}  // namespace tracery::store
