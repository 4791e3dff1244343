// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace tracery::store {

inline constexpr std::uint32_t kNoIndex = std::numeric_limits<std::uint32_t>::max();

/// Open addressing from a hash to an index into the caller's own table; the caller compares keys.
/// Not thread-safe.
class HashIndex {
 public:
  /// The index added with this hash for which `is_same(index)` holds, or kNoIndex.
  template <typename Same>
  std::uint32_t find(std::uint64_t hash, const Same& is_same) const {
    if (slots_.empty()) return kNoIndex;
    const auto tag = static_cast<std::uint32_t>(hash);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = tag & mask;; at = (at + 1) & mask) {
      const Slot slot = slots_[at];
      if (slot.index_plus_1 == 0) return kNoIndex;
      if (slot.tag == tag && is_same(slot.index_plus_1 - 1)) return slot.index_plus_1 - 1;
    }
  }
  void add(std::uint64_t hash, std::uint32_t index) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    ++used_;
    place({static_cast<std::uint32_t>(hash), index + 1});
  }
  /// Forgets all; gives memory back when it was mostly idle, so that clearing stays cheap.
  void clear();
  std::size_t memory_bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t index_plus_1 = 0;
  };
  void place(Slot slot) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = slot.tag & mask;
    while (slots_[at].index_plus_1 != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
  void grow();

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace tracery::store
