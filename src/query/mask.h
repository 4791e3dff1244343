// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tracery::query {

/// One byte per row: 1 selected, 0 not. Bytes, not bits: every producer and consumer is then a
/// plain loop that vectorises, and a row group's mask fits the first-level cache.
using Mask = std::vector<std::uint8_t>;

inline std::uint32_t count_ones(const Mask& mask) {
  std::uint32_t ones = 0;
  for (const std::uint8_t byte : mask) ones += byte;
  return ones;
}

inline void and_into(Mask& mask, const Mask& other) {
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] &= other[i];
}

inline void or_into(Mask& mask, const Mask& other) {
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] |= other[i];
}

inline void invert(Mask& mask) {
  for (std::uint8_t& byte : mask) byte ^= 1;
}

/// Spreads 8 bits to 8 bytes of 0 or 1, lowest bit first.
inline std::uint64_t spread_bits(std::uint64_t bits) {
  const std::uint64_t low = (bits & 0x7f) * 0x0002040810204081ULL;
  return (low | (bits & 0x80) << 49) & 0x0101010101010101ULL;
}

/// Clears the rows whose bit in `present` is 0; an empty `present` has all bits set.
inline void and_present(Mask& mask, const std::vector<std::uint64_t>& present) {
  if (present.empty()) return;
  std::size_t row = 0;
  for (; row + 8 <= mask.size(); row += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, &mask[row], 8);
    bytes &= spread_bits(present[row / 64] >> (row % 64) & 0xff);
    std::memcpy(&mask[row], &bytes, 8);
  }
  for (; row < mask.size(); ++row) {
    if ((present[row / 64] >> (row % 64) & 1) == 0) mask[row] = 0;
  }
}

/// The selected rows, ascending.
inline void list_rows(const Mask& mask, std::vector<std::uint32_t>& rows) {
  rows.resize(mask.size() + 1);
  std::uint32_t count = 0;
  for (std::uint32_t row = 0; row < mask.size(); ++row) {
    rows[count] = row;
    count += mask[row];
  }
  rows.resize(count);
}

}  // namespace tracery::query
