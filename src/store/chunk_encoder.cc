// SPDX-License-Identifier: Apache-2.0
//
// Chunks: the values of one stream in one row group of n rows, m of them with a value.
//
//   presence := u8 0, packed-bytes ((n + 7) / 8)      -- bit r of byte r / 8: row r has a value
//             | u8 1, ints(m)                         -- the rows that have one, ascending
//   values   := bools | integers | doubles | texts | ids, by the type of the stream
//   bools    := packed-bytes ((m + 7) / 8)            -- bit i: value i
//   integers := ints(m)
//   doubles  := u8 0, ints(m)                         -- the bits
//             | u8 1, u8 e, ints(m)                   -- value i is ints[i] / 10^e
//   texts    := u8 0, ints(m)                         -- entries of the part's dictionary, from 1
//             | u8 1, strings, ints(m)                -- entries of this dictionary, from 1
//   ids      := u8 0, planes(m)                       -- 8 or 16 bytes each
//             | u8 1, varint r, planes(r), ints(r)    -- runs: ids, lengths
//             | u8 2, varint k, planes(k), ints(m)    -- 8 bytes: d = ints[i]; 0: the next of the k
//                                                        ids, else the span id of row (row - d)
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/hash.h"
#include "store/byte_codec.h"
#include "store/byte_stream.h"
#include "store/chunk_codec.h"
#include "store/chunk_forms.h"
#include "store/int_codec.h"
#include "store/string_dictionary.h"

namespace tracery::store {
namespace {

/// Doubles hold every integer up to here exactly.
constexpr double kExactMax = 9007199254740992.0;
/// Values looked at before a decimal exponent is tried on all.
constexpr std::size_t kDecimalSample = 64;
/// Id runs pay once they spare a tenth of the ids.
constexpr std::size_t kRunsPerTenIdsMax = 9;

template <typename Form>
void put_form(std::string& out, Form form) {
  out += static_cast<char>(form);
}

std::span<const std::int64_t> as_ints(const std::vector<std::uint64_t>& words) {
  return {reinterpret_cast<const std::int64_t*>(words.data()), words.size()};
}

std::string to_bitmap(std::span<const std::uint32_t> set_bits, std::size_t bits) {
  std::string bitmap((bits + 7) / 8, '\0');
  for (const std::uint32_t bit : set_bits) {
    bitmap[bit / 8] = static_cast<char>(bitmap[bit / 8] | 1 << (bit % 8));
  }
  return bitmap;
}

void put_bools(std::string& out, const PackedColumn& column, int zstd_level) {
  std::vector<std::uint32_t> trues;
  for (std::uint32_t i = 0; i < column.codes.size(); ++i) {
    if (column.codes[i] != 0) trues.push_back(i);
  }
  put_bytes(out, to_bitmap(trues, column.codes.size()), zstd_level);
}

/// The integer n with double(n) / 10^e == value, bit for bit.
bool to_decimal(std::uint64_t bits, double power, std::int64_t& n) {
  const auto value = std::bit_cast<double>(bits);
  const double scaled = value * power;
  if (!(std::fabs(scaled) <= kExactMax)) return false;
  // Adding and taking away 1.5 * 2^52 would round faster, but not for |scaled| over 2^51.
  n = static_cast<std::int64_t>(std::nearbyint(scaled));
  return std::bit_cast<std::uint64_t>(static_cast<double>(n) / power) == bits;
}

bool to_decimals(const std::vector<std::uint64_t>& words, double power, std::size_t stride,
                 std::vector<std::int64_t>& out) {
  out.clear();
  for (std::size_t i = 0; i < words.size(); i += stride) {
    std::int64_t n = 0;
    if (!to_decimal(words[i], power, n)) return false;
    out.push_back(n);
  }
  return true;
}

void put_doubles(std::string& out, const PackedColumn& column, int zstd_level) {
  std::vector<std::int64_t> decimals;
  decimals.reserve(column.words.size());
  const std::size_t stride = column.words.size() / kDecimalSample + 1;
  for (std::size_t e = 0; e < kPowersOfTen.size(); ++e) {
    if (!to_decimals(column.words, kPowersOfTen[e], stride, decimals)) continue;
    if (stride > 1 && !to_decimals(column.words, kPowersOfTen[e], 1, decimals)) continue;
    put_form(out, DoubleForm::kDecimal);
    out += static_cast<char>(e);
    put_ints(out, decimals, zstd_level);
    return;
  }
  put_form(out, DoubleForm::kBits);
  put_ints(out, as_ints(column.words), zstd_level);
}

bool same_id(const std::vector<std::uint64_t>& words, std::size_t i, std::size_t k,
             std::size_t width) {
  return words[i * width] == words[k * width] &&
         words[i * width + width - 1] == words[k * width + width - 1];
}

void put_ids(std::string& out, const PackedColumn& column, int zstd_level) {
  const std::size_t width = column.type == StreamType::kId16 ? 2 : 1;
  const std::vector<std::uint64_t>& words = column.words;
  std::vector<std::uint64_t> heads;
  std::vector<std::uint32_t> lengths;
  for (std::size_t i = 0; i < column.rows.size(); ++i) {
    if (i == 0 || !same_id(words, i, i - 1, width)) {
      for (std::size_t w = 0; w < width; ++w) heads.push_back(words[i * width + w]);
      lengths.push_back(0);
    }
    ++lengths.back();
  }
  if (lengths.size() * 10 > column.rows.size() * kRunsPerTenIdsMax) {
    put_form(out, IdForm::kPlain);
    put_planes(out, {words, width, 8 * width}, zstd_level);
    return;
  }
  put_form(out, IdForm::kRuns);
  put_varint(out, lengths.size());
  put_planes(out, {heads, width, 8 * width}, zstd_level);
  put_ints(out, lengths, zstd_level);
}

/// Finds a row of the group by its span id.
class SpanRows {
 public:
  explicit SpanRows(const PackedColumn& span_ids) : ids_(span_ids) {
    slots_.resize(std::bit_ceil(span_ids.rows.size() * 2 + 1));
    for (std::uint32_t i = 0; i < ids_.words.size(); ++i) {
      std::uint32_t& slot = slots_[slot_of(ids_.words[i])];
      if (slot == 0) slot = i + 1;
    }
  }
  /// -1 when there is none.
  std::int64_t find(std::uint64_t id) const {
    const std::uint32_t slot = slots_[slot_of(id)];
    return slot == 0 ? -1 : std::int64_t{ids_.rows[slot - 1]};
  }

