// SPDX-License-Identifier: Apache-2.0
#include "query/scan.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "query/morsels.h"
#include "query/row_group_scan.h"

namespace tracery::query {
namespace {

constexpr std::int64_t kProgressIntervalNs = 100'000'000;
/// A round is so many times as long as what merging and showing the one before took.
constexpr std::int64_t kRoundPerMerge = 8;

/// What the workers of one pass share.
class Crew {
 public:
  Crew(const std::vector<Morsel>& morsels, const RunOptions& options, QueryStats* stats)
      : morsels_(morsels), options_(options), stats_(*stats), started_ns_(monotonic_ns()) {}

  /// Begins a round that ends at `until_ns`, or when every row group is taken. `held` is what is
  /// held besides what the workers will.
  void start_round(std::int64_t until_ns, std::size_t held) {
    round_until_ns_ = until_ns;
    memory_ = held;
  }
  bool is_round_over() const { return monotonic_ns() >= round_until_ns_; }
  bool is_done() const { return next_ >= morsels_.size(); }

  /// The next row group; null when there is none or the pass is to stop.
  const Morsel* next() {
    if (options_.cancel != nullptr && options_.cancel->load(std::memory_order_relaxed)) {
      fail(Error{ErrorCode::kCancelled, "query was cancelled"});
    }
    if (stop_.load(std::memory_order_relaxed)) return nullptr;
    const std::size_t at = next_.fetch_add(1, std::memory_order_relaxed);
    return at < morsels_.size() ? &morsels_[at] : nullptr;
  }

  void fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    stop_.store(true, std::memory_order_relaxed);
  }

  /// Accounts for a finished row group; `held` is what this worker held before and `holds` now.
  void finish(const Morsel& morsel, std::uint32_t matched, std::size_t* held, std::size_t holds) {
    const std::size_t total = memory_.fetch_add(holds - *held) + (holds - *held);
    *held = holds;
    if (total > options_.memory_bytes) {
      fail(Error{ErrorCode::kTooLarge, "query needs more memory than memory_bytes: " +
                                           std::to_string(options_.memory_bytes)});
    }
    const std::lock_guard lock(mutex_);
    ++stats_.groups_scanned;
    stats_.rows_scanned += morsel.source->group_rows(morsel.group);
    stats_.rows_matched += matched;
    const std::int64_t now_ns = monotonic_ns();
    if (!options_.progress || now_ns - last_progress_ns_ < kProgressIntervalNs) return;
    last_progress_ns_ = now_ns;
    stats_.elapsed_ns = now_ns - started_ns_;
    options_.progress(stats_);
  }

  const std::optional<Error>& error() const { return error_; }
  const QueryStats& stats() const { return stats_; }

 private:
  const std::vector<Morsel>& morsels_;
  const RunOptions& options_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<std::size_t> memory_ = 0;
  std::int64_t round_until_ns_ = std::numeric_limits<std::int64_t>::max();
  std::mutex mutex_;  // Guards the four below.
  QueryStats stats_;
  std::optional<Error> error_;
  std::int64_t last_progress_ns_ = monotonic_ns();
  std::int64_t started_ns_;
};

void work(Crew* crew, RowGroupScan* scan) {
  std::size_t held = 0;
  while (const Morsel* morsel = crew->next()) {
    const auto matched = scan->add(morsel->source, morsel->group);
    if (!matched.ok()) return crew->fail(matched.error());
    crew->finish(*morsel, *matched, &held, scan->memory_bytes());
    // Only here, so that every round gets on.
    if (crew->is_round_over()) return;
  }
}

Status merge(const Plan& plan, const Gathered& from, Gathered* to) {
  // In a pass over chosen groups slots mean the same to every worker.
  std::vector<std::uint32_t> targets;
  if (!plan.kept) {
    targets = to->groups.absorb(from.groups);
    TRACERY_TRY(to->resize(to->groups.size()));
  }
  for (std::size_t group = 0; group < from.group_slots; ++group) {
    const std::size_t target = plan.kept ? group : targets[group];
    for (std::size_t i = 0; i < plan.measures.size(); ++i) {
      for (std::size_t bucket = 0; bucket < from.buckets; ++bucket) {
        to->measures[i]->merge(target * to->buckets + bucket, *from.measures[i],
                               group * from.buckets + bucket);
      }
    }
  }
  return {};
}

/// Runs the workers until the round is over; gives what they gathered, sealed.
Result<Gathered> scan_round(const Plan& plan, std::size_t workers, Crew* crew, QueryStats* stats) {
  std::vector<std::unique_ptr<RowGroupScan>> scans;
  for (std::size_t i = 0; i < workers; ++i) {
    scans.push_back(std::make_unique<RowGroupScan>(&plan));
    TRACERY_TRY(scans.back()->make_fixed_slots());
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(work, crew, scans[i].get());
  work(crew, scans[0].get());
  for (std::thread& thread : threads) thread.join();
  *stats = crew->stats();
  if (crew->error()) return *crew->error();
  Gathered all = std::move(scans[0]->gathered());
  for (const auto& measure : all.measures) measure->seal();
  for (std::size_t i = 1; i < workers; ++i) {
    for (const auto& measure : scans[i]->gathered().measures) measure->seal();
    TRACERY_TRY(merge(plan, scans[i]->gathered(), &all));
    scans[i].reset();
  }
  return all;
}

}  // namespace

Gathered::Gathered(const Plan& plan)
    : groups(plan.breakdowns),
      buckets(static_cast<std::size_t>(plan.buckets.count())),
      slots_max(plan.slots_max) {
  for (const Measure& measure : plan.measures) {
    measures.push_back(make_accumulator(measure.kind, plan.buckets));
  }
}

Status Gathered::resize(std::size_t count) {
  if (count > slots_max / buckets) {
    return Error{ErrorCode::kTooLarge, "too many groups for the number of time buckets"};
  }
  for (const auto& measure : measures) measure->resize(count * buckets);
  group_slots = count;
  return {};
}

std::size_t Gathered::memory_bytes() const {
  std::size_t bytes = groups.memory_bytes();
  for (const auto& measure : measures) bytes += measure->memory_bytes();
  return bytes;
}

Result<Gathered> scan(const store::Snapshot& snapshot, const Plan& plan, const RunOptions& options,
                      QueryStats* stats, const Between& between) {
  const std::vector<Morsel> morsels = TRACERY_TRY(plan_morsels(snapshot, plan, stats));
  const std::size_t workers = std::clamp<std::size_t>(options.threads, 1, morsels.size() + 1);
  Crew crew(morsels, options, stats);
  if (!between) return scan_round(plan, workers, &crew, stats);
  std::optional<Gathered> all;
  std::int64_t round_ns = options.partial_interval_ns;
  for (;;) {
    crew.start_round(monotonic_ns() + round_ns, all ? all->memory_bytes() : 0);
    Gathered round = TRACERY_TRY(scan_round(plan, workers, &crew, stats));
    const std::int64_t scanned_ns = monotonic_ns();
    if (all) {
      TRACERY_TRY(merge(plan, round, &*all));
    } else {
      all = std::move(round);
    }
    if (crew.is_done()) return *std::move(all);
    between(*all);
    const std::int64_t merge_ns = monotonic_ns() - scanned_ns;
    round_ns = std::max(options.partial_interval_ns, kRoundPerMerge * merge_ns);
  }
}

}  // namespace tracery::query
