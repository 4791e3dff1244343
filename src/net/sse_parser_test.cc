// SPDX-License-Identifier: Apache-2.0
#include "net/sse_parser.h"

#include <vector>

#include <gtest/gtest.h>

namespace tracery::net {
namespace {

TEST(SseParser, GivesTheSameEventsHoweverThePiecesFall) {
  const std::string wire =
      ": ok\n\nevent: progress\ndata: {\"a\":1}\n\r\ndata:two\r\ndata: lines\r\n\r\nid: 7\n\n";
  for (std::size_t step = 1; step <= wire.size(); ++step) {
    SseParser parser;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < wire.size(); at += step) {
      parser.feed(wire.substr(at, step), [&](const SseEvent& event) {
        seen.push_back(event.name + "|" + event.data);
        return true;
      });
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"progress|{\"a\":1}", "message|two\nlines"})) << step;
  }
}

TEST(SseParser, StopsWhenToldTo) {
  SseParser parser;
  int events = 0;

  const bool goes_on = parser.feed("data: 1\n\ndata: 2\n\n", [&](const SseEvent&) {
    ++events;
    return false;
  });

  EXPECT_FALSE(goes_on);
  EXPECT_EQ(events, 1);
}

}  // namespace
}  // namespace tracery::net
