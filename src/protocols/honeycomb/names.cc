// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/names.h"

#include <algorithm>

namespace tracery::honeycomb {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_lower_or_digit(char c) { return is_lower(c) || is_digit(c); }

}  // namespace

bool is_classic_key(std::string_view key) {
  constexpr std::size_t kConfigKeySize = 32;
  constexpr std::size_t kIngestKeySize = 64;
  if (key.size() == kConfigKeySize) return std::all_of(key.begin(), key.end(), is_lower_hex);
  return key.size() == kIngestKeySize && key.substr(0, 2) == "hc" && is_lower(key[2]) &&
         key.substr(3, 3) == "ic_" && std::all_of(key.begin() + 6, key.end(), is_lower_or_digit);
}

std::string dataset_slug(std::string_view name) {
  std::string slug(name);
  for (char& c : slug) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!is_lower_or_digit(c) && c != '_') c = '-';
  }
  return slug;
}

}  // namespace tracery::honeycomb
