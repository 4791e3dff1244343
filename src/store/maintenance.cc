// SPDX-License-Identifier: Apache-2.0
#include "store/maintenance.h"

#include <chrono>
#include <limits>
#include <map>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include "base/time.h"
#include "store/left_out.h"

namespace tracery::store {
namespace {

/// How often retention is looked at when no part comes in.
constexpr auto kIdleStep = std::chrono::seconds(10);
constexpr int kLowestPriority = 19;

/// How many rows of a part each removal names; by dataset, which is to be named once.
Result<std::map<std::string, std::uint64_t>> count_rows(const RowSource& part,
                                                        const std::vector<Removal>& removals) {
  const Catalogue facts = TRACERY_TRY(read_part_catalogue(part));
  std::map<std::string, std::uint64_t> counts;
  for (const Removal& removal : removals) {
    const auto found = facts.datasets.find(removal.dataset);
    if (found == facts.datasets.end()) continue;
    std::uint64_t& count = counts[removal.dataset];
    if (!removal.rows) count = found->second.rows;
    if (!removal.rows || !found->second.columns.contains(removal.rows->column)) continue;
    for (std::uint32_t group = 0; group < part.groups(); ++group) {
      count += TRACERY_TRY(LeftOut::read(part, std::span(&removal, 1), group)).count();
    }
  }
  return counts;
}

}  // namespace

Maintenance::Maintenance(VersionSet& versions, LiveCatalogue& catalogue, const Clock& clock,
                         Options options)
    : versions_(versions), catalogue_(catalogue), clock_(clock), options_(options) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Maintenance::~Maintenance() = default;

void Maintenance::wake() {
  const std::lock_guard lock(mutex_);
  has_news_ = true;
  woken_.notify_all();
}

Result<bool> Maintenance::merge_once() {
  const std::lock_guard work_lock(work_mutex_);
  TRACERY_TRY(finish_merge());
  const MergePlan plan = plan_merge(versions_.current()->parts, versions_.partitioning());
  if (plan.inputs.empty()) return false;
  std::vector<PartInput> inputs;
  for (const PartPointer& part : plan.inputs) {
    inputs.push_back({part->source(), plan.partition.from_ns, plan.partition.to_ns});
  }
  Result<PartInfo> merged = versions_.write(inputs, plan.level);
  if (!merged.ok() && merged.error().code == ErrorCode::kCorrupt) versions_.set_aside(plan.inputs);
  unpublished_ = VersionSet::Step{.add = {TRACERY_TRY(std::move(merged))}, .remove = plan.inputs};
  TRACERY_TRY(finish_merge());
  merges_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

Status Maintenance::finish_merge() {
  if (!unpublished_) return {};
  const Status published = versions_.publish(*unpublished_);
  const bool is_hopeless = !published.ok() && published.error().code == ErrorCode::kCorrupt;
  if (published.ok() || is_hopeless) unpublished_.reset();
  return published;
}

Status Maintenance::merge_all() {
  while (TRACERY_TRY(merge_once())) {
  }
  return {};
}

Result<Catalogue> Maintenance::remove(const std::vector<Removal>& removals) {
  const std::lock_guard work_lock(work_mutex_);
  TRACERY_TRY(finish_merge());
  VersionSet::Step step;
  Catalogue removed;
  for (const PartPointer& part : versions_.current()->parts) {
    std::uint64_t rows = 0;
    for (const auto& [name, count] : TRACERY_TRY(count_rows(*part->source(), removals))) {
      removed.datasets[name].rows += count;
      rows += count;
    }
    if (rows == 0) continue;
    step.remove.push_back(part);
    if (rows == part->info().rows) continue;
    const TimePartition day = day_partition(part->info().day);
    const PartInput rest{part->source(), day.from_ns, day.to_ns, removals};
    step.add.push_back(TRACERY_TRY(versions_.write(std::span(&rest, 1), part->info().level)));
  }
  if (step.remove.empty()) return removed;
  unpublished_ = std::move(step);
  TRACERY_TRY(finish_merge());
  return removed;
}

Status Maintenance::drop_expired() {
  const std::lock_guard work_lock(work_mutex_);
  TRACERY_TRY(finish_merge());
  const std::int64_t now_ns = clock_.now_ns();
  RetentionLimits limits{std::numeric_limits<std::int64_t>::min(), options_.disk_bytes_max};
  if (options_.retention_ns > 0) limits.oldest_ns = now_ns - options_.retention_ns;
  const auto dropped = plan_retention(versions_.current()->parts, limits);
  if (dropped.empty()) return {};
  TRACERY_TRY(versions_.publish({.remove = dropped}));
  for (const PartPointer& part : dropped) {
    const auto catalogue = read_part_catalogue(*part->source());
    if (catalogue.ok()) catalogue_.subtract(*catalogue);
  }
  // Events may be up to a day ahead of when they were written.
  if (options_.retention_ns > 0) catalogue_.forget_before(limits.oldest_ns - kNsPerDay);
  return {};
}

Result<bool> Maintenance::merge_in_background() {
  Result<bool> merged = false;
  // Linux keeps the nice value per thread, and who has given way may not take it back.
  std::jthread([&] {
    if (versions_.crowding() <= kCrowdedParts) {
      static_cast<void>(
          ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowestPriority));
    }
    merged = merge_once();
  }).join();
  return merged;
}

void Maintenance::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, stop, kIdleStep, [&] { return has_news_; });
      has_news_ = false;
    }
    // What fails now, for want of space say, is tried again with the next part or step.
    static_cast<void>(drop_expired().ok());
    while (options_.merge_in_background && !stop.stop_requested()) {
      const auto merged = merge_in_background();
      if (!merged.ok() || !*merged) break;
    }
  }
}

}  // namespace tracery::store
