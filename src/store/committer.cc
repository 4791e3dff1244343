// SPDX-License-Identifier: Apache-2.0
#include "store/committer.h"

#include <chrono>
#include <unordered_set>
#include <utility>

#include "base/time.h"

namespace tracery::store {
namespace {

/// How long a record may stay unsynced with Durability::kInterval.
constexpr std::int64_t kSyncIntervalNs = 200 * kNsPerMs;

}  // namespace

Committer::Committer(LogWriter& log, const Clock& clock, Durability durability,
                     RecentRequests recent, Deliver deliver, std::function<void()> on_sync_failed)
    : log_(log),
      clock_(clock),
      durability_(durability),
      deliver_(std::move(deliver)),
      on_sync_failed_(std::move(on_sync_failed)),
      recent_(std::move(recent)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Committer::~Committer() = default;

void Committer::push(PendingAppend append) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(append));
  pushed_.notify_one();
}

void Committer::mark_repeats(std::vector<PendingAppend>& appends) {
  const auto hash_low = [](const Hash128& hash) { return static_cast<std::size_t>(hash.low); };
  std::unordered_set<Hash128, decltype(hash_low)> here(16, hash_low);
  const std::int64_t now_ns = clock_.now_ns();
  for (PendingAppend& append : appends) {
    const auto& hash = append.frame.record.request_hash;
    if (!hash) continue;
    append.is_repeat = recent_.contains(*hash, now_ns) || !here.insert(*hash).second;
  }
}

void Committer::commit(std::vector<PendingAppend> appends) {
  mark_repeats(appends);
  std::vector<LogFrame*> frames;
  for (PendingAppend& append : appends) {
    if (!append.is_repeat) frames.push_back(&append.frame);
  }
  CommittedGroup group;
  if (!frames.empty()) {
    group.status = log_.write(frames, durability_ == Durability::kSync);
    is_writable_ = group.status.ok();
  }
  if (group.status.ok()) {
    const std::int64_t now_ns = clock_.now_ns();
    for (const PendingAppend& append : appends) {
      const auto& hash = append.frame.record.request_hash;
      if (hash && !append.is_repeat) recent_.add(*hash, now_ns);
      if (append.is_repeat) repeats_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  group.appends = std::move(appends);
  deliver_(std::move(group));
}

void Committer::sync_if_due() {
  if (durability_ != Durability::kInterval || !log_.has_unsynced()) return;
  const std::int64_t now_ns = monotonic_ns();
  if (now_ns - synced_ns_ < kSyncIntervalNs) return;
  synced_ns_ = now_ns;
  static_cast<void>(log_.sync().ok());
}

void Committer::run(const std::stop_token& stop) {
  for (;;) {
    std::vector<PendingAppend> taken;
    {
      std::unique_lock lock(mutex_);
      const auto is_ready = [&] { return !waiting_.empty(); };
      if (log_.has_unsynced() && durability_ == Durability::kInterval) {
        pushed_.wait_for(lock, stop, std::chrono::nanoseconds(kSyncIntervalNs), is_ready);
      } else {
        pushed_.wait(lock, stop, is_ready);
      }
      taken.swap(waiting_);
    }
    if (!taken.empty()) commit(std::move(taken));
    sync_if_due();
    if (log_.take_sync_failure()) on_sync_failed_();
    if (taken.empty() && stop.stop_requested()) {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return;
    }
  }
}

}  // namespace tracery::store
