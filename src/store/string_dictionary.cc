// SPDX-License-Identifier: Apache-2.0
//
//   sorted-strings := varint n, ints(n) shared, ints(n) rest, packed-bytes (sum of rest)
//   strings        := varint n, ints(n) lengths, packed-bytes (sum of lengths)
//
// `shared` is how many bytes a string takes from the start of the one before it, `rest` how many
// follow in the packed bytes.
#include "store/string_dictionary.h"

#include <algorithm>
#include <limits>

#include "store/byte_codec.h"
#include "store/int_codec.h"

namespace tracery::store {
namespace {

std::size_t shared_prefix(std::string_view a, std::string_view b) {
  const std::size_t bytes_max = std::min(a.size(), b.size());
  return static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(bytes_max), b.begin())
          .first -
      a.begin());
}

}  // namespace

void put_sorted_strings(std::string& out, std::span<const std::string_view> strings,
                        int zstd_level) {
  std::vector<std::uint32_t> shared;
  std::vector<std::uint32_t> rest;
  std::string bytes;
  std::string_view before;
  for (const std::string_view text : strings) {
    const std::size_t prefix = shared_prefix(before, text);
    shared.push_back(static_cast<std::uint32_t>(prefix));
    rest.push_back(static_cast<std::uint32_t>(text.size() - prefix));
    bytes += text.substr(prefix);
    before = text;
  }
  put_varint(out, strings.size());
  put_ints(out, shared, zstd_level);
  put_ints(out, rest, zstd_level);
  put_bytes(out, bytes, zstd_level);
}

Result<std::shared_ptr<const PackedDictionary>> get_sorted_strings(ByteReader& in) {
  const std::uint64_t entries = in.varint();
  // A dataset column is always one dictionary, so there may be more than the usual limit.
  TRACERY_TRY(in.status(entries <= std::numeric_limits<std::uint32_t>::max() / 64));
  std::vector<std::uint32_t> shared(entries);
  std::vector<std::uint32_t> rest(entries);
  TRACERY_TRY(get_ints(in, std::span(shared)));
  TRACERY_TRY(get_ints(in, std::span(rest)));
  std::uint64_t rest_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    TRACERY_TRY(in.status(shared[i] <= length));
    length = std::uint64_t{shared[i]} + rest[i];
    bytes += length;
    rest_bytes += rest[i];
    TRACERY_TRY(in.status(bytes <= std::numeric_limits<std::uint32_t>::max()));
  }
  std::string scratch;
  const std::string_view packed = TRACERY_TRY(get_bytes(in, rest_bytes, scratch));
  auto text = std::make_unique_for_overwrite<char[]>(bytes);
  std::vector<std::uint32_t> ends(entries);
  std::size_t taken = 0;
  const char* before = text.get();
  char* out = text.get();
  for (std::size_t i = 0; i < entries; ++i) {
    const char* const start = out;
    out = std::copy_n(before, shared[i], out);
    out = std::copy_n(packed.data() + taken, rest[i], out);
    taken += rest[i];
    before = start;
    ends[i] = static_cast<std::uint32_t>(out - text.get());
  }
  return std::make_shared<const PackedDictionary>(std::move(text), std::move(ends));
}

void put_strings(std::string& out, std::span<const std::string_view> strings, int zstd_level) {
  std::vector<std::uint32_t> lengths;
  std::string bytes;
  std::size_t total = 0;
  for (const std::string_view text : strings) total += text.size();
  lengths.reserve(strings.size());
  bytes.reserve(total);
  for (const std::string_view text : strings) {
    lengths.push_back(static_cast<std::uint32_t>(text.size()));
    bytes += text;
  }
  put_varint(out, strings.size());
  put_ints(out, lengths, zstd_level);
  put_bytes(out, bytes, zstd_level);
}

Result<std::shared_ptr<const PackedDictionary>> get_strings(ByteReader& in,
                                                            std::size_t entries_max) {
  const std::uint64_t entries = in.varint();
  TRACERY_TRY(in.status(entries <= entries_max));
  std::vector<std::uint32_t> ends(entries);
  TRACERY_TRY(get_ints(in, std::span(ends)));
  std::uint64_t end = 0;
  for (std::uint32_t& length : ends) {
    end += length;
    TRACERY_TRY(in.status(end <= std::numeric_limits<std::uint32_t>::max()));
    length = static_cast<std::uint32_t>(end);
  }
  const PackedBytes packed = TRACERY_TRY(get_packed(in, end));
  auto text = std::make_unique_for_overwrite<char[]>(end);
  TRACERY_TRY(unpack(packed, text.get()));
  return std::make_shared<const PackedDictionary>(std::move(text), std::move(ends));
}

}  // namespace tracery::store
