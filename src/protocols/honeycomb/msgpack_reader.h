// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_writer.h"

namespace tracery::honeycomb {

/// One msgpack value, or the head of an array or map, whose items follow in the reader.
struct MsgpackValue {
  enum class Kind : std::uint8_t {
    kNil,
    kBool,
    kInt,
    kUint,
    kDouble,
    kString,
    kBinary,
    kArray,
    kMap,
    kTime,
    kExtension,
  };
  Kind kind = Kind::kNil;
  bool truth = false;
  std::int64_t integer = 0;            ///< kInt; kTime: nanoseconds since the Unix epoch.
  std::uint64_t unsigned_integer = 0;  ///< kUint: only values over 2^63-1.
  double real = 0;
  std::string_view bytes;   ///< kString, kBinary, kExtension.
  std::uint32_t count = 0;  ///< kArray: items; kMap: pairs.
};

/// Reads msgpack from front to back without copying. Every read is bounds-checked; nothing is
/// reserved from a count the bytes claim.
/// Source: https://github.com/msgpack/msgpack/blob/master/spec.md; times also as extension 5, which
/// the Go library tinylib/msgp writes.
class MsgpackReader {
 public:
  explicit MsgpackReader(std::string_view bytes) : rest_(bytes) {}

  /// Nothing at the end, and when the bytes are cut short or use the reserved code.
  std::optional<MsgpackValue> next();
  /// Passes over one whole value, checking it: false when it is malformed or nested deeper than
  /// `depth`, or has a map key that is no string.
  bool skip(unsigned depth);
  /// Writes one whole value, already checked, as JSON: binary as base64, times as RFC 3339.
  void write_json(JsonWriter& out);

  bool at_end() const { return rest_.empty(); }
  std::size_t bytes_left() const { return rest_.size(); }

 private:
  std::optional<std::uint64_t> read_big_endian(std::size_t bytes);
  std::optional<std::string_view> take(std::uint64_t bytes);
  std::optional<MsgpackValue> read_sized(MsgpackValue::Kind kind, std::size_t length_bytes);
  std::optional<MsgpackValue> read_extension(std::uint64_t length);
  std::optional<MsgpackValue> read_long(std::uint8_t code);

  std::string_view rest_;
};

}  // namespace tracery::honeycomb
