// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/log_pointer.h"

#include <cstring>

#include "base/hash.h"
#include "base/hex.h"

namespace tracery::cwlogs {
namespace {

/// Checksum, time and sequence come before the group's name.
constexpr std::size_t kNumbersBytes = 2 * sizeof(std::int64_t);
constexpr std::size_t kHeadBytes = sizeof(std::uint32_t) + kNumbersBytes;

std::uint32_t checksum_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(hash64(bytes));
}

}  // namespace

std::string encode_pointer(std::string_view group, std::int64_t time_ns, std::int64_t sequence) {
  std::string bytes(kHeadBytes, '\0');
  std::memcpy(&bytes[4], &time_ns, sizeof time_ns);
  std::memcpy(&bytes[12], &sequence, sizeof sequence);
  bytes += group;
  const std::uint32_t checksum = checksum_of(std::string_view(bytes).substr(4));
  std::memcpy(&bytes[0], &checksum, sizeof checksum);
  return to_base64(bytes);
}

std::optional<LogPointer> decode_pointer(std::string_view text) {
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() < kHeadBytes) return std::nullopt;
  std::uint32_t checksum = 0;
  std::memcpy(&checksum, bytes->data(), sizeof checksum);
  if (checksum != checksum_of(std::string_view(*bytes).substr(4))) return std::nullopt;
  LogPointer pointer;
  std::memcpy(&pointer.time_ns, bytes->data() + 4, sizeof pointer.time_ns);
  std::memcpy(&pointer.sequence, bytes->data() + 12, sizeof pointer.sequence);
  pointer.group = bytes->substr(kHeadBytes);
  return pointer;
}

}  // namespace tracery::cwlogs
