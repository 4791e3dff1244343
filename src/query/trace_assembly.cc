// SPDX-License-Identifier: Apache-2.0
#include "query/trace_assembly.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "query/critical_path.h"

namespace tracery::query {
namespace {

constexpr std::int32_t kNoParent = -1;

/// Flags that a span gets from what hangs under it.
struct Marks {
  bool events = false, links = false, logs = false;
};

class Assembly {
 public:
  Assembly(std::vector<TraceEvent> events, Trace* trace)
      : events_(std::move(events)), trace_(trace) {}

  void run() {
    take_marks();
    sort_and_drop_duplicates();
    link_parents();
    break_cycles();
    lay_out();
    set_self_times(&trace_->rows);
    mark_critical_path(&trace_->rows);
  }

 private:
  void take_marks();
  void sort_and_drop_duplicates();
  void link_parents();
  void break_cycles();
  void lay_out();
  void add_row(std::uint32_t event, std::int32_t parent);

  std::vector<TraceEvent> events_;
  Trace* trace_;
  std::unordered_map<std::uint64_t, Marks> marks_;  ///< By span id.
  std::vector<std::int32_t> parents_;               ///< By event: event or kNoParent.
  std::vector<bool> orphans_;
};

/// Removes the events that are no rows.
void Assembly::take_marks() {
  for (const TraceEvent& event : events_) {
    if (event.parent_id == 0 || event.role == TraceRole::kSpan) continue;
    Marks& marks = marks_[event.parent_id];
    if (event.role == TraceRole::kSpanEvent) marks.events = true;
    if (event.role == TraceRole::kLink) marks.links = true;
    if (event.role == TraceRole::kLog) marks.logs = true;
  }
  std::erase_if(events_, [](const TraceEvent& event) {
    return event.role == TraceRole::kSpanEvent || event.role == TraceRole::kLink;
  });
}

void Assembly::sort_and_drop_duplicates() {
  const auto text = [&](const TraceEvent& event) {
    return std::tie(trace_->kinds[event.kind], trace_->services[event.service],
                    trace_->names[event.name]);
  };
  std::sort(events_.begin(), events_.end(), [&](const TraceEvent& a, const TraceEvent& b) {
    const auto key = [](const TraceEvent& event) {
      return std::tuple(event.start_ns, event.span_id);
    };
    if (key(a) != key(b)) return key(a) < key(b);
    if (text(a) != text(b)) return text(a) < text(b);
    return std::tuple(a.role, a.duration_ns, a.parent_id, a.error) <
           std::tuple(b.role, b.duration_ns, b.parent_id, b.error);
  });
  const auto is_repeat = [](const TraceEvent& a, const TraceEvent& b) {
    return a.role == TraceRole::kSpan && b.role == TraceRole::kSpan && a.span_id == b.span_id &&
           a.start_ns == b.start_ns && a.kind == b.kind;
  };
  events_.erase(std::unique(events_.begin(), events_.end(), is_repeat), events_.end());
}

void Assembly::link_parents() {
  // Of spans that share an id, the first to start is the one that children hang under.
  std::unordered_map<std::uint64_t, std::int32_t> by_id;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (events_[i].role == TraceRole::kSpan) {
      by_id.emplace(events_[i].span_id, static_cast<std::int32_t>(i));
    }
  }
  parents_.assign(events_.size(), kNoParent);
  orphans_.assign(events_.size(), false);
  std::unordered_set<std::uint64_t> missing;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const TraceEvent& event = events_[i];
    const bool is_own = event.role == TraceRole::kSpan && event.parent_id == event.span_id;
    if (event.parent_id == 0 || is_own) continue;
    const auto found = by_id.find(event.parent_id);
    if (found != by_id.end()) {
      parents_[i] = found->second;
    } else {
      orphans_[i] = true;
      missing.insert(event.parent_id);
    }
  }
  trace_->missing_parents = missing.size();
}

