// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/hash.h"

namespace tracery::query {

inline std::uint64_t index_hash(std::uint64_t key) { return mix64(key); }
inline std::uint64_t index_hash(const Hash128& key) {
  return mix64(key.low ^ key.high * 0x9e3779b97f4a7c15ULL);
}

/// Numbers keys in the order they first come: open addressing with linear probing over the ids.
template <typename Key>
class DenseIndex {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()); }
  const Key& key(std::uint32_t id) const { return keys_[id]; }
  std::size_t memory_bytes() const {
    return keys_.capacity() * sizeof(Key) + table_.capacity() * sizeof(std::uint32_t);
  }

  /// The key's id; a new key gets the next one.
  std::uint32_t find_or_add(const Key& key) {
    if ((keys_.size() + 1) * 2 > table_.size()) grow();
    std::size_t at = index_hash(key) & mask_;
    for (; table_[at] != kNone; at = (at + 1) & mask_) {
      if (keys_[table_[at]] == key) return table_[at];
    }
    table_[at] = size();
    keys_.push_back(key);
    return table_[at];
  }

  /// kNone when the key was never added.
  std::uint32_t find(const Key& key) const {
    if (table_.empty()) return kNone;
    std::size_t at = index_hash(key) & mask_;
    for (; table_[at] != kNone; at = (at + 1) & mask_) {
      if (keys_[table_[at]] == key) return table_[at];
    }
    return kNone;
  }

 private:
  void grow() {
    table_.assign(table_.empty() ? 16 : table_.size() * 2, kNone);
    mask_ = table_.size() - 1;
    for (std::uint32_t id = 0; id < size(); ++id) {
      std::size_t at = index_hash(keys_[id]) & mask_;
      while (table_[at] != kNone) at = (at + 1) & mask_;
      table_[at] = id;
    }
  }

  std::vector<Key> keys_;
  std::vector<std::uint32_t> table_;
  std::size_t mask_ = 0;
};

}  // namespace tracery::query
