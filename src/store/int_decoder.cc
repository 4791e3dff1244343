// SPDX-License-Identifier: Apache-2.0
//
// Reads what int_encoder.cc writes; the grammar stands there.
#include <algorithm>
#include <array>
#include <vector>

#include "store/byte_codec.h"
#include "store/int_codec.h"
#include "store/int_forms.h"

namespace tracery::store {
namespace {

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
  const auto layout = static_cast<PlaneLayout>(in.u8());
  TRACERY_TRY(in.status(width >= 1 && width <= 8 && layout <= PlaneLayout::kPlanes));
  std::array<std::string, 8> scratch;
  const Planes planes =
      TRACERY_TRY(layout == PlaneLayout::kValues ? read_values(in, out.size(), width, scratch[0])
                                                 : read_planes(in, out.size(), width, scratch));
  widen_planes(width, planes, how, out);
  return {};
}

template <typename T>
Status get_plain(ByteReader& in, IntForm form, std::span<T> out) {
  if (form == IntForm::kSequence) {
    std::uint64_t value = widen(in.signed_varint());
    const std::uint64_t step = widen(in.signed_varint());
    for (T& slot : out) {
      slot = static_cast<T>(value);
      value += step;
    }
    return in.status();
  }
  if (form == IntForm::kOffsets || form == IntForm::kDifferences) {
    return get_narrowed(in, form == IntForm::kDifferences, out);
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
  TRACERY_TRY(get_plain(in, static_cast<IntForm>(in.u8()), std::span<T>(heads)));
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

template <typename T>
Status get_ints(ByteReader& in, std::span<T> out) {
  const auto form = static_cast<IntForm>(in.u8());
  if (form == IntForm::kRuns) return get_runs(in, out);
  return get_plain(in, form, out);
}

template Status get_ints(ByteReader&, std::span<std::uint8_t>);
template Status get_ints(ByteReader&, std::span<std::uint16_t>);
template Status get_ints(ByteReader&, std::span<std::uint32_t>);
template Status get_ints(ByteReader&, std::span<std::int64_t>);

Status get_planes(ByteReader& in, std::span<std::uint64_t> words, std::size_t words_per_value) {
  const auto layout = static_cast<PlaneLayout>(in.u8());
  TRACERY_TRY(in.status(layout <= PlaneLayout::kPlanes));
  if (layout == PlaneLayout::kValues) {
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
  switch (static_cast<IntForm>(in.u8())) {
    case IntForm::kSequence: return "sequence";
    case IntForm::kRuns: return "runs";
    case IntForm::kOffsets:
    case IntForm::kDifferences: break;
    default: return "?";
  }
  std::string text = bytes[0] == static_cast<char>(IntForm::kOffsets) ? "offset" : "delta";
  in.signed_varint();
  if (in.varint() > 1) text += "+scale";
  return text + "/" + std::to_string(in.u8());
}

}  // namespace tracery::store
