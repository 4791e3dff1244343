// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "store/head_writer.h"
#include "store/version_set.h"

namespace tracery::store {

/// Turns sealed heads into parts, one after another, on a thread of its own: a head gives one part
/// per partition, all of them named by one manifest edit. What fails is tried again every second;
/// meanwhile the head stays readable.
class Sealer {
 public:
  /// `on_sealed` runs on the sealer's thread after each head, with the new log mark.
  Sealer(VersionSet& versions, std::function<void(std::uint64_t)> on_sealed);
  /// Stops; heads not sealed by then are in the log still.
  ~Sealer();

  void push(SealedHead head);
  std::size_t waiting() const;
  /// The newest try failed: there is no use in giving it more.
  bool is_failing() const { return is_failing_.load(std::memory_order_relaxed); }
  /// Waits until all heads given so far are sealed, or one of them failed once more.
  Status wait_until_sealed();

  std::uint64_t seals() const { return seals_.load(std::memory_order_relaxed); }
  std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  void run(const std::stop_token& stop);
  Status seal(SealedHead& head);

  VersionSet& versions_;
  const std::function<void(std::uint64_t)> on_sealed_;
  std::atomic<bool> is_failing_{false};
  std::atomic<std::uint64_t> seals_{0};
  std::atomic<std::uint64_t> failures_{0};

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_. The thread works on the front one without the lock; nobody else touches it.
  std::deque<SealedHead> heads_;
  Status last_failure_;
  bool is_retry_wanted_ = false;

  std::jthread thread_;
};

}  // namespace tracery::store
