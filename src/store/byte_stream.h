// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tracery::store {

static_assert(std::endian::native == std::endian::little, "formats are written as memory lies");

/// Appends `value` little endian.
template <typename T>
void put_fixed(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

/// Appends 7 bits a byte, lowest first, as protobuf does.
inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

/// Small numbers of either sign to small unsigned ones.
constexpr std::uint64_t zigzag(std::uint64_t value) { return value << 1 ^ (0 - (value >> 63)); }
constexpr std::uint64_t unzigzag(std::uint64_t value) { return value >> 1 ^ (0 - (value & 1)); }

inline void put_signed(std::string& out, std::int64_t value) {
  put_varint(out, zigzag(static_cast<std::uint64_t>(value)));
}

inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

/// Reads what the put_ functions wrote. Never past the end: after the first read that does not fit
/// every read gives zero and `ok` is false, so that a caller checks once.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t left() const { return rest_.size(); }
  /// The error of a read that did not fit, or of `is_valid` being false.
  Status status(bool is_valid = true) const {
    if (ok_ && is_valid) return {};
    return Error{ErrorCode::kCorrupt, "part bytes break their grammar"};
  }

  template <typename T>
  T fixed() {
    T value{};
    const std::string_view raw = bytes(sizeof(T));
    if (ok_) std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
  std::uint8_t u8() { return fixed<std::uint8_t>(); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = u8();
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::int64_t signed_varint() { return static_cast<std::int64_t>(unzigzag(varint())); }

  /// A count of things that take at least one byte each: never more than the bytes left.
  std::size_t count() {
    const std::uint64_t value = varint();
    if (value > rest_.size()) ok_ = false;
    return ok_ ? static_cast<std::size_t>(value) : 0;
  }

  std::string_view bytes(std::size_t size) {
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view text() { return bytes(count()); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace tracery::store
