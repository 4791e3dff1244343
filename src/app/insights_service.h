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
#include "protocols/cwlogs/insights_compiler.h"
#include "protocols/cwlogs/insights_rows.h"
#include "query/row_query.h"

namespace tracery::app {

/// A question in the language of Logs Insights.
struct InsightsRequest {
  std::string text;
  /// Groups asked by the request itself; a SOURCE in the text counts when there are none.
  std::vector<std::string> groups;
  std::int64_t from_ns = 0;  ///< Half open; a START or END in the text counts first.
  std::int64_t to_ns = 0;
  std::optional<std::size_t> limit;  ///< Rows, when the text says none.
  std::string account;               ///< Of `@log`.
};

/// A question under way or answered, as one reader sees it. Immutable.
struct InsightsView {
  enum class State : std::uint8_t {
    kScheduled,
    kRunning,
    kComplete,
    kFailed,
    kCancelled,
    kTimeout
  };

  std::string id;
  InsightsRequest request;  ///< With groups and times as they were run.
  State state = State::kScheduled;
  query::RowStats stats;  ///< Progress, or the final figures.
  std::vector<std::string> columns;
  /// When complete: one cell per column. Of log events the last column is `@ptr`.
  std::shared_ptr<const std::vector<cwlogs::InsightsRow>> rows;
  bool rows_are_events = false;
  std::optional<Error> error;  ///< When failed.
  std::int64_t started_ns = 0;
  std::int64_t finished_ns = 0;  ///< 0 until then.

  bool is_over() const { return state != State::kScheduled && state != State::kRunning; }
};

struct InsightsOptions {
  unsigned threads_per_query = 2;
  std::size_t memory_bytes_per_query = 256ULL << 20;
  std::size_t running_max = 100;
  std::size_t finished_max = 256;               ///< The oldest go first.
  std::size_t result_bytes_max = 128ULL << 20;  ///< Of all results together, about.
  std::int64_t kept_ns = 7 * 86'400'000'000'000;
  std::int64_t timeout_ns = 3'600'000'000'000;
};

/// Runs Logs Insights queries in the background and keeps their results for a while. Thread-safe.
class InsightsService {
 public:
  using TakeSnapshot = std::function<std::shared_ptr<const store::Snapshot>()>;
  /// Called on every change from a worker thread, the last time with a state that is over.
  using Watcher = std::function<void(const std::shared_ptr<const InsightsView>&)>;

  /// `sources` must outlive the service.
  InsightsService(const Clock& clock, WorkerPool& pool, TakeSnapshot snapshot,
                  const cwlogs::InsightsSources& sources, InsightsOptions options = {});

  /// The id to ask for, a UUID. kInvalid when the text is no query; then `*problem` tells what and
  /// where. kNotFound when there is no group to ask, or not one
  /// of those asked; kOverloaded when too many queries wait.
  Result<std::string> start(InsightsRequest request, cwlogs::QueryProblem* problem);
  /// Null when there is no such query, or no longer.
  std::shared_ptr<const InsightsView> find(const std::string& id) const;
  /// Calls `watcher` with the newest state at once and on each change. False without such a query.
  bool watch(const std::string& id, Watcher watcher);
  /// kNotFound; kConflict when it is over already.
  Status stop(const std::string& id);
  /// Newest first.
  std::vector<std::shared_ptr<const InsightsView>> list() const;

 private:
  struct Job;

  std::shared_ptr<Job> job_of(const std::string& id) const;
  void run(const std::shared_ptr<Job>& job);
  void publish(Job& job, InsightsView view);
  void note_finished(const InsightsView& view);
  bool is_late(const InsightsView& view) const;

  const Clock& clock_;
  WorkerPool& pool_;
  TakeSnapshot snapshot_;
  const cwlogs::InsightsSources& sources_;
  InsightsOptions options_;
  mutable std::mutex mutex_;  // Guards the four below.
  std::map<std::string, std::shared_ptr<Job>> jobs_;
  struct Finished {
    std::string id;
    std::size_t bytes = 0;
    std::int64_t time_ns = 0;
  };
  std::deque<Finished> finished_;
  std::size_t finished_bytes_ = 0;
  std::size_t running_ = 0;
};

}  // namespace tracery::app
