// SPDX-License-Identifier: Apache-2.0
//
//   ints     := u8 form, body               -- the number n of values is known from elsewhere
//   body     := signed first, signed step                  -- form 0: first + i * step
//             | varint r, ints(r) values, ints(r) lengths  -- form 1: runs; values are not runs
//             | signed base, varint scale, u8 width, planes(n, width)   -- form 2: offsets
//             | the same                                                -- form 3: differences
//   planes   := u8 layout, packed-bytes (n * width bytes)       -- layout 0: value by value
//             | u8 layout, packed-bytes (n bytes) * width       -- layout 1: plane by plane
//
// Offsets: value i is base + scale * x[i]. Differences: x[i] is zig-zag of the step from value
// i - 1 (the first: from base), in units of scale. All arithmetic is modulo 2^64.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <vector>

#include "store/byte_codec.h"
#include "store/int_codec.h"
#include "store/int_forms.h"

namespace tracery::store {
namespace {

/// Beyond this range differences could wrap and a scaled one would not divide.
constexpr std::uint64_t kDifferenceRangeMax = std::uint64_t{1} << 62;
constexpr std::size_t kSampleStretch = 256;
constexpr std::size_t kSampleMax = 4 * kSampleStretch;

template <typename T>
struct Shape {
  T min, max;
  std::size_t runs = 1;
  bool is_sequence = true;
};

template <typename T>
Shape<T> measure(std::span<const T> values) {
  Shape<T> shape{values[0], values[0]};
  const std::uint64_t step = values.size() > 1 ? widen(values[1]) - widen(values[0]) : 0;
  std::uint64_t off_step = 0;
  std::size_t changes = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    shape.min = std::min(shape.min, values[i]);
    shape.max = std::max(shape.max, values[i]);
    changes += values[i] != values[i - 1] ? 1 : 0;
    off_step |= (widen(values[i]) - widen(values[i - 1])) ^ step;
  }
  shape.runs += changes;
  shape.is_sequence = off_step == 0;
  return shape;
}

/// The largest number that divides every value's distance from `origin`.
template <typename T>
std::uint64_t common_divisor(std::span<const T> values, T origin) {
  std::uint64_t divisor = 0;
  for (const T value : values) {
    const std::uint64_t distance = widen(value) - widen(origin);
    if (divisor != 0 && distance % divisor == 0) continue;
    divisor = std::gcd(divisor, distance);
    if (divisor == 1) return 1;
  }
  return std::max<std::uint64_t>(divisor, 1);
}

/// Bits that order-0 coding of the byte planes of `x` would take.
double plane_bits(std::span<const std::uint64_t> x) {
  static const auto kCountBits = [] {
    std::array<float, kSampleMax + 1> bits{};
    for (std::size_t c = 1; c < bits.size(); ++c) {
      bits[c] = static_cast<float>(static_cast<double>(c) * std::log2(static_cast<double>(c)));
    }
    return bits;
  }();
  double total = 0;
  for (unsigned plane = 0; plane < 8; ++plane) {
    std::array<std::uint16_t, 256> counts{};
    for (const std::uint64_t value : x) ++counts[value >> (8 * plane) & 255];
    if (counts[0] == x.size()) continue;
    total += static_cast<double>(kCountBits[x.size()]);
    for (const std::uint16_t count : counts) total -= static_cast<double>(kCountBits[count]);
  }
  return total;
}

/// Compares both forms on a few stretches of neighbours.
template <typename T>
bool differences_are_smaller(std::span<const T> values, T min) {
  std::array<std::uint64_t, kSampleMax> offsets;
  std::array<std::uint64_t, kSampleMax> differences;
  std::size_t taken = 0;
  const std::size_t stretches = values.size() <= kSampleMax ? 1 : kSampleMax / kSampleStretch;
  const std::size_t length = stretches == 1 ? values.size() - 1 : kSampleStretch;
  for (std::size_t s = 0; s < stretches; ++s) {
    const std::size_t start = 1 + (values.size() - 1 - length) / stretches * s;
    for (std::size_t i = start; i < start + length; ++i) {
      offsets[taken] = widen(values[i]) - widen(min);
      differences[taken] = zigzag(widen(values[i]) - widen(values[i - 1]));
      ++taken;
    }
  }
  return plane_bits(std::span(differences).first(taken)) <
         0.9 * plane_bits(std::span(offsets).first(taken));
}

template <typename T>
void put_runs(std::string& out, std::span<const T> values, std::size_t runs, int zstd_level) {
  std::vector<T> heads;
  std::vector<std::uint32_t> lengths;
  heads.reserve(runs);
  lengths.reserve(runs);
  for (const T value : values) {
    if (heads.empty() || heads.back() != value) {
      heads.push_back(value);
      lengths.push_back(0);
    }
    ++lengths.back();
  }
  out += static_cast<char>(IntForm::kRuns);
  put_varint(out, runs);
  put_ints(out, std::span<const T>(heads), zstd_level);
  put_ints(out, std::span<const std::uint32_t>(lengths), zstd_level);
}

/// The bytes that hold every one of `x`, at least one.
std::size_t width_of(const std::vector<std::uint64_t>& x) {
  std::uint64_t any = 1;
  for (const std::uint64_t value : x) any |= value;
  return (static_cast<std::size_t>(std::bit_width(any)) + 7) / 8;
}

template <typename T>
void put_narrowed(std::string& out, std::span<const T> values, const Shape<T>& shape,
                  int zstd_level) {
  const bool may_differ = widen(shape.max) - widen(shape.min) < kDifferenceRangeMax;
  const bool differ = may_differ && values.size() > 1 && differences_are_smaller(values, shape.min);
  const T origin = differ ? values[0] : shape.min;
  // The distances from another value of the list have the same divisor.
  const std::uint64_t scale = common_divisor(values, shape.min);
  std::vector<std::uint64_t> x(values.size());
  if (differ) {
    for (std::size_t i = 1; i < values.size(); ++i) {
      const auto step = static_cast<std::int64_t>(widen(values[i]) - widen(values[i - 1]));
      x[i] = zigzag(widen(scale == 1 ? step : step / static_cast<std::int64_t>(scale)));
    }
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::uint64_t offset = widen(values[i]) - widen(origin);
      x[i] = scale == 1 ? offset : offset / scale;
    }
  }
  const std::size_t width = width_of(x);
  out += static_cast<char>(differ ? IntForm::kDifferences : IntForm::kOffsets);
  put_signed(out, static_cast<std::int64_t>(widen(origin)));
  put_varint(out, scale);
  out += static_cast<char>(width);
  put_planes(out, {x, 1, width}, zstd_level);
}

