// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "model/names.h"
#include "store/event_batch.h"
#include "store/head_block.h"
#include "store/testing_events.h"

namespace tracery::store {
namespace {

/// Rows that `find_trace` names, checked against a walk over all events.
void expect_trace_found(const RowSource& source, const std::vector<model::Event>& events,
                        const model::TraceId& id) {
  std::vector<std::size_t> expected;
  for (std::size_t row = 0; row < events.size(); ++row) {
    const auto* value = model::find_field(events[row], model::names::kTraceId);
    if (value == nullptr) continue;
    if (model::parse_trace_id(std::get<std::string>(*value)) == id) expected.push_back(row);
  }
  std::vector<std::size_t> found;
  std::size_t group_first = 0;
  std::vector<std::size_t> first_rows;
  for (std::uint32_t group = 0; group < source.groups(); ++group) {
    first_rows.push_back(group_first);
    group_first += source.group_rows(group);
  }
  const auto ranges = source.find_trace(id);
  ASSERT_TRUE(ranges.ok());
  for (const RowRange& range : *ranges) {
    for (std::uint32_t i = 0; i < range.rows; ++i) {
      found.push_back(first_rows[range.group] + range.first_row + i);
    }
  }
  EXPECT_EQ(found, expected);
}

class HeadBlockProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(HeadBlockProperty, GivesBackWhatRandomBatchesPut) {
  std::mt19937_64 random(GetParam());
  const auto head = std::make_shared<HeadBlock>();
  std::vector<model::Event> expected;
  EventBatch batch;
  const std::size_t batches = 1 + random() % 8;
  for (std::size_t i = 0; i < batches; ++i) {
    batch.clear();
    for (model::Event& event : make_events(random, {.count = random() % 700})) {
      model::push_event(event, batch);
      std::sort(event.fields.begin(), event.fields.end(),
                [](const model::Field& a, const model::Field& b) { return a.name < b.name; });
      expected.push_back(std::move(event));
    }
    head->apply(batch.contents(), std::numeric_limits<std::int64_t>::min());
    if (random() % 2 == 0) head->publish();
  }
  head->publish();

  const auto view = head->view();

  ASSERT_EQ(events_in(*view), expected);
  for (int i = 0; i < 20 && !expected.empty(); ++i) {
    const auto& event = expected[random() % expected.size()];
    const auto* value = model::find_field(event, model::names::kTraceId);
    if (value == nullptr) continue;
    expect_trace_found(*view, expected, *model::parse_trace_id(std::get<std::string>(*value)));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, HeadBlockProperty, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace tracery::store
