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
#include "store/int_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "store/byte_codec.h"

namespace tracery::store {
namespace {

enum class Form : std::uint8_t { kSequence = 0, kRuns = 1, kOffsets = 2, kDifferences = 3 };
enum class Layout : std::uint8_t { kValues = 0, kPlanes = 1 };

/// Runs pay when they are few; else zstd finds them in the planes anyway.
constexpr std::size_t kRowsPerRunMin = 16;
/// Beyond this range differences could wrap and a scaled one would not divide.
constexpr std::uint64_t kDifferenceRangeMax = std::uint64_t{1} << 62;
constexpr std::size_t kSampleStretch = 256;
constexpr std::size_t kSampleMax = 4 * kSampleStretch;

template <typename T>
constexpr std::uint64_t widen(T value) {
  return static_cast<std::uint64_t>(value);
}

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
  out += static_cast<char>(Form::kRuns);
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
  const bool differ =
      may_differ && values.size() > 1 && differences_are_smaller(values, shape.min);
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
  out += static_cast<char>(differ ? Form::kDifferences : Form::kOffsets);
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
    out += static_cast<char>(Form::kSequence);
    put_signed(out, static_cast<std::int64_t>(widen(values[0])));
    put_signed(out, static_cast<std::int64_t>(step));
    return;
  }
  if (shape.runs <= values.size() / kRowsPerRunMin) {
    return put_runs(out, values, shape.runs, zstd_level);
  }
  put_narrowed(out, values, shape, zstd_level);
}

struct Narrowing {
  bool differ = false;
  std::uint64_t base = 0;
  std::uint64_t scale = 1;
};

/// Undoes the narrowing of x[i], whose `Width` bytes stand in `Width` planes.
template <std::size_t Width, typename T>
void widen_planes(const std::array<const std::uint8_t*, 8>& planes, const Narrowing& how,
                  std::span<T> out) {
  // Four bytes are enough to keep a result of at most four exact modulo 2^32.
  using Word = std::conditional_t<(Width <= 4 && sizeof(T) <= 4), std::uint32_t, std::uint64_t>;
  const auto x = [&](std::size_t i) {
    Word value = 0;
    for (std::size_t k = 0; k < Width; ++k) {
      value |= static_cast<Word>(static_cast<Word>(planes[k][i]) << (8 * k));
    }
    return value;
  };
  const auto scale = static_cast<Word>(how.scale);
  auto base = static_cast<Word>(how.base);
  if (how.differ) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const Word z = x(i);
      base += static_cast<Word>(z >> 1 ^ (0 - (z & 1))) * scale;
      out[i] = static_cast<T>(base);
    }
  } else if (scale == 1) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(base + x(i));
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(base + x(i) * scale);
  }
}

template <typename T>
void widen_planes(std::size_t width, const std::array<const std::uint8_t*, 8>& planes,
                  const Narrowing& how, std::span<T> out) {
  switch (width) {
    case 1: return widen_planes<1>(planes, how, out);
    case 2: return widen_planes<2>(planes, how, out);
    case 3: return widen_planes<3>(planes, how, out);
    case 4: return widen_planes<4>(planes, how, out);
    case 5: return widen_planes<5>(planes, how, out);
    case 6: return widen_planes<6>(planes, how, out);
    case 7: return widen_planes<7>(planes, how, out);
    default: return widen_planes<8>(planes, how, out);
  }
}

using Planes = std::array<const std::uint8_t*, 8>;

Result<Planes> read_planes(ByteReader& in, std::size_t count, std::size_t width,
                           std::array<std::string, 8>& scratch) {
  Planes planes{};
  for (std::size_t k = 0; k < width; ++k) {
    const auto bytes = TRACERY_TRY(get_bytes(in, count, scratch[k]));
    planes[k] = reinterpret_cast<const std::uint8_t*>(bytes.data());
  }
  return planes;
}

/// Cuts values of `width` bytes into planes that lie one after another in `split`.
Result<Planes> read_values(ByteReader& in, std::size_t count, std::size_t width,
                           std::string& split) {
  std::string scratch;
  const auto bytes = TRACERY_TRY(get_bytes(in, count * width, scratch));
  split.resize(bytes.size());
  Planes planes{};
  for (std::size_t k = 0; k < width; ++k) {
    char* plane = split.data() + k * count;
    for (std::size_t i = 0; i < count; ++i) plane[i] = bytes[i * width + k];
    planes[k] = reinterpret_cast<const std::uint8_t*>(plane);
  }
  return planes;
}