template <typename T>
void put_any(std::string& out, std::span<const T> values, int zstd_level) {
  if (values.empty()) {
    out.append(3, '\0');
    return;
  }
  const Shape<T> shape = measure(values);
  if (shape.is_sequence) {
    const std::uint64_t step = values.size() > 1 ? widen(values[1]) - widen(values[0]) : 0;
    out += static_cast<char>(IntForm::kSequence);
    put_signed(out, static_cast<std::int64_t>(widen(values[0])));
    put_signed(out, static_cast<std::int64_t>(step));
    return;
  }
  if (shape.runs <= values.size() / kRowsPerRunMin) {
    return put_runs(out, values, shape.runs, zstd_level);
  }
  put_narrowed(out, values, shape, zstd_level);
}

}  // namespace

void put_ints(std::string& out, std::span<const std::int64_t> values, int zstd_level) {
  put_any(out, values, zstd_level);
}

void put_ints(std::string& out, std::span<const std::uint32_t> values, int zstd_level) {
  put_any(out, values, zstd_level);
}

void put_planes(std::string& out, const WordsView& values, int zstd_level) {
  const std::size_t count = values.words.size() / values.words_per_value;
  const std::size_t start = out.size();
  out += static_cast<char>(PlaneLayout::kPlanes);
  bool all_raw = true;
  std::string plane(count, '\0');
  for (std::size_t k = 0; k < values.width; ++k) {
    const std::uint64_t* word = values.words.data() + k / 8;
    const std::size_t shift = k % 8 * 8;
    for (std::size_t i = 0; i < count; ++i) {
      plane[i] = static_cast<char>(word[i * values.words_per_value] >> shift);
    }
    all_raw &= put_bytes(out, plane, zstd_level) == BytePacking::kRaw;
  }
  if (!all_raw || values.width == 1) return;
  out.resize(start);
  out += static_cast<char>(PlaneLayout::kValues);
  std::string bytes(count * values.width, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(&bytes[i * values.width], &values.words[i * values.words_per_value], values.width);
  }
  put_bytes(out, bytes, zstd_level);
}

}  // namespace tracery::store
