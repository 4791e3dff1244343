// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "store/byte_stream.h"

namespace tracery::store {

/// Appends integers in the cheapest of: an arithmetic sequence, runs, or offsets or differences
/// cut into byte planes, each packed on its own. The reader must know their number. The choice is
/// made on the values themselves: any values come back exactly.
void put_ints(std::string& out, std::span<const std::int64_t> values, int zstd_level);
void put_ints(std::string& out, std::span<const std::uint32_t> values, int zstd_level);

/// Reads `out.size()` integers of `put_ints`, which must fit T: the upper bits of one that does
/// not are lost. kCorrupt when the bytes break the grammar, kUnsupported for a form not known.
template <typename T>
Status get_ints(ByteReader& in, std::span<T> out);

extern template Status get_ints(ByteReader&, std::span<std::uint8_t>);
extern template Status get_ints(ByteReader&, std::span<std::uint16_t>);
extern template Status get_ints(ByteReader&, std::span<std::uint32_t>);
extern template Status get_ints(ByteReader&, std::span<std::int64_t>);

/// Values of `width` bytes, the low ones of `words_per_value` words each.
struct WordsView {
  std::span<const std::uint64_t> words;
  std::size_t words_per_value = 1;
  std::size_t width = 8;
};

/// Appends values as byte planes, or as they are where no plane can be packed.
void put_planes(std::string& out, const WordsView& values, int zstd_level);
/// Reads values of `put_planes` that take all 8 * `words_per_value` bytes of their words.
Status get_planes(ByteReader& in, std::span<std::uint64_t> words, std::size_t words_per_value);

/// The form of the integers at the start of `bytes`, for people: "runs", "delta/2", "offset/1".
std::string describe_ints(std::string_view bytes);

}  // namespace tracery::store
