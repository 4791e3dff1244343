// SPDX-License-Identifier: Apache-2.0
#include "net/sse_parser.h"

#include <utility>

namespace tracery::net {

bool SseParser::feed(std::string_view piece, const std::function<bool(const SseEvent&)>& on_event) {
  held_ += piece;
  std::size_t from = 0;
  for (;;) {
    const std::size_t end = held_.find('\n', from);
    if (end == std::string::npos) break;
    std::string_view line = std::string_view(held_).substr(from, end - from);
    from = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) {
      take_line(line);
      continue;
    }
    SseEvent event = std::exchange(open_, {});
    if (event.data.empty()) continue;
    event.data.pop_back();  // The line feed behind the last data line.
    if (event.name.empty()) event.name = "message";
    if (!on_event(event)) return false;
  }
  held_.erase(0, from);
  return true;
}

void SseParser::take_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") {
    open_.name = value;
  } else if (field == "data") {
    open_.data += value;
    open_.data += '\n';
  }
}

}  // namespace tracery::net
