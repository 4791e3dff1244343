// SPDX-License-Identifier: Apache-2.0
#include "app/random_id.h"

#include <array>
#include <string_view>
#include <sys/random.h>

#include <openssl/sha.h>

#include "base/check.h"
#include "base/hex.h"

namespace tracery::app {
namespace {

constexpr std::string_view kAlphabet =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Draws by rejection, so that every character is equally likely.
std::string random_text(std::size_t digits, std::string_view alphabet) {
  const auto limit = static_cast<unsigned>(256 / alphabet.size() * alphabet.size());
  std::string text;
  while (text.size() < digits) {
    std::array<unsigned char, 64> bytes{};
    TRACERY_CHECK(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    for (const unsigned char byte : bytes) {
      if (byte < limit && text.size() < digits) text += alphabet[byte % alphabet.size()];
    }
  }
  return text;
}

}  // namespace

std::string random_base62(std::size_t digits) { return random_text(digits, kAlphabet); }

std::string random_base36(std::size_t digits) {
  return random_text(digits, kAlphabet.substr(0, 36));
}

std::string random_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  TRACERY_CHECK(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text = to_hex(bytes);
  for (const std::size_t place : {20U, 16U, 12U, 8U}) text.insert(place, 1, '-');
  return text;
}

std::uint64_t random_u64() {
  std::uint64_t number = 0;
  TRACERY_CHECK(getrandom(&number, sizeof number, 0) == sizeof number);
  return number;
}

std::string sha256_hex(const std::string& bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return to_hex(digest);
}

}  // namespace tracery::app
