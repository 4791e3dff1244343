// SPDX-License-Identifier: Apache-2.0
#include "store/bloom.h"

#include <algorithm>
#include <cstring>

namespace tracery::store {
namespace {

constexpr std::size_t kBitsPerKey = 12;
constexpr std::size_t kBlockBits = 256;

/// Odd multipliers of the Parquet format specification, "Bloom Filter".
constexpr std::array<std::uint32_t, 8> kSalts = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU,
                                                 0xa2b7289dU, 0x705495c7U, 0x2df1424bU,
                                                 0x9efc4947U, 0x5c6bfb31U};

std::uint32_t bit_of(std::uint64_t hash, std::size_t word) {
  return std::uint32_t{1} << (static_cast<std::uint32_t>(hash) * kSalts[word] >> 27);
}

}  // namespace

SplitBlockBloom::SplitBlockBloom(std::size_t keys)
    : blocks_(std::max<std::size_t>(1, (keys * kBitsPerKey + kBlockBits - 1) / kBlockBits)) {}

SplitBlockBloom::Block& SplitBlockBloom::block_of(std::uint64_t hash) {
  return blocks_[(hash >> 32) * blocks_.size() >> 32];
}

const SplitBlockBloom::Block& SplitBlockBloom::block_of(std::uint64_t hash) const {
  return blocks_[(hash >> 32) * blocks_.size() >> 32];
}

void SplitBlockBloom::add(std::uint64_t hash) {
  Block& block = block_of(hash);
  for (std::size_t word = 0; word < block.size(); ++word) block[word] |= bit_of(hash, word);
}

bool SplitBlockBloom::may_contain(std::uint64_t hash) const {
  const Block& block = block_of(hash);
  std::uint32_t missing = 0;
  for (std::size_t word = 0; word < block.size(); ++word) {
    missing |= ~block[word] & bit_of(hash, word);
  }
  return missing == 0;
}

std::string_view SplitBlockBloom::bytes() const {
  return {reinterpret_cast<const char*>(blocks_.data()), blocks_.size() * sizeof(Block)};
}

Result<SplitBlockBloom> SplitBlockBloom::parse(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % sizeof(Block) != 0) {
    return Error{ErrorCode::kCorrupt, "bloom filter of no whole blocks"};
  }
  SplitBlockBloom bloom(0);
  bloom.blocks_.resize(bytes.size() / sizeof(Block));
  std::memcpy(bloom.blocks_.data(), bytes.data(), bytes.size());
  return bloom;
}

}  // namespace tracery::store
