// SPDX-License-Identifier: Apache-2.0
#include "query/trace_assembly.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace tracery::query {
namespace {

using Role = TraceRecord::Role;

struct Times {
  std::int64_t start_ns;
  std::int64_t duration_ns;
};

TraceRecord make_span(std::uint64_t id, std::uint64_t parent, Times times) {
  TraceRecord record;
  record.span_id = id;
  record.parent_id = parent;
  record.start_ns = times.start_ns;
  record.duration_ns = times.duration_ns;
  return record;
}

TraceRecord make_annotation(Role role, std::uint64_t parent, std::int64_t time_ns) {
  TraceRecord record;
  record.role = role;
  record.parent_id = parent;
  record.start_ns = time_ns;
  return record;
}

Trace assemble(std::vector<TraceRecord> records) {
  Trace trace;
  assemble_trace(std::move(records), trace);
  return trace;
}

std::vector<std::uint64_t> ids(const Trace& trace) {
  std::vector<std::uint64_t> ids;
  for (const TraceRow& row : trace.rows) ids.push_back(row.span_id);
  return ids;
}

TEST(AssembleTrace, LaysOutPreOrderWithSiblingsByStart) {
  const Trace trace = assemble({make_span(4, 1, {60, 10}), make_span(3, 2, {20, 5}),
                                make_span(1, 0, {0, 100}), make_span(2, 1, {10, 30})});

  EXPECT_EQ(ids(trace), (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(trace.rows[0].end, 4u);
  EXPECT_EQ(trace.rows[1].end, 3u);
  EXPECT_EQ(trace.rows[2].depth, 2);
  EXPECT_EQ(trace.rows[3].parent, 0);
}

TEST(AssembleTrace, ShowsAFinishedSpanInPlaceOfTheOpenOneSentBefore) {
  const Trace trace = assemble({make_span(1, 0, {0, 0}), make_span(1, 0, {0, 100})});

  ASSERT_EQ(trace.rows.size(), 1u);
  EXPECT_EQ(trace.rows[0].duration_ns, 100);
}

TEST(AssembleTrace, CountsSelfTimeWithoutCoveredTime) {
  const Trace trace = assemble({make_span(1, 0, {0, 100}), make_span(2, 1, {10, 30}),
                                make_span(3, 1, {20, 30}), make_span(4, 1, {90, 50})});

  EXPECT_EQ(trace.rows[0].self_ns, 100 - 40 - 10);
}

TEST(AssembleTrace, ShowsARetriedSpanOnce) {
  EXPECT_EQ(assemble({make_span(1, 0, {0, 9}), make_span(1, 0, {0, 9})}).rows.size(), 1u);
}

TEST(AssembleTrace, PutsARowWhereAParentIsMissing) {
  const Trace trace = assemble({make_span(2, 9, {5, 1}), make_span(1, 0, {10, 20}),
                                make_span(3, 9, {8, 2}), make_annotation(Role::kLog, 7, 40)});

  EXPECT_EQ(trace.missing_parents, 2u);
  EXPECT_EQ(ids(trace), (std::vector<std::uint64_t>{9, 2, 3, 1, 7, 0}));
  const TraceRow& missing = trace.rows[0];
  EXPECT_TRUE(missing.is_missing && !missing.is_span && !missing.orphan);
  EXPECT_EQ(missing.start_ns, 5);
  EXPECT_EQ(missing.duration_ns, 5);
  EXPECT_EQ(missing.self_ns, 0);
  EXPECT_EQ(trace.names[missing.name], "");
  EXPECT_TRUE(trace.rows[1].orphan && trace.rows[2].orphan);
  EXPECT_EQ(trace.rows[1].parent, 0);
  EXPECT_EQ(trace.rows[5].parent, 4);
}

TEST(AssembleTrace, MarksSkewedClocks) {
  const Trace trace = assemble({make_span(1, 0, {10, 20}), make_span(3, 1, {8, 2})});

  EXPECT_TRUE(trace.rows[1].clock_skewed);
  EXPECT_EQ(trace.missing_parents, 0u);
}

TEST(AssembleTrace, ListsSpanEventsByRowThenTime) {
  const Trace trace =
      assemble({make_span(1, 0, {0, 100}), make_span(2, 1, {10, 30}),
                make_annotation(Role::kSpanEvent, 2, 12), make_annotation(Role::kSpanEvent, 1, 60),
                make_annotation(Role::kSpanEvent, 1, 20)});

  std::vector<std::pair<std::uint32_t, std::int64_t>> marks;
  for (const TraceMark& mark : trace.marks) marks.emplace_back(mark.row, mark.time_ns);
  EXPECT_EQ(marks,
            (std::vector<std::pair<std::uint32_t, std::int64_t>>{{0, 20}, {0, 60}, {1, 12}}));
}

TEST(AssembleTrace, HangsLogsUnderTheirSpanAndMarksAnnotations) {
  const Trace trace =
      assemble({make_span(1, 0, {0, 100}), make_annotation(Role::kLog, 1, 50),
                make_annotation(Role::kSpanEvent, 1, 60), make_annotation(Role::kLink, 1, 0)});

  ASSERT_EQ(trace.rows.size(), 2u);
  EXPECT_TRUE(trace.rows[0].has_logs && trace.rows[0].has_events && trace.rows[0].has_links);
  EXPECT_FALSE(trace.rows[1].is_span);
  EXPECT_EQ(trace.rows[1].parent, 0);
}

TEST(AssembleTrace, CutsLoopsOfParents) {
  const Trace trace =
      assemble({make_span(1, 2, {0, 9}), make_span(2, 1, {1, 9}), make_span(3, 3, {2, 9})});

  EXPECT_EQ(trace.rows.size(), 3u);
}

TEST(AssembleTrace, TakesAChainDeeperThanAnyStack) {
  std::vector<TraceRecord> records;
  for (std::uint64_t i = 1; i <= 200'000; ++i) {
    records.push_back(make_span(i, i - 1, {static_cast<std::int64_t>(i), 1}));
  }

  const Trace trace = assemble(std::move(records));

  EXPECT_EQ(trace.rows.size(), 200'000u);
  EXPECT_EQ(trace.rows[0].end, 200'000u);
}

/// The layout by its definition: every row lies inside its parent's range, right after it or after
/// a sibling's subtree.
TEST(AssembleTrace, KeepsSubtreesContiguousOnRandomTrees) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<TraceRecord> records;
    const std::size_t count = 1 + random() % 60;
    std::set<std::uint64_t> missing;
    for (std::size_t i = 1; i <= count; ++i) {
      const std::uint64_t parent = random() % (count + 3);
      if (parent > count) missing.insert(parent);
      const auto start = static_cast<std::int64_t>(random() % 1000);
      records.push_back(make_span(i, parent, {start, static_cast<std::int64_t>(random() % 90)}));
    }

    const Trace trace = assemble(std::move(records));

    ASSERT_EQ(trace.rows.size(), count + missing.size());
    ASSERT_EQ(trace.missing_parents, missing.size());
    for (std::uint32_t i = 0; i < trace.rows.size(); ++i) {
      const TraceRow& row = trace.rows[i];
      ASSERT_GT(row.end, i);
      ASSERT_GE(row.self_ns, 0);
      if (row.parent < 0) continue;
      const TraceRow& parent = trace.rows[static_cast<std::size_t>(row.parent)];
      ASSERT_LT(static_cast<std::uint32_t>(row.parent), i);
      ASSERT_LE(row.end, parent.end);
      ASSERT_EQ(row.depth, parent.depth + 1);
    }
  }
}

}  // namespace
}  // namespace tracery::query
