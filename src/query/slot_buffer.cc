// SPDX-License-Identifier: Apache-2.0
#include "query/slot_buffer.h"

#include <bitset>

namespace tracery::query {

bool SlotBuffer::pays_for(const Batch& batch) {
  constexpr std::uint32_t kSample = 256;
  if (batch.slots == nullptr || batch.count < 4 * kSample) return false;
  std::bitset<1024> seen;
  for (std::uint32_t i = 0; i < kSample; ++i) seen.set(batch.slots[i] % seen.size());
  return seen.count() > kSample / 2;
}

void SlotBuffer::make_room(std::uint32_t rows) {
  if (slots_.size() >= size_ + rows) return;
  slots_.resize(size_ + rows);
  values_.resize(size_ + rows);
  if (!weights_.empty()) weights_.resize(size_ + rows, 1);
}

void SlotBuffer::set_weight(std::uint64_t weight) {
  if (weights_.empty()) weights_.assign(slots_.size(), 1);
  weights_[size_] = weight;
}

/// Counting sort by slot.
void SlotBuffer::sort(std::size_t slots) {
  ends_.assign(slots + 1, 0);
  for (std::size_t i = 0; i < size_; ++i) ++ends_[slots_[i] + 1];
  for (std::size_t slot = 0; slot < slots; ++slot) ends_[slot + 1] += ends_[slot];
  // ends_[slot] is where the slot starts now, and where it ends once all its rows are placed.
  sorted_values_.resize(values_.size());
  sorted_weights_.resize(weights_.size());
  if (weights_.empty()) {
    for (std::size_t i = 0; i < size_; ++i) sorted_values_[ends_[slots_[i]]++] = values_[i];
    return;
  }
  for (std::size_t i = 0; i < size_; ++i) {
    const std::uint32_t at = ends_[slots_[i]]++;
    sorted_values_[at] = values_[i];
    sorted_weights_[at] = weights_[i];
  }
}

void SlotBuffer::clear() {
  size_ = 0;
  weights_.clear();
}

std::size_t SlotBuffer::memory_bytes() const {
  const std::size_t words = slots_.capacity() + ends_.capacity();
  const std::size_t doubles = values_.capacity() + sorted_values_.capacity() + weights_.capacity() +
                              sorted_weights_.capacity();
  return words * sizeof(std::uint32_t) + doubles * sizeof(double);
}

}  // namespace tracery::query
