// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/wildcard.h"

#include <cstddef>

namespace tracery::cwlogs {

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  const std::size_t first = pattern.find('*');
  if (first == std::string_view::npos) return pattern == text;
  const std::size_t last = pattern.rfind('*');
  const std::string_view head = pattern.substr(0, first);
  const std::string_view tail = pattern.substr(last + 1);
  if (text.size() < head.size() + tail.size()) return false;
  if (!text.starts_with(head) || !text.ends_with(tail)) return false;
  text = text.substr(head.size(), text.size() - head.size() - tail.size());
  // What stands between two stars may be taken at its first place: no later one can do better.
  for (std::size_t at = first; at < last;) {
    const std::size_t next = pattern.find('*', at + 1);
    const std::string_view piece = pattern.substr(at + 1, next - at - 1);
    const std::size_t found = text.find(piece);
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + piece.size());
    at = next;
  }
  return true;
}

}  // namespace tracery::cwlogs
