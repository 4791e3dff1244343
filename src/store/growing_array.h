// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/check.h"

namespace tracery::store {

/// Trivial values of one size that never move: blocks double in size as it grows, so a few values
/// cost little and many need few blocks.
///
/// One thread appends. Any thread may read the first n values once it has seen `size()` >= n.
class GrowingBytes {
 public:
  explicit GrowingBytes(std::size_t value_bytes) : value_bytes_(value_bytes) {}
  ~GrowingBytes() {
    for (const auto& block : blocks_) delete[] block.load(std::memory_order_relaxed);
  }
  GrowingBytes(const GrowingBytes&) = delete;
  GrowingBytes& operator=(const GrowingBytes&) = delete;

  /// Values readers may see.
  std::uint32_t size() const { return size_.load(std::memory_order_acquire); }
  /// Values appended, seen or not; for the writer.
  std::uint32_t appended() const { return appended_; }

  /// Appends `count` values; readers see them after `publish`.
  void append(const void* values, std::uint32_t count) {
    const char* from = static_cast<const char*>(values);
    while (count > 0) {
      std::uint32_t room = 0;
      char* const to = claim(count, room);
      std::memcpy(to, from, room * value_bytes_);
      from += room * value_bytes_;
      count -= room;
    }
  }
  /// Where the next at most `count` values go: `got` of them side by side. They count as appended.
  char* claim(std::uint32_t count, std::uint32_t& got) {
    const Place place = locate(appended_);
    TRACERY_CHECK(place.block < kBlocks);
    std::atomic<char*>& block = blocks_[place.block];
    char* data = block.load(std::memory_order_relaxed);
    if (data == nullptr) {
      data = new char[place.block_values * value_bytes_];
      block.store(data, std::memory_order_release);
    }
    got = std::min(count, static_cast<std::uint32_t>(place.block_values - place.offset));
    appended_ += got;
    return data + place.offset * value_bytes_;
  }
  void publish() { size_.store(appended_, std::memory_order_release); }

  /// Address of value `index`, and in `left` how many values lie side by side from there on.
  const char* at(std::uint32_t index, std::uint32_t& left) const {
    const Place place = locate(index);
    left = static_cast<std::uint32_t>(place.block_values - place.offset);
    return blocks_[place.block].load(std::memory_order_acquire) + place.offset * value_bytes_;
  }

 private:
  static constexpr unsigned kFirstBits = 4;
  static constexpr std::size_t kBlocks = 28;

  struct Place {
    std::size_t block;
    std::size_t offset;
    std::size_t block_values;
  };
  static Place locate(std::uint32_t index) {
    const std::uint64_t shifted = std::uint64_t{index} + (1U << kFirstBits);
    const auto bit = static_cast<unsigned>(std::bit_width(shifted)) - 1;
    const std::uint64_t block_values = std::uint64_t{1} << bit;
    return {bit - kFirstBits, shifted - block_values, block_values};
  }

  std::size_t value_bytes_;
  std::uint32_t appended_ = 0;
  std::atomic<std::uint32_t> size_{0};
  std::array<std::atomic<char*>, kBlocks> blocks_{};
};

/// GrowingBytes of one type.
template <typename T>
class GrowingArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  std::uint32_t size() const { return bytes_.size(); }
  std::uint32_t appended() const { return bytes_.appended(); }
  void append(const T& value) { bytes_.append(&value, 1); }
  void append(const T* values, std::uint32_t count) { bytes_.append(values, count); }
  void publish() { bytes_.publish(); }
  const T& operator[](std::uint32_t index) const {
    std::uint32_t left = 0;
    return *reinterpret_cast<const T*>(bytes_.at(index, left));
  }
  /// For values that are atomic inside; the writer's and, where T allows, the readers'.
  T& mutable_at(std::uint32_t index) { return const_cast<T&>((*this)[index]); }

 private:
  GrowingBytes bytes_{sizeof(T)};
};

}  // namespace tracery::store
