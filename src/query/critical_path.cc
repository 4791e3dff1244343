// SPDX-License-Identifier: Apache-2.0
#include "query/critical_path.h"

#include <algorithm>
#include <cstdint>

#include "query/span_time.h"

namespace tracery::query {
namespace {

/// A span's time, cut to its parent's.
struct Section {
  std::int64_t from_ns = 0, to_ns = 0;
  std::uint32_t row = 0;
};

std::int64_t end_ns(const TraceRow& row) {
  std::int64_t end = 0;
  const bool overflows = __builtin_add_overflow(row.start_ns, row.duration_ns, &end);
  return overflows ? std::numeric_limits<std::int64_t>::max() : end;
}

/// The spans directly below, of rows [first, last), that overlap the section.
void list_children(const std::vector<TraceRow>& rows, std::uint32_t first, std::uint32_t last,
                   const Section& parent, std::vector<Section>* children) {
  children->clear();
  for (std::uint32_t row = first; row < last; row = rows[row].end) {
    if (!rows[row].is_span) continue;
    const std::int64_t from = std::max(rows[row].start_ns, parent.from_ns);
    const std::int64_t to = std::min(end_ns(rows[row]), parent.to_ns);
    if (to > from) children->push_back({from, to, row});
  }
}

}  // namespace

void mark_critical_path(std::vector<TraceRow>* rows) {
  if (rows->empty()) return;
  Section whole{rows->front().start_ns, end_ns(rows->front()), 0};
  for (const TraceRow& row : *rows) {
    whole.from_ns = std::min(whole.from_ns, row.start_ns);
    whole.to_ns = std::max(whole.to_ns, end_ns(row));
  }
  std::vector<Section> open, children;
  const auto walk_back = [&](const Section& span, std::uint32_t first, std::uint32_t last) {
    list_children(*rows, first, last, span, &children);
    std::sort(children.begin(), children.end(), [](const Section& a, const Section& b) {
      if (a.to_ns != b.to_ns) return a.to_ns > b.to_ns;
      if (a.from_ns != b.from_ns) return a.from_ns > b.from_ns;
      return a.row < b.row;
    });
    std::int64_t cursor = span.to_ns;
    bool has_own_time = false;
    for (const Section& child : children) {
      if (child.to_ns > cursor) continue;
      has_own_time = has_own_time || cursor > child.to_ns;
      open.push_back(child);
      cursor = child.from_ns;
    }
    return has_own_time || cursor > span.from_ns;
  };
  walk_back(whole, 0, static_cast<std::uint32_t>(rows->size()));
  while (!open.empty()) {
    const Section span = open.back();
    open.pop_back();
    TraceRow& row = (*rows)[span.row];
    if (walk_back(span, span.row + 1, row.end)) row.on_critical_path = true;
  }
}

void set_self_times(std::vector<TraceRow>* rows) {
  std::vector<Section> children;
  for (std::uint32_t i = 0; i < rows->size(); ++i) {
    TraceRow& row = (*rows)[i];
    const Section own{row.start_ns, end_ns(row), i};
    list_children(*rows, i + 1, row.end, own, &children);
    // Siblings stand by start, and cutting them to their parent keeps that order.
    std::int64_t covered_ns = 0;
    std::int64_t covered_to = own.from_ns;
    for (const Section& child : children) {
      const std::int64_t from = std::max(child.from_ns, covered_to);
      if (child.to_ns > from) covered_ns += child.to_ns - from;
      covered_to = std::max(covered_to, child.to_ns);
    }
    row.self_ns = row.duration_ns - covered_ns;
  }
}

}  // namespace tracery::query
