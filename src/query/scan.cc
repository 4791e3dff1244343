// SPDX-License-Identifier: Apache-2.0
#include "query/scan.h"

#include <algorithm>
#include <optional>

#include "base/clock.h"
#include "query/morsel_crew.h"
#include "query/morsels.h"
#include "query/row_group_scan.h"

namespace tracery::query {
namespace {

/// A round is so many times as long as what merging and showing the one before took.
constexpr std::int64_t kRoundPerMerge = 8;

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
Result<Gathered> scan_round(const Plan& plan, std::size_t workers, MorselCrew* crew,
                            QueryStats* stats) {
  std::vector<std::unique_ptr<RowGroupScan>> scans;
  for (std::size_t i = 0; i < workers; ++i) {
    scans.push_back(std::make_unique<RowGroupScan>(&plan));
    TRACERY_TRY(scans.back()->make_fixed_slots());
  }
  TRACERY_TRY(run_crew(*crew, scans, stats));
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
  MorselCrew crew(morsels, options, stats);
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
