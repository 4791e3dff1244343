// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "delivery/retry.h"
#include "tracery/app/init.h"

namespace tracery::app::delivery {

struct QueueLimits {
  std::size_t items_max = 32'768;
  std::size_t bytes_max = 32U << 20U;
  std::size_t batch_items_max = 512;
  std::size_t batch_bytes_max = 4U << 20U;
  milliseconds delay{5'000};        ///< A batch that is not full leaves after this.
  milliseconds retry_for{300'000};  ///< After this a batch that nobody takes is dropped.
};

/// A bounded queue and the thread that delivers from it, batch by batch, in order. A batch that
/// the receiver cannot take now is tried again, with growing pauses, while the queue behind it
/// fills; what finds the queue full is dropped and counted, so memory and the application's time
/// are bounded whatever the receiver does.
template <typename Item>
class BatchQueue {
 public:
  /// Delivers a batch; called by the queue's thread only. Must not throw.
  using Deliver = std::function<Delivery(std::span<const Item>)>;

  /// `abort` makes a delivery that is under way come back soon; it is called when the queue stops
  /// in the middle of one.
  BatchQueue(std::string name, const QueueLimits& limits, Deliver deliver,
             std::function<void()> abort = {})
      : name_(std::move(name)),
        limits_(limits),
        deliver_(std::move(deliver)),
        abort_(std::move(abort)),
        random_(std::random_device{}()),
        thread_([this] { run(); }) {}
  ~BatchQueue() { stop(milliseconds(0)); }
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  /// Hands an item over. Never blocks but for a short lock.
  /// \return false if it was dropped.
  bool push(Item item, std::size_t bytes) noexcept {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || waiting_.size() >= limits_.items_max || bytes_ + bytes > limits_.bytes_max) {
        ++counters_.dropped;
        return false;
      }
      waiting_.push_back({std::move(item), bytes});
      bytes_ += bytes;
      ++counters_.accepted;
      if (waiting_.size() != limits_.batch_items_max && waiting_.size() != 1) return true;
    }
    wake_.notify_all();
    return true;
  }

  /// Waits until all that was pushed before is delivered or dropped.
  /// \return false if `timeout` passed first.
  bool flush(milliseconds timeout) {
    std::unique_lock lock(mutex_);
    const std::uint64_t target = counters_.accepted;
    flush_target_ = std::max(flush_target_, target);
    wake_.notify_all();
    return settled_.wait_for(lock, timeout, [&] { return settled() >= target; });
  }

  /// Delivers what is queued for at most `timeout`, drops the rest and joins the thread.
  void stop(milliseconds timeout) {
    if (!thread_.joinable()) return;
    const bool is_done = flush(timeout);
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (!is_done && abort_) abort_();
    thread_.join();
  }

  SinkStatistics statistics() const {
    const std::lock_guard lock(mutex_);
    SinkStatistics copy = counters_;
    copy.sink = name_;
    copy.queued = waiting_.size() + in_flight_;
    return copy;
  }

 private:
  struct Waiting {
    Item item;
    std::size_t bytes;
  };

  std::uint64_t settled() const { return counters_.accepted - waiting_.size() - in_flight_; }

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      // A short wait collects a batch; a full one, a flush, or the end does not wait.
      wake_.wait_for(lock, limits_.delay, [&] {
        return stopping_ || waiting_.size() >= limits_.batch_items_max || settled() < flush_target_;
      });
      if (stopping_) break;
      deliver_batch(lock);
    }
    counters_.dropped += waiting_.size();
    waiting_.clear();
    settled_.notify_all();
  }

  std::vector<Item> take_batch() {
    std::vector<Item> batch;
    batch.reserve(std::min(waiting_.size(), limits_.batch_items_max));
    std::size_t batch_bytes = 0;
    while (!waiting_.empty() && batch.size() < limits_.batch_items_max &&
           (batch.empty() || batch_bytes + waiting_.front().bytes <= limits_.batch_bytes_max)) {
      batch_bytes += waiting_.front().bytes;
      batch.push_back(std::move(waiting_.front().item));
      waiting_.pop_front();
    }
    bytes_ -= batch_bytes;
    in_flight_ = batch.size();
    return batch;
  }

  void deliver_batch(std::unique_lock<std::mutex>& lock) {
    const std::vector<Item> batch = take_batch();
    const auto give_up_at = std::chrono::steady_clock::now() + limits_.retry_for;
    for (int attempt = 1;; ++attempt) {
      lock.unlock();
      const Delivery delivery = deliver_(std::span<const Item>(batch));
      lock.lock();
      if (delivery.verdict == Verdict::kDelivered) {
        const std::uint64_t rejected = std::min<std::uint64_t>(delivery.rejected, batch.size());
        counters_.delivered += batch.size() - rejected;
        counters_.dropped += rejected;
        break;
      }
      const milliseconds pause = delivery.retry_after.value_or(backoff(attempt, random_()));
      const auto next = std::chrono::steady_clock::now() + pause;
      if (delivery.verdict == Verdict::kRefused || next > give_up_at ||
          wake_.wait_until(lock, next, [&] { return stopping_; })) {
        counters_.dropped += batch.size();
        break;
      }
      ++counters_.retries;
    }
    in_flight_ = 0;
    settled_.notify_all();
  }

  const std::string name_;
  const QueueLimits limits_;
  const Deliver deliver_;
  const std::function<void()> abort_;

  mutable std::mutex mutex_;  // Guards all that follows, but for the thread.
  std::condition_variable wake_, settled_;
  std::deque<Waiting> waiting_;
  std::size_t bytes_ = 0;
  std::size_t in_flight_ = 0;
  std::uint64_t flush_target_ = 0;
  bool stopping_ = false;
  SinkStatistics counters_;
  std::mt19937_64 random_;

  std::thread thread_;
};

}  // namespace tracery::app::delivery
