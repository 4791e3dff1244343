// SPDX-License-Identifier: Apache-2.0
// Pages of traces against all traces sorted at once, in random layouts.
#include "query/trace_page.h"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "base/hex.h"
#include "query/testing/memory_source.h"

namespace tracery::query {
namespace {

constexpr std::int64_t kStart = 1'700'000'000 * kNsPerSecond;
constexpr std::int64_t kHour = 3600 * kNsPerSecond;

struct Known {
  std::int64_t start_ns = 0, end_ns = 0;
  bool is_marked = false, is_rare = false;
};
using AllKnown = std::map<model::TraceId, Known>;

SpanRules simple_rules() {
  SpanRules rules;
  rules.facts[static_cast<std::size_t>(SpanFact::kIsSpan)] = RowTest::exists("trace.span_id");
  rules.labels[static_cast<std::size_t>(SpanLabel::kService)] = {{"service.name", {}}};
  return rules;
}

model::Event span(const model::TraceId& trace, std::uint8_t number, std::int64_t start_ns,
                  double duration_ms) {
  const std::uint8_t id[8] = {0, 0, 0, 0, 0, 0, 0, number};
  model::Event event;
  event.dataset = "data";
  event.time_ns = start_ns;
  event.fields = {{"trace.trace_id", to_hex(trace.bytes)},
                  {"trace.span_id", to_hex(id)},
                  {"service.name", std::string("a")},
                  {"duration_ms", duration_ms}};
  return event;
}

std::vector<model::Event> random_events(std::mt19937_64& random, std::size_t traces,
                                        AllKnown& known) {
  std::vector<model::Event> events;
  for (std::size_t i = 0; i < traces; ++i) {
    model::TraceId id;
    for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(random());
    const std::int64_t start_ns =
        kStart + static_cast<std::int64_t>(random() % 3600) * kNsPerSecond;
    Known& one = known[id];
    one.start_ns = start_ns;
    const std::size_t spans = 1 + random() % 3;
    for (std::size_t n = 0; n < spans; ++n) {
      const std::int64_t at_ns =
          start_ns + static_cast<std::int64_t>(n * (random() % 90'000)) * kNsPerMs;
      const auto length_ms = static_cast<std::int64_t>(random() % 5000);
      events.push_back(
          span(id, static_cast<std::uint8_t>(n + 1), at_ns, static_cast<double>(length_ms)));
      one.end_ns = std::max(one.end_ns, at_ns + length_ms * kNsPerMs);
      if (random() % 5 != 0) continue;
      events.back().fields.push_back({"mark", std::int64_t{1}});
      one.is_marked = true;
    }
    if (random() % 9 != 0) continue;
    events.back().fields.push_back({"rare", true});
    one.is_rare = true;
  }
  return events;
}

TraceCondition some_row(RowTest test) {
  TraceCondition condition;
  condition.kind = TraceCondition::Kind::kSome;
  condition.span.kind = SpanCondition::Kind::kRow;
  condition.span.row = std::move(test);
  return condition;
}

TraceCondition is_marked() {
  return some_row(RowTest::of("mark", FilterOp::kEqual, std::int64_t{1}));
}

/// Marked rows lead to the traces, and few of these are wanted.
TraceCondition is_marked_and_rare() {
  TraceCondition both;
  both.kind = TraceCondition::Kind::kAll;
  both.operands = {is_marked(), some_row(RowTest::exists("rare"))};
  return both;
}

using IsWanted = bool (*)(const Known&);

struct Case {
  const char* name;
  std::optional<TraceCondition> condition;
  IsWanted is_wanted;
};

std::vector<model::TraceId> sorted(const AllKnown& known, IsWanted is_wanted, TraceOrder order) {
  std::vector<model::TraceId> ids;
  for (const auto& [id, one] : known) {
    if (is_wanted(one)) ids.push_back(id);
  }
  const auto rank = [&](const model::TraceId& id) {
    const Known& one = known.at(id);
    return order == TraceOrder::kNewest ? one.start_ns : one.end_ns - one.start_ns;
  };
  std::stable_sort(ids.begin(), ids.end(),
                   [&](const auto& a, const auto& b) { return rank(a) > rank(b); });
  return ids;
}

std::vector<model::TraceId> page_through(const store::Snapshot& snapshot, TracePageSpec spec) {
  std::vector<model::TraceId> ids;
  for (bool has_more = true; has_more;) {
    auto page = find_trace_page(snapshot, spec);
    EXPECT_TRUE(page.ok());
    if (!page.ok()) return ids;
    for (const ServiceTrace& trace : page->traces) ids.push_back(trace.id);
    has_more = page->has_more;
    if (spec.order == TraceOrder::kSlowest) {
      spec.skip = ids.size();
    } else if (!page->traces.empty()) {
      spec.after = {page->traces.back().start_ns(), page->traces.back().id};
    }
  }
  return ids;
}

TEST(TracePage, PagesHoldEveryTraceOnceInOrder) {
  const SpanRules rules = simple_rules();
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    std::mt19937_64 random(seed);
    AllKnown known;
    const auto events = random_events(random, 150, known);
    const MemoryLayout layout{static_cast<std::uint32_t>(8 + random() % 100),
                              1 + random() % 3,
                              random() % 2 == 0,
                              true,
                              random() % 2 == 0,
                              seed};
    const store::Snapshot snapshot = make_memory_snapshot(events, layout);
    const Case cases[] = {{"all", std::nullopt, [](const Known&) { return true; }},
                          {"marked", is_marked(), [](const Known& one) { return one.is_marked; }},
                          {"rare", is_marked_and_rare(),
                           [](const Known& one) { return one.is_marked && one.is_rare; }}};
    for (const auto& [name, condition, is_wanted] : cases) {
      for (const TraceOrder order : {TraceOrder::kNewest, TraceOrder::kSlowest}) {
        TracePageSpec spec;
        spec.rules = &rules;
        spec.condition = condition;
        spec.from_ns = kStart;
        spec.to_ns = kStart + kHour;
        spec.order = order;
        spec.limit = 7 + seed * 9;

        EXPECT_EQ(page_through(snapshot, spec), sorted(known, is_wanted, order))
            << "seed " << seed << " " << name;
      }
    }
  }
}

TEST(TracePage, PagesHoldTheFewOfManyHitsThatMatch) {
  const SpanRules rules = simple_rules();
  std::mt19937_64 random(11);
  AllKnown known;
  const auto events = random_events(random, 600, known);
  constexpr std::int64_t kLong = 60 * kNsPerSecond;
  for (auto& [id, one] : known) one.is_marked &= one.end_ns - one.start_ns > kLong;
  TraceCondition is_long;
  is_long.kind = TraceCondition::Kind::kSeconds;
  is_long.seconds = {FilterOp::kGreater, 60};
  TracePageSpec spec;
  spec.rules = &rules;
  spec.condition.emplace().kind = TraceCondition::Kind::kAll;
  spec.condition->operands = {is_marked(), is_long};
  spec.from_ns = kStart;
  spec.to_ns = kStart + kHour;
  spec.limit = 2;

  EXPECT_EQ(page_through(make_memory_snapshot(events, {64, 2, true, true, false, 11}), spec),
            sorted(known, [](const Known& one) { return one.is_marked; }, TraceOrder::kNewest));
}

TEST(TracePage, GathersScatteredTracesInSeveralPassesWhenMemoryIsShort) {
  const SpanRules rules = simple_rules();
  std::mt19937_64 random(5);
  AllKnown known;
  const auto events = random_events(random, 300, known);
  const store::Snapshot snapshot = make_memory_snapshot(events, {32, 3, true, true, true, 5});
  TraceScanSpec spec;
  spec.rules = &rules;
  Symbols symbols;
  std::size_t spans = 0;
  std::size_t traces = 0;
  const std::vector<VisitTrace> visitors = {[&](ServiceTrace& trace) {
    EXPECT_EQ(trace.start_ns(), known.at(trace.id).start_ns);
    EXPECT_EQ(trace.end_ns(), known.at(trace.id).end_ns);
    spans += trace.spans.size();
    ++traces;
  }};
  RunOptions options;
  options.memory_bytes = 4096;

  ASSERT_TRUE(scan_traces(snapshot, spec, symbols, visitors, options).ok());

  EXPECT_EQ(traces, known.size());
  EXPECT_EQ(spans, events.size());
}

}  // namespace
}  // namespace tracery::query
