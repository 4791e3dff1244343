// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>

namespace tracery::store {

/// A growing array of values of one trivial type, known to whoever pushes and reads. Moves when it
/// grows; keeps its memory when cleared.
class PackedValues {
 public:
  template <typename T>
  void push(const T& value) {
    if (used_ + sizeof(T) > capacity_) grow(sizeof(T));
    std::memcpy(data_.get() + used_, &value, sizeof(T));
    used_ += sizeof(T);
  }
  void push_bytes(const void* bytes, std::size_t count) {
    if (used_ + count > capacity_) grow(count);
    std::memcpy(data_.get() + used_, bytes, count);
    used_ += count;
  }

  const char* data() const { return data_.get(); }
  std::size_t bytes() const { return used_; }
  std::size_t capacity() const { return capacity_; }
  void clear() { used_ = 0; }

 private:
  void grow(std::size_t more) {
    const std::size_t wanted = std::max({capacity_ * 2, used_ + more, std::size_t{64}});
    std::unique_ptr<char[]> bigger(new char[wanted]);
    if (used_ != 0) std::memcpy(bigger.get(), data_.get(), used_);
    data_ = std::move(bigger);
    capacity_ = wanted;
  }

  std::unique_ptr<char[]> data_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace tracery::store