/// Makes the first row of each cycle of parents a root.
void Assembly::break_cycles() {
  std::vector<std::uint32_t> visit(events_.size(), 0);
  for (std::uint32_t start = 0; start < events_.size(); ++start) {
    std::uint32_t at = start;
    const std::uint32_t turn = start + 1;
    while (visit[at] == 0) {
      visit[at] = turn;
      if (parents_[at] == kNoParent) break;
      at = static_cast<std::uint32_t>(parents_[at]);
    }
    if (visit[at] != turn || parents_[at] == kNoParent) continue;
    std::uint32_t first = at;
    for (auto next = static_cast<std::uint32_t>(parents_[at]); next != at;
         next = static_cast<std::uint32_t>(parents_[next])) {
      first = std::min(first, next);
    }
    parents_[first] = kNoParent;
  }
}

void Assembly::add_row(std::uint32_t index, std::int32_t parent) {
  const TraceEvent& event = events_[index];
  TraceRow row;
  row.parent = parent;
  row.start_ns = event.start_ns;
  row.duration_ns = event.duration_ns;
  row.service = event.service;
  row.name = event.name;
  row.kind = event.kind;
  row.is_span = event.role == TraceRole::kSpan;
  row.span_id = row.is_span ? event.span_id : 0;
  row.error = event.error;
  row.orphan = orphans_[index];
  if (parent != kNoParent) {
    const TraceRow& above = trace_->rows[static_cast<std::size_t>(parent)];
    const int depth = above.depth + 1;
    row.depth = static_cast<std::uint16_t>(
        std::min<int>(depth, std::numeric_limits<std::uint16_t>::max()));
    row.clock_skewed = row.start_ns < above.start_ns;
  }
  if (const auto found = marks_.find(event.span_id); row.is_span && found != marks_.end()) {
    row.has_events = found->second.events;
    row.has_links = found->second.links;
    row.has_logs = found->second.logs;
  }
  trace_->rows.push_back(row);
}

void Assembly::lay_out() {
  // Children by parent, each list in the order of `events_`, which is by start.
  std::vector<std::vector<std::uint32_t>> children(events_.size());
  std::vector<std::uint32_t> roots;
  for (std::uint32_t i = 0; i < events_.size(); ++i) {
    auto& siblings =
        parents_[i] == kNoParent ? roots : children[static_cast<std::size_t>(parents_[i])];
    siblings.push_back(i);
  }
  struct Open {
    std::uint32_t event;
    std::int32_t parent_row;
  };
  std::vector<Open> open;
  const auto push = [&](const std::vector<std::uint32_t>& list, std::int32_t parent_row) {
    for (std::size_t i = list.size(); i-- > 0;) open.push_back({list[i], parent_row});
  };
  push(roots, kNoParent);
  while (!open.empty()) {
    const Open next = open.back();
    open.pop_back();
    add_row(next.event, next.parent_row);
    push(children[next.event], static_cast<std::int32_t>(trace_->rows.size()) - 1);
  }
  auto& rows = trace_->rows;
  for (auto i = static_cast<std::uint32_t>(rows.size()); i-- > 0;) {
    rows[i].end = std::max(rows[i].end, i + 1);
    if (rows[i].parent == kNoParent) continue;
    TraceRow& above = rows[static_cast<std::size_t>(rows[i].parent)];
    above.end = std::max(above.end, rows[i].end);
  }
  if (!events_.empty()) trace_->start_ns = events_.front().start_ns;
}

}  // namespace

Trace assemble_trace(std::vector<TraceEvent> events, std::vector<std::string> services,
                     std::vector<std::string> names, std::vector<std::string> kinds) {
  Trace trace;
  trace.services = std::move(services);
  trace.names = std::move(names);
  trace.kinds = std::move(kinds);
  Assembly(std::move(events), &trace).run();
  return trace;
}

}  // namespace tracery::query
