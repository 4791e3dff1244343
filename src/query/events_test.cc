// SPDX-License-Identifier: Apache-2.0
#include "query/events.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "query/testing/memory_source.h"

namespace tracery::query {
namespace {

std::vector<model::Event> make_events() {
  std::vector<model::Event> events;
  for (std::int64_t i = 0; i < 200; ++i) {
    model::Event event;
    event.dataset = i % 4 == 0 ? "web" : "api";
    event.time_ns = 1000 + i / 3;
    event.sample_rate = static_cast<std::uint32_t>(1 + i % 2);
    event.fields = {{"n", i}, {"name", "Op-" + std::to_string(i % 5)}};
    events.push_back(std::move(event));
  }
  return events;
}

store::Snapshot make_snapshot() {
  MemoryLayout layout;
  layout.group_rows = 16;
  layout.sources = 4;
  layout.shuffle = true;
  layout.random_shapes = true;
  return make_memory_snapshot(make_events(), layout);
}

EventsSpec whole_range() {
  EventsSpec spec;
  spec.to_ns = 5000;
  return spec;
}

TEST(FindEvents, GivesTheNewestThatPass) {
  EventsSpec spec = whole_range();
  spec.filters.filters = {{"n", FilterOp::kLess, {std::int64_t{100}}}};
  spec.limit = 10;
  const auto found = find_events(make_snapshot(), spec);

  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 10u);
  for (const model::Event& event : *found) {
    EXPECT_GE(std::get<std::int64_t>(*model::find_field(event, "n")), 88);
    EXPECT_NE(model::find_field(event, "name"), nullptr);
  }
  EXPECT_TRUE(std::is_sorted(found->begin(), found->end(),
                             [](const auto& a, const auto& b) { return a.time_ns > b.time_ns; }));
}

TEST(FindEvents, PagesWithoutGapsOrOverlaps) {
  const store::Snapshot snapshot = make_snapshot();
  EventsSpec spec = whole_range();
  spec.columns = {"n"};
  spec.limit = 7;
  std::vector<std::int64_t> seen;
  for (;; spec.skip += spec.limit) {
    const auto page = find_events(snapshot, spec);
    ASSERT_TRUE(page.ok());
    if (page->empty()) break;
    for (const model::Event& event : *page) {
      ASSERT_EQ(event.fields.size(), 1u);
      seen.push_back(std::get<std::int64_t>(event.fields[0].value));
    }
  }
  std::sort(seen.begin(), seen.end());

  EXPECT_EQ(seen.size(), 200u);
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
}

TEST(FindEvents, ReadsEitherWayByTimeAndTie) {
  // Three events share each time; n is the tie, and the store's order says nothing of it.
  const store::Snapshot snapshot = make_snapshot();
  EventsSpec spec = whole_range();
  spec.columns = {"n"};
  spec.tie_column = "n";
  spec.limit = 7;
  spec.order = EventOrder::kOldestFirst;
  std::vector<std::int64_t> seen;
  for (;;) {
    const auto page = find_events(snapshot, spec);
    ASSERT_TRUE(page.ok());
    if (page->empty()) break;
    for (const model::Event& event : *page) {
      seen.push_back(std::get<std::int64_t>(event.fields.at(0).value));
    }
    spec.after = position_after(*page, spec);
  }
  std::vector<std::int64_t> expected(200);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(seen, expected);

  spec.order = EventOrder::kNewestFirst;
  spec.after = EventPosition{1000 + 100 / 3, 100, 1};
  const auto before = find_events(snapshot, spec);
  ASSERT_TRUE(before.ok());
  ASSERT_EQ(before->size(), 7u);
  EXPECT_EQ(std::get<std::int64_t>(before->front().fields.at(0).value), 99);
  EXPECT_EQ(std::get<std::int64_t>(before->back().fields.at(0).value), 93);
}

TEST(FindEvents, PagesOverTiesWithoutATieColumn) {
  const store::Snapshot snapshot = make_snapshot();
  EventsSpec spec = whole_range();
  spec.limit = 4;
  std::vector<std::int64_t> seen;
  for (;;) {
    const auto page = find_events(snapshot, spec);
    ASSERT_TRUE(page.ok());
    if (page->empty()) break;
    for (const model::Event& event : *page) {
      seen.push_back(std::get<std::int64_t>(*model::find_field(event, "n")));
    }
    spec.after = position_after(*page, spec);
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen.size(), 200u);
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
}

class EndsWithThree final : public TextMatch {
 public:
  bool accepts(std::string_view text) const override { return text.ends_with("-3"); }
};

TEST(FindEvents, AsksTextConditions) {
  EventsSpec spec = whole_range();
  spec.texts = {{"name", std::make_shared<EndsWithThree>()}};
  spec.limit = 1000;
  const auto found = find_events(make_snapshot(), spec);

  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->size(), 40u);
  for (const model::Event& event : *found) {
    EXPECT_EQ(std::get<std::int64_t>(*model::find_field(event, "n")) % 5, 3);
  }
}

TEST(FindEvents, GoesOnWhereItEndedEarly) {
  const store::Snapshot snapshot = make_snapshot();
  EventsSpec spec = whole_range();
  spec.tie_column = "n";
  spec.limit = 1000;
  spec.work_ns_max = 1;
  std::vector<std::int64_t> seen;
  int pages = 0;
  for (;; ++pages) {
    const auto page = find_event_page(snapshot, spec);
    ASSERT_TRUE(page.ok());
    for (const model::Event& event : page->events) {
      seen.push_back(std::get<std::int64_t>(*model::find_field(event, "n")));
    }
    if (!page->unfinished) break;
    spec.after = page->unfinished;
  }
  EXPECT_GT(pages, 0);
  EXPECT_EQ(seen.size(), 200u);
  EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
}

TEST(TopValues, CountsByWeightAndIgnoresTheCaseOfThePrefix) {
  const auto counts = top_values(make_snapshot(), whole_range(), "name", "op-", 3);

  ASSERT_TRUE(counts.ok());
  ASSERT_EQ(counts->size(), 3u);
  EXPECT_EQ((*counts)[0].value, model::Value(std::string("Op-0")));
  EXPECT_EQ((*counts)[0].count, 60u);
  EXPECT_TRUE(top_values(make_snapshot(), whole_range(), "name", "x", 3)->empty());
}

TEST(TopValues, KeepsToFiltersCombinedByOr) {
  EventsSpec spec = whole_range();
  spec.filters.filters = {{"n", FilterOp::kEqual, {std::int64_t{7}}},
                          {"n", FilterOp::kEqual, {std::int64_t{8}}}};
  spec.filters.combine = Combine::kOr;
  const auto counts = top_values(make_snapshot(), spec, "name", "Op-2", 10);

  ASSERT_TRUE(counts.ok());
  ASSERT_EQ(counts->size(), 1u);
  EXPECT_EQ((*counts)[0].count, 2u);
}

}  // namespace
}  // namespace tracery::query
