// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace tracery::store {

/// Keeps bytes at addresses that do not change until `clear`. Not thread-safe; what `store` gave
/// out may be read by any thread that learnt the address safely.
class ByteArena {
 public:
  /// A copy of `bytes` that lives as long as the arena.
  std::string_view store(std::string_view bytes);
  /// Forgets everything, keeps the memory of ordinary blocks.
  void clear();
  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  struct Block {
    std::unique_ptr<char[]> data;
    std::size_t bytes = 0;
  };

  void add_block(std::size_t bytes_min);

  std::vector<Block> blocks_;
  std::size_t current_ = 0;  ///< Index of the block being filled; blocks after it are empty.
  std::size_t used_ = 0;     ///< Of the current block.
  std::size_t memory_bytes_ = 0;
};

}  // namespace tracery::store
