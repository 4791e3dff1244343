// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <cstring>
#include <nmmintrin.h>

namespace tracery {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) {
  std::uint64_t sum = ~crc;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    sum = _mm_crc32_u64(sum, word);
  }
  auto tail = static_cast<std::uint32_t>(sum);
  for (; left > 0; --left, ++at) tail = _mm_crc32_u8(tail, static_cast<std::uint8_t>(*at));
  return ~tail;
}

}  // namespace tracery
