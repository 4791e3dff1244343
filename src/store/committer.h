// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "store/event_store.h"
#include "store/log_writer.h"
#include "store/recent_requests.h"

namespace tracery::store {

/// One call of EventStore::append on its way through.
struct PendingAppend {
  LogFrame frame;
  std::unique_ptr<EventBatch> batch;
  EventStore::Done done;
  std::size_t cost_bytes = 0;  ///< What it counts for in the queue.
  bool is_repeat = false;      ///< Stored before: to be acknowledged only.
};

/// Appends that went to the log together, and how that went.
struct CommittedGroup {
  std::vector<PendingAppend> appends;
  Status status;
};

/// Group commit: a thread that takes all appends waiting, writes them with one write, syncs them
/// with one sync, and passes them on. Under load the groups grow by themselves.
class Committer {
 public:
  using Deliver = std::function<void(CommittedGroup)>;

  /// The queue is bounded by whoever pushes: an append's cost is taken from a budget before, and
  /// given back when it is through. `deliver` gets the groups in log order, on the committer's thread; `on_sync_failed` runs there
  /// when records acknowledged before their sync may not have reached the disk.
  Committer(LogWriter& log, const Clock& clock, Durability durability, RecentRequests recent,
            Deliver deliver, std::function<void()> on_sync_failed);
  /// Writes what waits, then stops.
  ~Committer();

  void push(PendingAppend append);

  bool is_writable() const { return is_writable_.load(std::memory_order_relaxed); }
  std::uint64_t repeats() const { return repeats_.load(std::memory_order_relaxed); }

 private:
  void run(const std::stop_token& stop);
  void commit(std::vector<PendingAppend> appends);
  /// Repeats of what was stored, or comes earlier in the same group, are marked.
  void mark_repeats(std::vector<PendingAppend>& appends);
  void sync_if_due();

  LogWriter& log_;
  const Clock& clock_;
  const Durability durability_;
  const Deliver deliver_;
  const std::function<void()> on_sync_failed_;
  RecentRequests recent_;              ///< Of the thread.
  std::int64_t synced_ns_ = 0;         ///< Of the thread; monotonic.
  std::atomic<bool> is_writable_{true};
  std::atomic<std::uint64_t> repeats_{0};

  std::mutex mutex_;
  std::condition_variable_any pushed_;
  std::vector<PendingAppend> waiting_;  ///< Guarded by mutex_.

  std::jthread thread_;
};

}  // namespace tracery::store
