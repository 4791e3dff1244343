// SPDX-License-Identifier: Apache-2.0
#include "app/live_feed.h"

#include <chrono>
#include <utility>

namespace tracery::app {
namespace {

constexpr auto kTick = std::chrono::milliseconds(250);

}  // namespace

LiveFeed::LiveFeed() : thread_([this] { loop(); }) {}

LiveFeed::~LiveFeed() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void LiveFeed::publish(const Arrival& arrival) {
  if (listener_count_.load(std::memory_order_relaxed) == 0) return;
  {
    const std::lock_guard lock(mutex_);
    Arrival& pending = pending_[{arrival.dataset, arrival.signal, arrival.source}];
    const std::uint64_t count = pending.count + arrival.count;
    pending = arrival;
    pending.count = count;
  }
  wake_.notify_all();
}

std::uint64_t LiveFeed::subscribe(Listener listener) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(next_token_, std::move(listener));
  listener_count_ = listeners_.size();
  return next_token_++;
}

void LiveFeed::unsubscribe(std::uint64_t token) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(token);
  listener_count_ = listeners_.size();
}

void LiveFeed::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait(lock, [this] { return stopping_ || !pending_.empty(); });
    const auto arrivals = std::exchange(pending_, {});
    // Under the lock, so that no listener is called after its unsubscribe returned.
    for (const auto& [key, arrival] : arrivals) {
      for (const auto& [token, listener] : listeners_) listener(arrival);
    }
    wake_.wait_for(lock, kTick, [this] { return stopping_; });
  }
}

}  // namespace tracery::app
