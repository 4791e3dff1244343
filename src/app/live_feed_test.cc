// SPDX-License-Identifier: Apache-2.0
#include "app/live_feed.h"

#include <future>

#include <gtest/gtest.h>

namespace tracery::app {
namespace {

Arrival make_arrival(std::uint64_t count) { return {"api", "trace", "otlp", "", count, 1}; }

TEST(LiveFeed, TellsEveryAcceptedEventToListeners) {
  LiveFeed feed;
  std::promise<void> all;
  std::uint64_t seen = 0;
  feed.subscribe([&](const Arrival* arrival) {
    seen += arrival->count;
    if (seen == 7) all.set_value();
    return seen < 7;
  });

  feed.publish(make_arrival(3));
  feed.publish(make_arrival(4));

  EXPECT_EQ(all.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(LiveFeed, ForgetsListenersOnClose) {
  LiveFeed feed;
  feed.subscribe([](const Arrival*) -> bool { std::abort(); });

  feed.close();

  feed.publish(make_arrival(1));
}

}  // namespace
}  // namespace tracery::app
