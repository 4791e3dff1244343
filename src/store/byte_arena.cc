// SPDX-License-Identifier: Apache-2.0
#include "store/byte_arena.h"

#include <algorithm>
#include <cstring>

namespace tracery::store {
namespace {

constexpr std::size_t kBlockBytesMin = 256;
constexpr std::size_t kBlockBytesMax = 256 * 1024;

}  // namespace

std::string_view ByteArena::store(std::string_view bytes) {
  if (bytes.empty()) return {"", 0};
  if (blocks_.empty() || blocks_[current_].bytes - used_ < bytes.size()) add_block(bytes.size());
  char* const to = blocks_[current_].data.get() + used_;
  std::memcpy(to, bytes.data(), bytes.size());
  used_ += bytes.size();
  return {to, bytes.size()};
}

void ByteArena::add_block(std::size_t bytes_min) {
  used_ = 0;
  while (current_ + 1 < blocks_.size()) {
    ++current_;
    if (blocks_[current_].bytes >= bytes_min) return;
  }
  const std::size_t doubled = std::clamp(memory_bytes_, kBlockBytesMin, kBlockBytesMax);
  const std::size_t bytes = std::max(doubled, bytes_min);
  blocks_.push_back({std::unique_ptr<char[]>(new char[bytes]), bytes});
  memory_bytes_ += bytes;
  current_ = blocks_.size() - 1;
}

void ByteArena::clear() {
  std::erase_if(blocks_, [](const Block& block) { return block.bytes > kBlockBytesMax; });
  memory_bytes_ = 0;
  for (const Block& block : blocks_) memory_bytes_ += block.bytes;
  current_ = 0;
  used_ = 0;
}

}  // namespace tracery::store
