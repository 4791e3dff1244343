// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/event_store.h"
#include "store/log_format.h"

namespace tracery::store {

/// Decodes records of the log on several threads and applies them in the order they were given, on
/// the caller's: decoding is most of the work of a start after a crash. Used by one thread.
class Replayer {
 public:
  /// Gets each record with the batch it decodes to, or why it does not.
  using Apply = std::function<void(const LogFrame&, const Result<std::unique_ptr<EventBatch>>&)>;

  /// `replay` is called on several threads at once.
  Replayer(const EventStore::Replay& replay, Apply apply);
  ~Replayer();

  void add(LogFrame frame);
  /// Applies what is left; then no more may be added.
  void finish();

 private:
  struct Task {
    LogFrame frame;
    Result<std::unique_ptr<EventBatch>> batch = std::unique_ptr<EventBatch>();
    bool is_taken = false;
    bool is_decoded = false;
  };

  void work(const std::stop_token& stop);
  void apply_first();

  const EventStore::Replay& replay_;
  const Apply apply_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_, but for the frame and batch of a task that is taken and not decoded.
  std::deque<std::unique_ptr<Task>> tasks_;  ///< In order.
  std::size_t bytes_ = 0;                    ///< Of the payloads in them, unpacked.

  std::vector<std::jthread> threads_;
};

}  // namespace tracery::store
