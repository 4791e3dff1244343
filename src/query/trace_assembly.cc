// SPDX-License-Identifier: Apache-2.0
#include "query/trace_assembly.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace tracery::query {
namespace {

using Role = TraceRecord::Role;

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

bool is_row(const TraceRecord& record) {
  return record.role == Role::kSpan || record.role == Role::kLog || record.role == Role::kMissing;
}

std::uint32_t number_of_empty(std::vector<std::string>& table) {
  const auto found = std::find(table.begin(), table.end(), std::string());
  const auto number = static_cast<std::uint32_t>(found - table.begin());
  if (found == table.end()) table.emplace_back();
  return number;
}

/// Adds a record for every parent that is named but not stored, as long as what it encloses.
/// `records` are by start, before and after.
void add_missing_parents(std::vector<TraceRecord>& records, Trace& trace) {
  std::unordered_set<std::uint64_t> stored;
  for (const TraceRecord& record : records) {
    if (record.role == Role::kSpan && record.span_id != 0) stored.insert(record.span_id);
  }
  std::map<std::uint64_t, TraceRecord> missing;
  for (const TraceRecord& record : records) {
    if (!is_row(record) || record.parent_id == 0 || stored.contains(record.parent_id)) continue;
    const auto [found, is_new] = missing.try_emplace(record.parent_id);
    TraceRecord& parent = found->second;
    if (is_new) {
      parent.role = Role::kMissing;
      parent.span_id = record.parent_id;
      parent.start_ns = record.start_ns;
    }
    const std::int64_t end_ns = record.start_ns + record.duration_ns;
    parent.duration_ns = std::max(parent.duration_ns, end_ns - parent.start_ns);
  }
  if (missing.empty()) return;
  trace.missing_parents = missing.size();
  const std::uint32_t service = number_of_empty(trace.services);
  const std::uint32_t name = number_of_empty(trace.names);
  const std::uint32_t kind = number_of_empty(trace.kinds);
  for (auto& [id, parent] : missing) {
    parent.service = service;
    parent.name = name;
    parent.kind = kind;
    records.push_back(parent);
  }
  std::stable_sort(records.begin(), records.end(),
                   [](const auto& a, const auto& b) { return a.start_ns < b.start_ns; });
}

/// Spans sent twice (a retry after a lost answer) differ in nothing that identifies them.
void drop_duplicates(std::vector<TraceRecord>& records) {
  const auto identity = [](const TraceRecord& record) {
    return std::tuple(record.start_ns, record.span_id, record.role, record.kind, record.parent_id);
  };
  // Of spans that are the same a finished one counts, and of those the longest: others were sent
  // while it was still open.
  std::stable_sort(records.begin(), records.end(), [&](const auto& a, const auto& b) {
    const auto left = std::pair(identity(a), a.is_open);
    const auto right = std::pair(identity(b), b.is_open);
    return left != right ? left < right : a.duration_ns > b.duration_ns;
  });
  const auto same = [&](const TraceRecord& a, const TraceRecord& b) {
    return a.role == Role::kSpan && a.span_id != 0 && identity(a) == identity(b);
  };
  records.erase(std::unique(records.begin(), records.end(), same), records.end());
}

/// Builds the rows of one trace.
class Assembly {
 public:
  Assembly(const std::vector<TraceRecord>& records, Trace& trace)
      : records_(records), trace_(trace) {}

  void run() {
    index_spans();
    link_children();
    lay_out();
    mark_annotations();
    measure_self_time();
  }

 private:
  void index_spans() {
    for (std::uint32_t i = 0; i < records_.size(); ++i) {
      const TraceRecord& record = records_[i];
      const bool can_be_parent = record.role == Role::kSpan || record.role == Role::kMissing;
      if (can_be_parent && record.span_id != 0) span_of_.emplace(record.span_id, i);
    }
  }

  std::uint32_t parent_record(std::uint32_t record) const {
    const auto found = span_of_.find(records_[record].parent_id);
    if (records_[record].parent_id == 0 || found == span_of_.end()) return kNone;
    return found->second == record ? kNone : found->second;
  }

  /// Chains each parent's children in reverse order of start, so that they are pushed on the stack
  /// last first. Records are sorted by start already.
  void link_children() {
    first_child_.assign(records_.size(), kNone);
    next_sibling_.assign(records_.size(), kNone);
    for (std::uint32_t i = 0; i < records_.size(); ++i) {
      if (!is_row(records_[i])) continue;
      const std::uint32_t parent = parent_record(i);
      if (parent == kNone) {
        roots_.push_back(i);
      } else {
        next_sibling_[i] = first_child_[parent];
        first_child_[parent] = i;
      }
    }
  }

  void lay_out() {
    row_of_.assign(records_.size(), kNone);
    for (const std::uint32_t root : roots_) lay_out_tree(root);
    // What is left hangs in loops of parents.
    for (std::uint32_t i = 0; i < records_.size(); ++i) {
      if (is_row(records_[i]) && row_of_[i] == kNone) lay_out_tree(i);
    }
    close_subtrees();
  }

