// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace tracery::app::wire {

/// Writes protobuf fields into a buffer, in any order. A message inside a message is written in
/// place: `message(field, [&] { … })` leaves room for a length of five bytes, which readers accept
/// as well as the shortest form, and saves a copy of each level.
class ProtobufWriter {
 public:
  void varint(std::uint32_t field, std::uint64_t value) {
    put_tag(field, 0);
    put_varint(value);
  }
  void fixed64(std::uint32_t field, std::uint64_t value) {
    put_tag(field, 1);
    put_little_endian(value);
  }
  void fixed32(std::uint32_t field, std::uint32_t value) {
    put_tag(field, 5);
    put_little_endian(value);
  }
  void number(std::uint32_t field, double value) {
    fixed64(field, std::bit_cast<std::uint64_t>(value));
  }
  void bytes(std::uint32_t field, std::string_view value) {
    put_tag(field, 2);
    put_varint(value.size());
    out_ += value;
  }
  void bytes(std::uint32_t field, std::span<const std::uint8_t> value) {
    bytes(field, {reinterpret_cast<const char*>(value.data()), value.size()});
  }
  /// Leaves out what proto3 takes for granted.
  void bytes_if(std::uint32_t field, std::string_view value) {
    if (!value.empty()) bytes(field, value);
  }
  void varint_if(std::uint32_t field, std::uint64_t value) {
    if (value != 0) varint(field, value);
  }

  template <typename Body>
  void message(std::uint32_t field, Body body) {
    put_tag(field, 2);
    const std::size_t at = out_.size();
    out_.append(kLengthBytes, '\0');
    body();
    patch_length(at, out_.size() - at - kLengthBytes);
  }

  /// A packed array: the body calls `packed_*`.
  void packed_fixed64(std::uint64_t value) { put_little_endian(value); }
  void packed_varint(std::uint64_t value) { put_varint(value); }

  std::size_t size() const { return out_.size(); }
  std::string take() && { return std::move(out_); }

 private:
  static constexpr std::size_t kLengthBytes = 5;

  void put_tag(std::uint32_t field, std::uint32_t type) { put_varint((field << 3U) | type); }
  void put_varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80U));
      value >>= 7U;
    }
    out_.push_back(static_cast<char>(value));
  }
  template <typename T>
  void put_little_endian(T value) {
    static_assert(std::endian::native == std::endian::little);
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    out_.append(raw, sizeof value);
  }
  void patch_length(std::size_t at, std::size_t length) {
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
      const bool is_last = i + 1 == kLengthBytes;
      out_[at + i] = static_cast<char>((length & 0x7FU) | (is_last ? 0U : 0x80U));
      length >>= 7U;
    }
  }

  std::string out_;
};

}  // namespace tracery::app::wire