 private:
  std::size_t slot_of(std::uint64_t id) const {
    std::size_t at = mix64(id) & (slots_.size() - 1);
    while (slots_[at] != 0 && ids_.words[slots_[at] - 1] != id) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  const PackedColumn& ids_;
  std::vector<std::uint32_t> slots_;
};

}  // namespace

void put_presence(std::string& out, const PackedColumn& column, int zstd_level) {
  // A row number takes about a byte as a difference, a bitmap an eighth of one for every row.
  if (column.rows.size() < column.group_rows / 8) {
    put_form(out, PresenceForm::kRows);
    put_ints(out, column.rows, zstd_level);
    return;
  }
  put_form(out, PresenceForm::kBitmap);
  put_bytes(out, to_bitmap(column.rows, column.group_rows), zstd_level);
}

void put_values(std::string& out, const PackedColumn& column, int zstd_level) {
  switch (column.type) {
    case StreamType::kBool: return put_bools(out, column, zstd_level);
    case StreamType::kInt: return put_ints(out, as_ints(column.words), zstd_level);
    case StreamType::kDouble: return put_doubles(out, column, zstd_level);
    case StreamType::kString:
      put_form(out, TextForm::kPartDictionary);
      return put_ints(out, column.codes, zstd_level);
    case StreamType::kId8:
    case StreamType::kId16: return put_ids(out, column, zstd_level);
  }
}

void put_local_strings(std::string& out, const PackedColumn& column,
                       std::span<const std::string_view> entries, int zstd_level) {
  put_form(out, TextForm::kOwnDictionary);
  put_strings(out, entries, zstd_level);
  put_ints(out, column.codes, zstd_level);
}

void put_parents(std::string& out, const PackedColumn& column, const PackedColumn& span_ids,
                 int zstd_level) {
  const SpanRows rows(span_ids);
  std::vector<std::int64_t> distances;
  std::vector<std::uint64_t> escaped;
  distances.reserve(column.rows.size());
  for (std::size_t i = 0; i < column.rows.size(); ++i) {
    const std::int64_t parent = rows.find(column.words[i]);
    const std::int64_t row = column.rows[i];
    const bool escape = parent < 0 || parent == row;
    distances.push_back(escape ? 0 : row - parent);
    if (escape) escaped.push_back(column.words[i]);
  }
  put_form(out, IdForm::kParents);
  put_varint(out, escaped.size());
  put_planes(out, {escaped, 1, 8}, zstd_level);
  put_ints(out, distances, zstd_level);
}

}  // namespace tracery::store
