// SPDX-License-Identifier: Apache-2.0
#include "store/event_batch.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "store/event_batch_columns.h"
#include "store/head_block.h"
#include "store/testing_events.h"

namespace tracery::store {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

std::vector<model::Event> events_of(const EventBatch& batch) {
  const auto head = std::make_shared<HeadBlock>();
  head->apply(batch.contents(), std::numeric_limits<std::int64_t>::min());
  head->publish();
  return events_in(*head->view());
}

TEST(EventBatch, KeepsTheFirstValuePutForAField) {
  EventBatch batch;
  batch.begin_event(batch.dataset("shop"), kNow);
  batch.put(batch.field("user"), "andrew");
  batch.put(batch.field("user"), std::int64_t{7});
  batch.end_event();
  batch.begin_event(batch.dataset("shop"), kNow + 1);
  batch.put(batch.field("user"), std::int64_t{7});
  batch.end_event();

  const auto events = events_of(batch);

  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].fields, (std::vector<model::Field>{{"user", std::string("andrew")}}));
  EXPECT_EQ(events[1].fields, (std::vector<model::Field>{{"user", std::int64_t{7}}}));
}

TEST(EventBatch, StoresCanonicalHexOfIdFieldsAsIds) {
  EventBatch batch;
  const auto trace = batch.field("trace.trace_id");
  for (const char* id :
       {"0123456789abcdef0123456789abcdef", "0123456789abcdef", "0123456789ABCDEF", "not an id"}) {
    batch.begin_event(batch.dataset("shop"), kNow);
    batch.put(trace, id);
    batch.end_event();
  }

  const auto& columns = batch.contents();
  const auto& streams = columns.columns[0].streams;

  EXPECT_EQ(columns.streams[streams[static_cast<std::size_t>(StreamType::kId16)]].count, 1U);
  EXPECT_EQ(columns.streams[streams[static_cast<std::size_t>(StreamType::kId8)]].count, 1U);
  EXPECT_EQ(columns.streams[streams[static_cast<std::size_t>(StreamType::kString)]].count, 2U);
  EXPECT_EQ(events_of(batch)[1].fields[0].value, model::Value("0123456789abcdef"));
}

TEST(EventBatch, StoresAnIdOfUnusualLengthAsItsHex) {
  EventBatch batch;
  const std::uint8_t id[] = {0xab, 0xcd, 0xef};
  batch.begin_event(batch.dataset("shop"), kNow);
  batch.put_id(batch.field("trace.trace_id"), id);
  batch.end_event();

  EXPECT_EQ(events_of(batch)[0].fields[0].value, model::Value("abcdef"));
}

TEST(EventBatch, MendsBadUtf8AndCutsLongStrings) {
  EventBatch batch({.string_bytes = 4});
  batch.begin_event(batch.dataset("shop"), kNow);
  batch.put(batch.field("long"), "a\xC3\xA4\xC3\xA4");
  batch.put(batch.field("bad"), "a\xFF");
  batch.put(batch.field("n\xFFme"), true);
  batch.end_event();

  const auto event = events_of(batch)[0];

  EXPECT_EQ(*model::find_field(event, "long"), model::Value("a\xC3\xA4"));
  EXPECT_EQ(*model::find_field(event, "bad"), model::Value("a\xEF\xBF\xBD"));
  EXPECT_NE(model::find_field(event, "n\xEF\xBF\xBDme"), nullptr);
  EXPECT_EQ(batch.losses().strings_cut, 1U);
  EXPECT_EQ(batch.losses().strings_mended, 1U);
}

TEST(EventBatch, CountsFieldsOverTheLimit) {
  EventBatch batch({.fields_per_event = 2});
  for (int event = 0; event < 2; ++event) {
    batch.begin_event(batch.dataset("shop"), kNow);
    for (const char* name : {"a", "b", "c"}) batch.put(batch.field(name), true);
    batch.end_event();
  }

  EXPECT_EQ(events_of(batch)[1].fields.size(), 2U);
  EXPECT_EQ(batch.losses().fields_over_limit, 2U);
}

TEST(EventBatch, KeepsDocumentsWholeUpToTheirOwnLimit) {
  EventBatch batch({.string_bytes = 4, .document_bytes = 8});
  batch.begin_event(batch.dataset("shop"), kNow);
  batch.put(batch.field("meta.document"), "12345678");
  batch.put(batch.field("body"), "123456789");
  batch.end_event();

  const auto event = events_of(batch)[0];

  EXPECT_EQ(*model::find_field(event, "meta.document"), model::Value("12345678"));
  EXPECT_EQ(*model::find_field(event, "body"), model::Value("12345678"));
  EXPECT_EQ(batch.losses().strings_cut, 1U);
}

TEST(EventBatch, CutsLongNames) {
  EventBatch batch({.name_bytes = 3});

  EXPECT_EQ(batch.field("abcd"), batch.field("abc"));
  EXPECT_EQ(batch.dataset("abcd"), batch.dataset("abc"));
}

TEST(EventBatch, ReplacesATimeThatIsMissingOrFarAhead) {
  EventBatch batch({}, kNow);
  const std::int64_t ahead = kNow + kNsPerDay + 1;
  for (const std::int64_t time_ns : {std::int64_t{0}, ahead, kNow + kNsPerDay}) {
    batch.begin_event(batch.dataset("shop"), time_ns);
    batch.end_event();
  }

  const auto events = events_of(batch);

  EXPECT_EQ(events[0].time_ns, kNow);
  EXPECT_EQ(*model::find_field(events[0], "meta.original_timestamp"),
            model::Value(std::int64_t{0}));
  EXPECT_EQ(events[1].time_ns, kNow);
  EXPECT_EQ(*model::find_field(events[1], "meta.original_timestamp"), model::Value(ahead));
  EXPECT_EQ(events[2].time_ns, kNow + kNsPerDay);
  EXPECT_TRUE(events[2].fields.empty());
}

TEST(EventBatch, KnowsWhenEventsEnd) {
  EventBatch batch;
  const auto duration = batch.field("duration_ms");
  const std::int64_t last = std::numeric_limits<std::int64_t>::max();
  for (const auto& [time_ns, ms] : {std::pair{kNow, 1.5}, {kNow, -3.0}, {last - 1, 1e300}}) {
    batch.begin_event(batch.dataset("shop"), time_ns);
    batch.put(duration, ms);
    batch.end_event();
  }

  EXPECT_EQ(batch.contents().ends, (std::vector<std::int64_t>{kNow + 1'500'000, kNow, last}));
}

TEST(EventBatch, IsTheSameAgainAfterClear) {
  std::mt19937_64 random(7);
  const auto first = make_events(random, {.count = 300});
  auto second = make_events(random, {.count = 200});
  EventBatch batch;
  for (const auto& event : first) model::push_event(event, batch);
  batch.clear();
  for (const auto& event : second) model::push_event(event, batch);

  auto events = events_of(batch);

  normalise(events);
  normalise(second);
  EXPECT_EQ(events, second);
}

TEST(EventBatch, ForgetsColumnsWhenThereWereTooMany) {
  EventBatch batch;
  batch.begin_event(batch.dataset("shop"), kNow);
  for (int i = 0; i < 1'500; ++i) batch.put(batch.field("column " + std::to_string(i)), true);
  batch.end_event();

  batch.clear();

  EXPECT_TRUE(batch.contents().columns.empty());
  EXPECT_EQ(batch.rows(), 0U);
}

}  // namespace
}  // namespace tracery::store
