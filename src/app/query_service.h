// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/worker_pool.h"
#include "base/clock.h"
#include "base/result.h"
#include "query/run.h"

namespace tracery::app {

/// A query under way or finished, as one reader sees it. Immutable.
struct QueryView {
  enum class State : std::uint8_t { kRunning, kDone, kFailed };

  std::string id;
  std::string dataset;     ///< The slug that was asked.
  std::string query_json;  ///< The specification as it was asked; one JSON object.
  State state = State::kRunning;
  query::Spec spec;
  query::QueryStats stats;  ///< Progress, or the final figures.
  /// When kDone; while kRunning, what there is so far, if it was asked for.
  std::shared_ptr<const query::QueryResult> result;
  std::optional<Error> error;  ///< When kFailed.
  std::int64_t started_ns = 0;
  std::int64_t finished_ns = 0;  ///< 0 while running.
};

struct QueryServiceOptions {
  unsigned threads_per_query = 2;
  std::size_t memory_bytes_per_query = 256ULL << 20;
  std::size_t finished_max = 256;  ///< Results kept for readers; the oldest go first.
};

/// Runs queries in the background and keeps their results for a while. Thread-safe.
class QueryService {
 public:
  using TakeSnapshot = std::function<std::shared_ptr<const store::Snapshot>()>;
  /// Called on every change from a worker thread, the last time with a state that is not running.
  using Watcher = std::function<void(const std::shared_ptr<const QueryView>&)>;

  QueryService(const Clock& clock, WorkerPool& pool, TakeSnapshot snapshot,
               QueryServiceOptions options = {});

  /// The id to ask for. kOverloaded when too many queries wait.
  Result<std::string> start(query::Spec spec, std::string dataset, std::string query_json,
                            bool with_partials = false);
  /// Null when there is no such query, or no longer.
  std::shared_ptr<const QueryView> find(const std::string& id) const;
  /// Calls `watcher` with the newest state at once and on each change. False when there is no such
  /// query.
  bool watch(const std::string& id, Watcher watcher);
  /// Stops a running query; it fails with kCancelled. Nothing happens to others.
  void cancel(const std::string& id);

 private:
  struct Job;

  void run(const std::shared_ptr<Job>& job);
  void publish(Job& job, QueryView view);
  void forget_old();

  const Clock& clock_;
  WorkerPool& pool_;
  TakeSnapshot snapshot_;
  QueryServiceOptions options_;
  mutable std::mutex mutex_;  // jobs_, finished_
  std::map<std::string, std::shared_ptr<Job>> jobs_;
  std::deque<std::string> finished_;
};

}  // namespace tracery::app
