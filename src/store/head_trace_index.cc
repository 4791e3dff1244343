// SPDX-License-Identifier: Apache-2.0
#include "store/head_trace_index.h"

#include <algorithm>
#include <cstring>

#include "base/hash.h"
#include "store/hash_index.h"

namespace tracery::store {
namespace {

constexpr std::size_t kSlotsMin = 1'024;

std::uint64_t hash_of(const model::TraceId& id) {
  std::uint64_t halves[2];
  std::memcpy(halves, id.bytes.data(), sizeof(halves));
  return mix64(halves[0] ^ mix64(halves[1]));
}

}  // namespace

/// Slots hold a trace's index + 1; 0 is free.
struct HeadTraceIndex::Table {
  explicit Table(std::size_t count)
      : mask(count - 1), slots(std::make_unique<std::atomic<std::uint32_t>[]>(count)) {}

  void place(std::uint64_t hash, std::uint32_t trace) {
    std::size_t at = hash & mask;
    while (slots[at].load(std::memory_order_relaxed) != 0) at = (at + 1) & mask;
    slots[at].store(trace + 1, std::memory_order_release);
  }

  std::size_t mask;
  std::unique_ptr<std::atomic<std::uint32_t>[]> slots;
};

HeadTraceIndex::HeadTraceIndex() : table_(nullptr), last_trace_(kNoIndex) { grow(); }
HeadTraceIndex::~HeadTraceIndex() = default;

void HeadTraceIndex::grow() {
  const std::size_t slots = tables_.empty() ? kSlotsMin : (tables_.back()->mask + 1) * 4;
  auto table = std::make_unique<Table>(slots);
  for (std::uint32_t i = 0; i < traces_.appended(); ++i) table->place(hash_of(traces_[i].id), i);
  table_.store(table.get(), std::memory_order_release);
  tables_.push_back(std::move(table));
  memory_bytes_ += slots * sizeof(std::uint32_t);
}

std::uint32_t HeadTraceIndex::trace_of(const model::TraceId& id) {
  if (last_trace_ != kNoIndex && traces_[last_trace_].id == id) return last_trace_;
  const std::uint64_t hash = hash_of(id);
  Table& table = *tables_.back();
  for (std::size_t at = hash & table.mask;; at = (at + 1) & table.mask) {
    const std::uint32_t slot = table.slots[at].load(std::memory_order_relaxed);
    if (slot == 0) break;
    if (traces_[slot - 1].id == id) return slot - 1;
  }
  if ((std::size_t{traces_.appended()} + 1) * 2 > table.mask) grow();
  const std::uint32_t added = traces_.appended();
  traces_.append({id, 0});
  traces_.publish();
  memory_bytes_ += sizeof(Trace);
  tables_.back()->place(hash, added);
  return added;
}

void HeadTraceIndex::add(const model::TraceId& id, std::uint32_t row) {
  last_trace_ = trace_of(id);
  Trace& trace = traces_.mutable_at(last_trace_);
  const std::uint32_t last = trace.last_link_plus_1;
  if (last != 0) {
    Link& link = links_.mutable_at(last - 1);
    if (link.row + link.rows == row) {
      std::atomic_ref(link.rows).store(link.rows + 1, std::memory_order_release);
      return;
    }
  }
  links_.append({row, 1, last});
  links_.publish();
  memory_bytes_ += sizeof(Link);
  std::atomic_ref(trace.last_link_plus_1).store(links_.appended(), std::memory_order_release);
}

std::vector<HeadTraceIndex::Run> HeadTraceIndex::find(const model::TraceId& id,
                                                      std::uint32_t rows_end) const {
  std::vector<Run> runs;
  const Table& table = *table_.load(std::memory_order_acquire);
  const std::uint64_t hash = hash_of(id);
  for (std::size_t at = hash & table.mask;; at = (at + 1) & table.mask) {
    const std::uint32_t slot = table.slots[at].load(std::memory_order_acquire);
    if (slot == 0) return runs;
    const Trace& trace = traces_[slot - 1];
    if (trace.id != id) continue;
    auto& last = const_cast<std::uint32_t&>(trace.last_link_plus_1);
    std::uint32_t next = std::atomic_ref(last).load(std::memory_order_acquire);
    while (next != 0) {
      const Link& link = links_[next - 1];
      auto& shared_rows = const_cast<std::uint32_t&>(link.rows);
      const std::uint32_t rows = std::atomic_ref(shared_rows).load(std::memory_order_acquire);
      if (link.row < rows_end) runs.push_back({link.row, std::min(rows, rows_end - link.row)});
      next = link.previous_plus_1;
    }
    return runs;
  }
}

}  // namespace tracery::store
