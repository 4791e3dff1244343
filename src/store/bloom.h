// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tracery::store {

/// Split-block Bloom filter over 64-bit hashes: a key sets one bit in each of the eight words of
/// one 32-byte block, so a look-up costs one cache line. With 12 bits a key about 0.4 % of absent
/// keys pass.
class SplitBlockBloom {
 public:
  /// Room for `keys` keys at 12 bits each.
  explicit SplitBlockBloom(std::size_t keys);

  void add(std::uint64_t hash);
  /// False only when the key was never added.
  bool may_contain(std::uint64_t hash) const;

  /// The blocks as they lie in a file; `parse` reads them back, kCorrupt for a size that fits none.
  std::string_view bytes() const;
  static Result<SplitBlockBloom> parse(std::string_view bytes);

 private:
  using Block = std::array<std::uint32_t, 8>;
  Block& block_of(std::uint64_t hash);
  const Block& block_of(std::uint64_t hash) const;

  std::vector<Block> blocks_;
};

}  // namespace tracery::store
