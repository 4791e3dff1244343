// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/json_message.h"

#include <algorithm>

namespace tracery::cwlogs {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// The size of the object that `text` starts with; 0 when it does not end.
std::size_t object_bytes(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') {
        ++at;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return at + 1;
    }
  }
  return 0;
}

}  // namespace

std::string_view find_json(std::string_view message) {
  for (std::size_t at = message.find('{'); at != std::string_view::npos;
       at = message.find('{', at + 1)) {
    const std::size_t next = message.find_first_not_of(kBlanks, at + 1);
    if (next == std::string_view::npos) return {};
    if (message[next] != '"') continue;
    const std::string_view rest = message.substr(at);
    // The usual case: the message is one object, maybe with a line feed at its end.
    const std::size_t last = rest.find_last_not_of(kBlanks);
    if (at == message.find_first_not_of(kBlanks) && rest[last] == '}') {
      return last < kDiscoveredBytesMax ? rest.substr(0, last + 1) : std::string_view();
    }
    const std::string_view window = rest.substr(0, std::min(rest.size(), kDiscoveredBytesMax));
    return rest.substr(0, object_bytes(window));
  }
  return {};
}

}  // namespace tracery::cwlogs
