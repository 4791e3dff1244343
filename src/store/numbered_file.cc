// SPDX-License-Identifier: Apache-2.0
#include "store/numbered_file.h"

#include <charconv>

#include "base/hex.h"

namespace tracery::store {
namespace {

constexpr std::size_t kDigits = 16;

}  // namespace

std::string numbered_file_name(std::string_view prefix, std::uint64_t number,
                               std::string_view suffix) {
  std::string name(prefix);
  for (std::size_t digit = kDigits; digit-- > 0;) {
    name += "0123456789abcdef"[number >> (4 * digit) & 0xf];
  }
  name += suffix;
  return name;
}

std::optional<std::uint64_t> parse_numbered_file_name(std::string_view name,
                                                      std::string_view prefix,
                                                      std::string_view suffix) {
  if (name.size() != prefix.size() + kDigits + suffix.size()) return {};
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return {};
  const std::string_view digits = name.substr(prefix.size(), kDigits);
  if (!is_canonical_hex(digits)) return {};
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

}  // namespace tracery::store
