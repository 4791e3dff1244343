// SPDX-License-Identifier: Apache-2.0
#include "query/morsel_crew.h"

#include <utility>

#include "base/clock.h"

namespace tracery::query {
namespace {

constexpr std::int64_t kProgressIntervalNs = 100'000'000;

}  // namespace

MorselCrew::MorselCrew(const std::vector<Morsel>& morsels, const RunOptions& options,
                       QueryStats* stats)
    : morsels_(morsels),
      options_(options),
      stats_(*stats),
      last_progress_ns_(monotonic_ns()),
      started_ns_(last_progress_ns_) {}

void MorselCrew::start_round(std::int64_t until_ns, std::size_t held) {
  round_until_ns_ = until_ns;
  memory_ = held;
}

bool MorselCrew::is_round_over() const { return monotonic_ns() >= round_until_ns_; }

const Morsel* MorselCrew::next() {
  if (options_.cancel != nullptr && options_.cancel->load(std::memory_order_relaxed)) {
    fail(Error{ErrorCode::kCancelled, "query was cancelled"});
  }
  if (stop_.load(std::memory_order_relaxed)) return nullptr;
  const std::size_t at = next_.fetch_add(1, std::memory_order_relaxed);
  return at < morsels_.size() ? &morsels_[at] : nullptr;
}

void MorselCrew::fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
  stop_.store(true, std::memory_order_relaxed);
}

void MorselCrew::finish(const Morsel& morsel, std::uint32_t matched, std::size_t* held,
                        std::size_t holds) {
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

}  // namespace tracery::query
