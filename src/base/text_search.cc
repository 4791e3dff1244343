// SPDX-License-Identifier: Apache-2.0
#include "base/text_search.h"

#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace tracery {
namespace {

constexpr std::size_t kBlock = 32;

std::uint32_t equal_bytes(const char* at, __m256i wanted) {
  const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, wanted)));
}

}  // namespace

std::size_t find_text(std::string_view text, std::string_view needle) {
  const std::size_t size = needle.size();
  if (size < 2 || text.size() < size + kBlock - 1) return text.find(needle);
  const __m256i first = _mm256_set1_epi8(needle.front());
  const __m256i last = _mm256_set1_epi8(needle.back());
  // The last block overlaps the one before it, so that none reaches beyond the text.
  const std::size_t end = text.size() - (size + kBlock - 1);
  for (std::size_t at = 0;; at = at + kBlock < end ? at + kBlock : end) {
    const char* block = text.data() + at;
    std::uint32_t places = equal_bytes(block, first) & equal_bytes(block + size - 1, last);
    for (; places != 0; places &= places - 1) {
      const auto place = static_cast<std::size_t>(__builtin_ctz(places));
      if (std::memcmp(block + place + 1, needle.data() + 1, size - 2) == 0) return at + place;
    }
    if (at == end) return std::string_view::npos;
  }
}

}  // namespace tracery
