// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/msgpack_reader.h"

#include <bit>

#include "base/hex.h"
#include "base/time.h"

namespace tracery::honeycomb {
namespace {

using Kind = MsgpackValue::Kind;

constexpr std::uint64_t kInt64Max = 0x7fffffffffffffffULL;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = (value << 8) | static_cast<std::uint8_t>(c);
  return value;
}

MsgpackValue of_int(std::int64_t integer) {
  MsgpackValue value;
  value.kind = Kind::kInt;
  value.integer = integer;
  return value;
}

MsgpackValue of_unsigned(std::uint64_t integer) {
  if (integer <= kInt64Max) return of_int(static_cast<std::int64_t>(integer));
  MsgpackValue value;
  value.kind = Kind::kUint;
  value.unsigned_integer = integer;
  return value;
}

/// A big-endian two's complement number of `bytes` bytes.
MsgpackValue of_signed(std::uint64_t bits, std::size_t bytes) {
  const unsigned shift = static_cast<unsigned>(64 - 8 * bytes);
  return of_int(static_cast<std::int64_t>(bits << shift) >> shift);
}

MsgpackValue of_double(double real) {
  MsgpackValue value;
  value.kind = Kind::kDouble;
  value.real = real;
  return value;
}

MsgpackValue of_count(Kind kind, std::uint64_t count) {
  MsgpackValue value;
  value.kind = kind;
  value.count = static_cast<std::uint32_t>(count);
  return value;
}

/// Nothing when the sum does not fit.
std::optional<std::int64_t> to_ns(std::int64_t seconds, std::uint64_t ns) {
  std::int64_t time_ns = 0;
  if (ns >= static_cast<std::uint64_t>(kNsPerSecond) ||
      __builtin_mul_overflow(seconds, kNsPerSecond, &time_ns) ||
      __builtin_add_overflow(time_ns, static_cast<std::int64_t>(ns), &time_ns)) {
    return std::nullopt;
  }
  return time_ns;
}

/// The three forms of the timestamp extension, and tinylib/msgp's.
std::optional<std::int64_t> read_time(int type, std::string_view bytes) {
  constexpr int kTimestamp = -1;
  constexpr int kTinylibTime = 5;
  if (type == kTimestamp && bytes.size() == 4) {
    return to_ns(static_cast<std::int64_t>(big_endian(bytes)), 0);
  }
  if (type == kTimestamp && bytes.size() == 8) {
    const std::uint64_t bits = big_endian(bytes);
    return to_ns(static_cast<std::int64_t>(bits & 0x3ffffffffULL), bits >> 34);
  }
  if (type == kTimestamp && bytes.size() == 12) {
    return to_ns(static_cast<std::int64_t>(big_endian(bytes.substr(4))),
                 big_endian(bytes.substr(0, 4)));
  }
  if (type == kTinylibTime && bytes.size() == 12) {
    return to_ns(static_cast<std::int64_t>(big_endian(bytes.substr(0, 8))),
                 big_endian(bytes.substr(8)));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> MsgpackReader::take(std::uint64_t bytes) {
  if (bytes > rest_.size()) return std::nullopt;
  const std::string_view taken = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return taken;
}

std::optional<std::uint64_t> MsgpackReader::read_big_endian(std::size_t bytes) {
  const auto taken = take(bytes);
  if (!taken) return std::nullopt;
  return big_endian(*taken);
}

std::optional<MsgpackValue> MsgpackReader::read_sized(Kind kind, std::size_t length_bytes) {
  const auto length = read_big_endian(length_bytes);
  if (!length) return std::nullopt;
  if (kind == Kind::kArray || kind == Kind::kMap) return of_count(kind, *length);
  if (kind == Kind::kExtension) return read_extension(*length);
  const auto bytes = take(*length);
  if (!bytes) return std::nullopt;
  MsgpackValue value;
  value.kind = kind;
  value.bytes = *bytes;
  return value;
}

std::optional<MsgpackValue> MsgpackReader::read_extension(std::uint64_t length) {
  const auto type = read_big_endian(1);
  const auto bytes = take(length);
  if (!type || !bytes) return std::nullopt;
  MsgpackValue value;
  value.kind = Kind::kExtension;
  value.bytes = *bytes;
  if (const auto time = read_time(static_cast<std::int8_t>(*type), *bytes)) {
    value.kind = Kind::kTime;
    value.integer = *time;
  }
  return value;
}

/// Codes 0xc0 to 0xdf, which have their type in the first byte and a length or number after it.
std::optional<MsgpackValue> MsgpackReader::read_long(std::uint8_t code) {
  const auto width = [&](std::uint8_t first) { return std::size_t{1} << (code - first); };
  MsgpackValue value;
  if (code == 0xc0) return value;
  if (code == 0xc2 || code == 0xc3) {
    value.kind = Kind::kBool;
    value.truth = code == 0xc3;
    return value;
  }
  if (code >= 0xc4 && code <= 0xc6) return read_sized(Kind::kBinary, width(0xc4));
  if (code >= 0xc7 && code <= 0xc9) return read_sized(Kind::kExtension, width(0xc7));
  if (code == 0xca || code == 0xcb) {
    const auto bits = read_big_endian(code == 0xca ? 4 : 8);
    if (!bits) return std::nullopt;
    if (code == 0xcb) return of_double(std::bit_cast<double>(*bits));
    return of_double(std::bit_cast<float>(static_cast<std::uint32_t>(*bits)));
  }
  if (code >= 0xcc && code <= 0xd3) {
    const std::size_t bytes = width(code <= 0xcf ? 0xcc : 0xd0);
    const auto bits = read_big_endian(bytes);
    if (!bits) return std::nullopt;
    return code <= 0xcf ? of_unsigned(*bits) : of_signed(*bits, bytes);
  }
  if (code >= 0xd4 && code <= 0xd8) return read_extension(width(0xd4));
  if (code >= 0xd9 && code <= 0xdb) return read_sized(Kind::kString, width(0xd9));
  if (code == 0xdc || code == 0xdd) return read_sized(Kind::kArray, 2 * width(0xdc));
  if (code == 0xde || code == 0xdf) return read_sized(Kind::kMap, 2 * width(0xde));
  return std::nullopt;  // 0xc1 is reserved.
}

std::optional<MsgpackValue> MsgpackReader::next() {
  const auto first = read_big_endian(1);
  if (!first) return std::nullopt;
  const auto code = static_cast<std::uint8_t>(*first);
  if (code < 0x80) return of_int(code);
  if (code < 0x90) return of_count(Kind::kMap, code & 0x0fU);
  if (code < 0xa0) return of_count(Kind::kArray, code & 0x0fU);
  if (code >= 0xe0) return of_int(static_cast<std::int8_t>(code));
  if (code >= 0xc0) return read_long(code);
  const auto bytes = take(code & 0x1fU);
  if (!bytes) return std::nullopt;
  MsgpackValue value;
  value.kind = Kind::kString;
  value.bytes = *bytes;
  return value;
}

bool MsgpackReader::skip(unsigned depth) {
  const auto value = next();
  if (!value) return false;
  if (value->kind != Kind::kArray && value->kind != Kind::kMap) return true;
  if (depth == 0) return false;
  for (std::uint32_t i = 0; i < value->count; ++i) {
    if (value->kind == Kind::kMap) {
      const auto key = next();
      if (!key || (key->kind != Kind::kString && key->kind != Kind::kBinary)) return false;
    }
    if (!skip(depth - 1)) return false;
  }
  return true;
}

void MsgpackReader::write_json(JsonWriter& out) {
  const auto value = next();
  if (!value) return;
  switch (value->kind) {
    case Kind::kNil:
    case Kind::kExtension: out.null(); break;
    case Kind::kBool: out.value(value->truth); break;
    case Kind::kInt: out.value(value->integer); break;
    case Kind::kUint: out.value(value->unsigned_integer); break;
    case Kind::kDouble: out.value(value->real); break;
    case Kind::kString: out.value(value->bytes); break;
    case Kind::kBinary: out.value(std::string_view(to_base64(value->bytes))); break;
    case Kind::kTime: out.value(std::string_view(format_rfc3339(value->integer))); break;
    case Kind::kArray:
      out.begin_array();
      for (std::uint32_t i = 0; i < value->count; ++i) write_json(out);
      out.end_array();
      break;
    case Kind::kMap:
      out.begin_object();
      for (std::uint32_t i = 0; i < value->count; ++i) {
        const auto key = next();
        out.key(key ? key->bytes : std::string_view());
        write_json(out);
      }
      out.end_object();
      break;
  }
}

}  // namespace tracery::honeycomb
