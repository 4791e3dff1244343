// SPDX-License-Identifier: Apache-2.0
#include "query/service_trace.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "base/hash.h"

namespace tracery::query {
namespace {

/// Traces shorter than this are searched through; the usual one has a handful of spans.
constexpr std::size_t kSearchMax = 12;

enum State : std::uint8_t { kNew, kUnderWay, kDone };

bool starts_before(const TraceSpan& a, const TraceSpan& b) {
  return std::tie(a.start_ns, a.id, a.end_ns, a.bits) <
         std::tie(b.start_ns, b.id, b.end_ns, b.bits);
}

void sort_by_start(std::vector<TraceSpan>& spans) {
  // Rows of a trace come nearly sorted; a span is too large to be moved for nothing.
  if (!std::is_sorted(spans.begin(), spans.end(), starts_before)) {
    std::sort(spans.begin(), spans.end(), starts_before);
  }
}

/// Of two reports of the same span: a finished one before an unfinished, then the one that knows
/// the later end.
bool replaces(const TraceSpan& a, const TraceSpan& b) {
  const bool a_open = a.has(SpanFact::kUnfinished);
  if (a_open != b.has(SpanFact::kUnfinished)) return !a_open;
  return a.end_ns > b.end_ns;
}

bool is_entry(const TraceSpan& span, const TraceSpan* parent) {
  if (span.has(SpanFact::kEntry)) return true;
  if (span.has(SpanFact::kPart)) return false;
  if (parent == nullptr || span.label(SpanLabel::kService) != parent->label(SpanLabel::kService)) {
    return true;
  }
  return span.has(SpanFact::kServed) && parent->has(SpanFact::kCall);
}

}  // namespace

std::int64_t ServiceTrace::end_ns() const {
  std::int64_t end_ns = spans.front().end_ns;
  for (const TraceSpan& span : spans) end_ns = std::max(end_ns, span.end_ns);
  return end_ns;
}

void TraceAssembler::index(const std::vector<TraceSpan>& spans) {
  table_.clear();
  if (spans.size() <= kSearchMax) return;
  table_.assign(std::bit_ceil(spans.size() * 2), -1);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    std::size_t at = mix64(spans[i].id) & (table_.size() - 1);
    while (table_[at] >= 0 && spans[static_cast<std::size_t>(table_[at])].id != spans[i].id) {
      at = (at + 1) & (table_.size() - 1);
    }
    if (table_[at] < 0) table_[at] = static_cast<std::int32_t>(i);
  }
}

/// The first span of that id.
std::int32_t TraceAssembler::find(const std::vector<TraceSpan>& spans, std::uint64_t id) const {
  if (table_.empty()) {
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (spans[i].id == id) return static_cast<std::int32_t>(i);
    }
    return -1;
  }
  std::size_t at = mix64(id) & (table_.size() - 1);
  while (table_[at] >= 0 && spans[static_cast<std::size_t>(table_[at])].id != id) {
    at = (at + 1) & (table_.size() - 1);
  }
  return table_[at];
}

void TraceAssembler::drop_repeated(std::vector<TraceSpan>& spans) {
  index(spans);
  bool has_repeated = false;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto first = static_cast<std::size_t>(find(spans, spans[i].id));
    if (first == i) continue;
    has_repeated = true;
    spans[i].weight = 0;
    if (!replaces(spans[i], spans[first])) continue;
    std::swap(spans[i], spans[first]);
    std::swap(spans[i].weight, spans[first].weight);
  }
  if (!has_repeated) return;
  std::erase_if(spans, [](const TraceSpan& span) { return span.weight == 0; });
  sort_by_start(spans);
  index(spans);
}

/// Decides what a span is, after its ancestors. Loops of parents are cut where they are met.
void TraceAssembler::resolve(std::vector<TraceSpan>& spans, std::size_t span) {
  stack_.push_back(span);
  while (!stack_.empty()) {
    const std::size_t at = stack_.back();
    TraceSpan& here = spans[at];
    if (state_[at] == kNew) {
      state_[at] = kUnderWay;
      here.parent = here.parent_id == 0 ? -1 : find(spans, here.parent_id);
      const auto parent = static_cast<std::size_t>(here.parent);
      if (here.parent >= 0 && state_[parent] == kUnderWay) here.parent = -1;
      if (here.parent >= 0 && state_[parent] == kNew) {
        stack_.push_back(parent);
        continue;
      }
    }
    stack_.pop_back();
    if (state_[at] == kDone) continue;
    state_[at] = kDone;
    TraceSpan* const parent =
        here.parent < 0 ? nullptr : &spans[static_cast<std::size_t>(here.parent)];
    std::uint32_t& service = here.labels[static_cast<std::size_t>(SpanLabel::kService)];
    if (service == 0 && parent != nullptr) service = parent->label(SpanLabel::kService);
    if (service == 0) service = here.label(SpanLabel::kDataset);
    here.is_entry = is_entry(here, parent);
    here.entry = here.is_entry       ? static_cast<std::int32_t>(at)
                 : parent == nullptr ? -1
                                     : parent->entry;
    if (here.is_entry && parent != nullptr) parent->is_answered = true;
  }
}

void TraceAssembler::assemble(ServiceTrace& trace) {
  std::vector<TraceSpan>& spans = trace.spans;
  sort_by_start(spans);
  drop_repeated(spans);
  state_.assign(spans.size(), kNew);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (state_[i] == kNew) resolve(spans, i);
  }
  trace.root = -1;
  std::int32_t earliest = -1;
  for (std::size_t i = 0; i < spans.size() && trace.root < 0; ++i) {
    if (!spans[i].is_entry) continue;
    if (earliest < 0) earliest = static_cast<std::int32_t>(i);
    if (spans[i].parent < 0) trace.root = static_cast<std::int32_t>(i);
  }
  if (trace.root < 0) trace.root = earliest;
}

}  // namespace tracery::query
