// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "query/batch.h"
#include "query/huge_vector.h"

namespace tracery::query {

/// Collects (slot, value, weight) and hands them out slot by slot. Where rows jump between
/// thousands of slots, each with kilobytes of state, touching a slot once for many of its rows
/// costs less than cache misses for every row.
class SlotBuffer {
 public:
  static constexpr std::size_t kRowsMax = std::size_t{1} << 20;

  /// True when rows of the batch lie in so many slots that collecting them pays.
  static bool pays_for(const Batch& batch);

  bool is_full() const { return size_ >= kRowsMax; }

  /// To be called before up to `rows` calls of `add`.
  void make_room(std::uint32_t rows);
  void add(std::uint32_t slot, double value, std::uint64_t weight) {
    slots_[size_] = slot;
    values_[size_] = value;
    if (weight != 1 || !weights_.empty()) set_weight(weight);
    ++size_;
  }

  /// Calls f(slot, values, weights, count) for each slot's rows together; `weights` is null when
  /// all are 1. Forgets what was collected.
  template <typename F>
  void drain(std::size_t slots, F&& f) {
    sort(slots);
    std::uint32_t first = 0;
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      const std::uint32_t count = ends_[slot] - first;
      const std::uint64_t* weights = weights_.empty() ? nullptr : sorted_weights_.data() + first;
      if (count != 0) f(slot, sorted_values_.data() + first, weights, count);
      first = ends_[slot];
    }
    clear();
  }

  std::size_t memory_bytes() const;

 private:
  void set_weight(std::uint64_t weight);
  void sort(std::size_t slots);
  void clear();

  std::size_t size_ = 0;  ///< Rows collected; the vectors are longer.
  HugeVector<std::uint32_t> slots_;
  HugeVector<double> values_, sorted_values_;
  HugeVector<std::uint64_t> weights_, sorted_weights_;  ///< Empty while all are 1.
  HugeVector<std::uint32_t> ends_;  ///< By slot: where its rows end in the sorted ones.
};

}  // namespace tracery::query
