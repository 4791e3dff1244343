// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "store/committer.h"
#include "store/head_writer.h"
#include "store/sealer.h"

namespace tracery::store {

/// The one writer of the head block: a thread that adds committed groups in order, makes them
/// visible, tells the callers, and hands the head to the sealer when it is full or old.
class Applier {
 public:
  /// Called on the applier's thread with each append that is through.
  using Release = std::function<void(PendingAppend&)>;

  Applier(HeadWriter writer, VersionSet& versions, Sealer& sealer, const Clock& clock,
          Release release);
  /// Adds what was pushed, hands over the head, then stops.
  ~Applier();

  void push(CommittedGroup group);
  /// Hands the head to the sealer, if it holds anything, and returns when that is done.
  void rotate();
  /// The same, without waiting.
  void request_rotation();

  /// The head is full while all others still wait for their parts: take no more for now.
  bool is_blocked() const { return is_blocked_.load(std::memory_order_relaxed); }
  std::uint64_t events_appended() const { return appended_.load(std::memory_order_relaxed); }
  std::uint64_t events_expired() const { return expired_.load(std::memory_order_relaxed); }
  std::uint64_t values_overflowed() const { return overflowed_.load(std::memory_order_relaxed); }

 private:
  void run(const std::stop_token& stop);
  void apply(CommittedGroup& group);
  void hand_over_head();
  void rotate_if_due(bool is_wanted);

  HeadWriter writer_;  ///< Of the thread.
  VersionSet& versions_;
  Sealer& sealer_;
  const Clock& clock_;
  const Release release_;
  std::atomic<bool> is_blocked_{false};
  std::atomic<std::uint64_t> appended_{0};
  std::atomic<std::uint64_t> expired_{0};
  std::atomic<std::uint64_t> overflowed_{0};

  std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_. The queue is bounded by the committer's, which counts until `release`.
  std::deque<CommittedGroup> groups_;
  std::uint64_t rotations_wanted_ = 0;
  std::uint64_t rotations_done_ = 0;

  std::jthread thread_;
};

}  // namespace tracery::store