template <typename T>
Status get_narrowed(ByteReader& in, bool differ, std::span<T> out) {
  Narrowing how{differ};
  how.base = widen(in.signed_varint());
  how.scale = in.varint();
  const std::size_t width = in.u8();
  const auto layout = static_cast<Layout>(in.u8());
  TRACERY_TRY(in.status(width >= 1 && width <= 8 && layout <= Layout::kPlanes));
  std::array<std::string, 8> scratch;
  const Planes planes = TRACERY_TRY(layout == Layout::kValues
                                        ? read_values(in, out.size(), width, scratch[0])
                                        : read_planes(in, out.size(), width, scratch));
  widen_planes(width, planes, how, out);
  return {};
}

template <typename T>
Status get_plain(ByteReader& in, Form form, std::span<T> out) {
  if (form == Form::kSequence) {
    std::uint64_t value = widen(in.signed_varint());
    const std::uint64_t step = widen(in.signed_varint());
    for (T& slot : out) {
      slot = static_cast<T>(value);
      value += step;
    }
    return in.status();
  }
  if (form == Form::kOffsets || form == Form::kDifferences) {
    return get_narrowed(in, form == Form::kDifferences, out);
  }
  return Error{ErrorCode::kUnsupported, "unknown form of integers"};
}

template <typename T>
Status get_runs(ByteReader& in, std::span<T> out) {
  const std::uint64_t runs = in.varint();
  // Also bounds how deep lengths that are runs themselves can nest.
  TRACERY_TRY(in.status(runs <= out.size() / kRowsPerRunMin));
  std::vector<T> heads(runs);
  std::vector<std::uint32_t> lengths(runs);
  TRACERY_TRY(get_plain(in, static_cast<Form>(in.u8()), std::span<T>(heads)));
  TRACERY_TRY(get_ints(in, std::span<std::uint32_t>(lengths)));
  std::size_t done = 0;
  for (std::size_t r = 0; r < runs; ++r) {
    TRACERY_TRY(in.status(lengths[r] <= out.size() - done));
    std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(done), lengths[r], heads[r]);
    done += lengths[r];
  }
  return in.status(done == out.size());
}

}  // namespace

void put_ints(std::string& out, std::span<const std::int64_t> values, int zstd_level) {
  put_any(out, values, zstd_level);
}

void put_ints(std::string& out, std::span<const std::uint32_t> values, int zstd_level) {
  put_any(out, values, zstd_level);
}

template <typename T>
Status get_ints(ByteReader& in, std::span<T> out) {
  const auto form = static_cast<Form>(in.u8());
  if (form == Form::kRuns) return get_runs(in, out);
  return get_plain(in, form, out);
}

template Status get_ints(ByteReader&, std::span<std::uint8_t>);
template Status get_ints(ByteReader&, std::span<std::uint16_t>);
template Status get_ints(ByteReader&, std::span<std::uint32_t>);
template Status get_ints(ByteReader&, std::span<std::int64_t>);

void put_planes(std::string& out, const WordsView& values, int zstd_level) {
  const std::size_t count = values.words.size() / values.words_per_value;
  const std::size_t start = out.size();
  out += static_cast<char>(Layout::kPlanes);
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
  out += static_cast<char>(Layout::kValues);
  std::string bytes(count * values.width, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(&bytes[i * values.width], &values.words[i * values.words_per_value], values.width);
  }
  put_bytes(out, bytes, zstd_level);
}

Status get_planes(ByteReader& in, std::span<std::uint64_t> words, std::size_t words_per_value) {
  const auto layout = static_cast<Layout>(in.u8());
  TRACERY_TRY(in.status(layout <= Layout::kPlanes));
  if (layout == Layout::kValues) {
    return get_bytes_into(in, reinterpret_cast<char*>(words.data()), words.size_bytes());
  }
  const std::size_t count = words.size() / words_per_value;
  std::vector<std::int64_t> column(count);
  for (std::size_t w = 0; w < words_per_value; ++w) {
    std::array<std::string, 8> scratch;
    const auto planes = TRACERY_TRY(read_planes(in, count, 8, scratch));
    widen_planes<8>(planes, {}, std::span<std::int64_t>(column));
    for (std::size_t i = 0; i < count; ++i) words[i * words_per_value + w] = widen(column[i]);
  }
  return {};
}

std::string describe_ints(std::string_view bytes) {
  ByteReader in(bytes);
  switch (static_cast<Form>(in.u8())) {
    case Form::kSequence: return "sequence";
    case Form::kRuns: return "runs";
    case Form::kOffsets:
    case Form::kDifferences: break;
    default: return "?";
  }
  std::string text = bytes[0] == static_cast<char>(Form::kOffsets) ? "offset" : "delta";
  in.signed_varint();
  if (in.varint() > 1) text += "+scale";
  return text + "/" + std::to_string(in.u8());
}

}  // namespace tracery::store
