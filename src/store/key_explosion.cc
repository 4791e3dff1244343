// SPDX-License-Identifier: Apache-2.0
#include "store/key_explosion.h"

#include <algorithm>
#include <map>

namespace tracery::store {
namespace {

constexpr std::size_t kColumnsOfOnePattern = 100;
/// Shorter ones are more likely words ("bad", "face").
constexpr std::size_t kHexWordMin = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}
bool is_word(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_value(std::string_view word) {
  if (std::any_of(word.begin(), word.end(), is_digit)) return true;
  return word.size() >= kHexWordMin && std::all_of(word.begin(), word.end(), is_hex);
}

}  // namespace

std::string key_pattern(std::string_view name) {
  std::string pattern;
  std::size_t at = 0;
  while (at < name.size()) {
    std::size_t end = at;
    while (end < name.size() && is_word(name[end])) ++end;
    const std::string_view word = name.substr(at, end - at);
    if (word.empty()) {
      pattern += name[at];
      end = at + 1;
    } else if (!is_value(word)) {
      pattern += word;
    } else if (pattern.size() >= 2 && pattern[pattern.size() - 2] == '#') {
      pattern.pop_back();  // "1-2" is one value as much as "1" is.
    } else {
      pattern += '#';
    }
    at = end;
  }
  return pattern;
}

std::vector<KeyExplosion> find_key_explosions(const Catalogue& catalogue) {
  std::vector<KeyExplosion> found;
  for (const auto& [name, dataset] : catalogue.datasets) {
    if (dataset.columns.size() <= kColumnsOfOnePattern) continue;
    std::map<std::string, KeyExplosion> by_pattern;
    for (const auto& [column, info] : dataset.columns) {
      std::string pattern = key_pattern(column);
      if (pattern == column) continue;
      KeyExplosion& family = by_pattern[pattern];
      if (family.columns == 0) family = {name, std::move(pattern), 0, column};
      ++family.columns;
    }
    for (auto& [pattern, family] : by_pattern) {
      if (family.columns > kColumnsOfOnePattern) found.push_back(std::move(family));
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.columns > b.columns; });
  return found;
}

}  // namespace tracery::store
