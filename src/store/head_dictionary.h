// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "store/byte_arena.h"
#include "store/growing_array.h"
#include "store/hash_index.h"

namespace tracery::store {

/// The strings of one stream of a head block, by code. Append only. A stream whose strings hardly
/// repeat stops looking for repeats, so an entry may occur twice.
///
/// One thread interns and publishes; any thread may read entries below a `size()` it has seen.
class HeadDictionary {
 public:
  /// Code of `text`, added when new. `hash` is hash64(text) | 1, or 0 when not known.
  std::uint32_t intern(std::string_view text, std::uint64_t hash);
  void publish() { entries_.publish(); }

  std::uint32_t size() const { return entries_.size(); }
  std::string_view at(std::uint32_t code) const {
    const Entry& entry = entries_[code];
    return {entry.data, entry.size};
  }
  /// What `intern` took so far, for the head block's budget.
  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  struct Entry {
    const char* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t tag = 0;
  };
  std::uint32_t add(std::string_view text, std::uint32_t tag);

  ByteArena arena_;
  GrowingArray<Entry> entries_;
  HashIndex index_;
  std::size_t memory_bytes_ = 0;

  // How well looking for repeats pays.
  std::uint32_t lookups_ = 0;
  std::uint32_t hits_ = 0;
  std::uint32_t plain_left_ = 0;
};

}  // namespace tracery::store
