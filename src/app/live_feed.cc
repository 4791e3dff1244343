// SPDX-License-Identifier: Apache-2.0
#include "app/live_feed.h"

#include <chrono>
#include <utility>

namespace tracery::app {
namespace {

constexpr auto kTick = std::chrono::milliseconds(250);
constexpr auto kSignOfLife = std::chrono::seconds(15);

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

void LiveFeed::subscribe(Listener listener) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  listeners_.push_back(std::move(listener));
  listener_count_ = listeners_.size();
}

void LiveFeed::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  listeners_.clear();
  listener_count_ = 0;
}

void LiveFeed::tell(const Arrival* arrival) {
  std::erase_if(listeners_, [&](const Listener& listener) { return !listener(arrival); });
  listener_count_ = listeners_.size();
}

void LiveFeed::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool is_news =
        wake_.wait_for(lock, kSignOfLife, [this] { return stopping_ || !pending_.empty(); });
    if (!is_news) tell(nullptr);
    const auto arrivals = std::exchange(pending_, {});
    for (const auto& [key, arrival] : arrivals) tell(&arrival);
    wake_.wait_for(lock, kTick, [this] { return stopping_; });
  }
}

}  // namespace tracery::app