  void lay_out_tree(std::uint32_t root) {
    std::vector<std::pair<std::uint32_t, std::int32_t>> stack = {{root, -1}};
    while (!stack.empty()) {
      const auto [record, parent] = stack.back();
      stack.pop_back();
      if (row_of_[record] != kNone) continue;
      const auto row = static_cast<std::int32_t>(trace_.rows.size());
      add_row(record, parent);
      for (std::uint32_t child = first_child_[record]; child != kNone;
           child = next_sibling_[child]) {
        stack.emplace_back(child, row);
      }
    }
  }

  void add_row(std::uint32_t index, std::int32_t parent) {
    const TraceRecord& record = records_[index];
    row_of_[index] = static_cast<std::uint32_t>(trace_.rows.size());
    TraceRow row;
    row.parent = parent;
    row.start_ns = record.start_ns;
    row.duration_ns = record.duration_ns;
    row.service = record.service;
    if (!record.has_service && parent >= 0) {
      const TraceRow& above = trace_.rows[static_cast<std::size_t>(parent)];
      if (!above.is_missing) row.service = above.service;
    }
    row.source = record.source;
    row.is_open = record.is_open;
    row.name = record.name;
    row.kind = record.kind;
    row.span_id = record.role == Role::kLog ? 0 : record.span_id;
    row.error = record.error;
    row.is_span = record.role == Role::kSpan;
    row.is_missing = record.role == Role::kMissing;
    row.orphan = parent < 0 && record.parent_id != 0;
    if (parent >= 0) {
      const TraceRow& above = trace_.rows[static_cast<std::size_t>(parent)];
      constexpr std::uint16_t kDepthMax = std::numeric_limits<std::uint16_t>::max();
      row.depth =
          above.depth == kDepthMax ? kDepthMax : static_cast<std::uint16_t>(above.depth + 1);
      row.clock_skewed = row.is_span && row.start_ns < above.start_ns;
      row.orphan = above.is_missing;
    }
    trace_.rows.push_back(row);
  }

  /// Rows are in pre-order, so going backwards every child is closed before its parent.
  void close_subtrees() {
    auto& rows = trace_.rows;
    for (std::size_t i = rows.size(); i-- > 0;) {
      rows[i].end = std::max(rows[i].end, static_cast<std::uint32_t>(i + 1));
      if (rows[i].parent < 0) continue;
      TraceRow& parent = rows[static_cast<std::size_t>(rows[i].parent)];
      parent.end = std::max(parent.end, rows[i].end);
    }
  }

  void mark_annotations() {
    for (std::uint32_t i = 0; i < records_.size(); ++i) {
      const std::uint32_t parent = parent_record(i);
      if (parent == kNone || row_of_[parent] == kNone) continue;
      TraceRow& row = trace_.rows[row_of_[parent]];
      if (records_[i].role == Role::kSpanEvent) {
        row.has_events = true;
        trace_.marks.push_back({row_of_[parent], records_[i].name, records_[i].start_ns});
      }
      row.has_links |= records_[i].role == Role::kLink;
      row.has_logs |= records_[i].role == Role::kLog;
    }
    std::stable_sort(trace_.marks.begin(), trace_.marks.end(),
                     [](const TraceMark& a, const TraceMark& b) { return a.row < b.row; });
  }

  /// Self time is what no child covers. Children come by start, so one sweep with the end of what
  /// is covered so far is enough.
  void measure_self_time() {
    auto& rows = trace_.rows;
    std::vector<std::int64_t> covered_to(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      covered_to[i] = rows[i].start_ns;
      rows[i].self_ns = rows[i].is_missing ? 0 : rows[i].duration_ns;
    }
    for (const TraceRow& row : rows) {
      if (row.parent < 0 || !row.is_span) continue;
      const auto above = static_cast<std::size_t>(row.parent);
      TraceRow& parent = rows[above];
      if (parent.is_missing) continue;
      const std::int64_t from = std::max(row.start_ns, covered_to[above]);
      const std::int64_t to =
          std::min(row.start_ns + row.duration_ns, parent.start_ns + parent.duration_ns);
      if (to <= from) continue;
      parent.self_ns -= to - from;
      covered_to[above] = to;
    }
  }

  const std::vector<TraceRecord>& records_;
  Trace& trace_;
  std::unordered_map<std::uint64_t, std::uint32_t> span_of_;
  std::vector<std::uint32_t> first_child_, next_sibling_, roots_, row_of_;
};

}  // namespace

void assemble_trace(std::vector<TraceRecord> records, Trace& trace) {
  drop_duplicates(records);
  add_missing_parents(records, trace);
  trace.start_ns = std::numeric_limits<std::int64_t>::max();
  for (const TraceRecord& record : records) {
    trace.start_ns = std::min(trace.start_ns, record.start_ns);
  }
  Assembly(records, trace).run();
}

}  // namespace tracery::query
