// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "query/morsels.h"

namespace tracery::query {

/// What the workers of one pass over row groups share. Thread-safe.
class MorselCrew {
 public:
  MorselCrew(const std::vector<Morsel>& morsels, const RunOptions& options, QueryStats* stats);

  /// Begins a round that ends at `until_ns` (monotonic), or when every row group is taken. `held`
  /// is what is held besides what the workers will. Until called there is one round, without an
  /// end.
  void start_round(std::int64_t until_ns, std::size_t held);
  bool is_round_over() const;
  bool is_done() const { return next_ >= morsels_.size(); }

  /// The next row group; null when there is none or the pass is to stop.
  const Morsel* next();
  void fail(Error error);
  /// Accounts for a finished row group; `held` is what this worker held before and `holds` now.
  void finish(const Morsel& morsel, std::uint32_t matched, std::size_t* held, std::size_t holds);

  const std::optional<Error>& error() const { return error_; }
  const QueryStats& stats() const { return stats_; }

 private:
  const std::vector<Morsel>& morsels_;
  const RunOptions& options_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<std::size_t> memory_ = 0;
  std::int64_t round_until_ns_ = std::numeric_limits<std::int64_t>::max();
  std::mutex mutex_;  // Guards the three below.
  QueryStats stats_;
  std::optional<Error> error_;
  std::int64_t last_progress_ns_;
  const std::int64_t started_ns_;
};

/// Gives each row group to one of the workers, each on a thread of its own (the first on this one),
/// until the round is over. A worker has `Result<std::uint32_t> add(source, group)`, how many rows
/// matched, and `memory_bytes()`. Sets `*stats`. kCancelled, kTooLarge, or a worker's error.
template <typename Worker>
Status run_crew(MorselCrew& crew, const std::vector<std::unique_ptr<Worker>>& workers,
                QueryStats* stats) {
  const auto work = [&crew](Worker* worker) {
    std::size_t held = 0;
    while (const Morsel* morsel = crew.next()) {
      const auto matched = worker->add(morsel->source, morsel->group);
      if (!matched.ok()) return crew.fail(matched.error());
      crew.finish(*morsel, *matched, &held, worker->memory_bytes());
      // Only here, so that every round gets on.
      if (crew.is_round_over()) return;
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < workers.size(); ++i) threads.emplace_back(work, workers[i].get());
  work(workers[0].get());
  for (std::thread& thread : threads) thread.join();
  *stats = crew.stats();
  if (crew.error()) return *crew.error();
  return {};
}

}  // namespace tracery::query
