// SPDX-License-Identifier: Apache-2.0
#include "store/hash_index.h"

#include <algorithm>
#include <utility>

namespace tracery::store {
namespace {

constexpr std::size_t kSlotsMin = 64;

}  // namespace

void HashIndex::clear() {
  if (slots_.size() > kSlotsMin && used_ * 16 < slots_.size()) slots_.resize(slots_.size() / 4);
  std::fill(slots_.begin(), slots_.end(), Slot{});
  used_ = 0;
}

void HashIndex::grow() {
  std::vector<Slot> old(std::max(kSlotsMin, slots_.size() * 2));
  std::swap(old, slots_);
  for (const Slot& slot : old) {
    if (slot.index_plus_1 != 0) place(slot);
  }
}

}  // namespace tracery::store
