// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tracery::app {

/// A fixed number of threads and a bounded queue; for work that would block an I/O thread.
class WorkerPool {
 public:
  using Work = std::function<void()>;

  WorkerPool(unsigned threads, std::size_t queue_max);
  /// Runs what is queued, then stops.
  ~WorkerPool();

  /// False when the queue is full; then `work` was not taken.
  bool post(Work work);

 private:
  void loop();

  const std::size_t queue_max_;
  std::mutex mutex_;  // queue_, stopping_
  std::condition_variable wake_;
  std::deque<Work> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tracery::app
