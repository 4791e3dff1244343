// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tracery::net {

struct SseEvent {
  std::string name;  ///< "message" when the stream names none.
  std::string data;
};

/// Cuts a stream of server-sent events into events, however the pieces fall. Comments are skipped.
/// Source: WHATWG HTML, 9.2.6 "Interpreting an event stream".
class SseParser {
 public:
  /// Calls `on_event` for each event that `piece` completes, until it gives false; then false.
  bool feed(std::string_view piece, const std::function<bool(const SseEvent&)>& on_event);

 private:
  void take_line(std::string_view line);

  std::string held_;  ///< An unfinished line.
  SseEvent open_;
};

}  // namespace tracery::net
