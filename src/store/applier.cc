// SPDX-License-Identifier: Apache-2.0
#include "store/applier.h"

#include <chrono>
#include <utility>

namespace tracery::store {
namespace {

/// How often the age of the head is looked at while nothing comes in.
constexpr auto kIdleStep = std::chrono::milliseconds(100);
/// The same while appends are turned away.
constexpr auto kBlockedStep = std::chrono::milliseconds(5);

}  // namespace

Applier::Applier(HeadWriter writer, VersionSet& versions, Sealer& sealer, const Clock& clock,
                 Release release)
    : writer_(std::move(writer)),
      versions_(versions),
      sealer_(sealer),
      clock_(clock),
      release_(std::move(release)) {
  versions_.add_head(writer_.head());
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Applier::~Applier() = default;

void Applier::push(CommittedGroup group) {
  const std::lock_guard lock(mutex_);
  groups_.push_back(std::move(group));
  changed_.notify_all();
}

void Applier::request_rotation() {
  const std::lock_guard lock(mutex_);
  ++rotations_wanted_;
  changed_.notify_all();
}

void Applier::rotate() {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = ++rotations_wanted_;
  changed_.notify_all();
  while (rotations_done_ < wanted) changed_.wait_for(lock, kIdleStep);
}

void Applier::apply(CommittedGroup& group) {
  if (group.status.ok()) {
    const std::int64_t now_ns = clock_.now_ns();
    for (const PendingAppend& append : group.appends) {
      if (append.is_repeat) continue;
      const auto applied = writer_.apply(append.frame, *append.batch, now_ns);
      expired_.fetch_add(applied.expired, std::memory_order_relaxed);
      overflowed_.fetch_add(applied.overflowed, std::memory_order_relaxed);
      appended_.fetch_add(append.batch->rows() - applied.expired, std::memory_order_relaxed);
    }
    writer_.head()->publish();
  }
  for (PendingAppend& append : group.appends) {
    append.done(group.status);
    release_(append);
  }
}

void Applier::hand_over_head() {
  SealedHead sealed = writer_.rotate();
  // Readers hold on to the old head through the version until its parts are there.
  versions_.add_head(writer_.head());
  sealer_.push(std::move(sealed));
}

void Applier::rotate_if_due(bool is_wanted) {
  const bool is_due = writer_.is_full() || writer_.is_old(clock_.now_ns());
  // With the open one they fill the memory there is for heads.
  const bool has_room = sealer_.waiting() + 1 < kHeadsMax;
  if (writer_.has_records() && (is_wanted || (is_due && has_room))) hand_over_head();
  is_blocked_ = writer_.is_full();
}

void Applier::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto is_ready = [&] { return !groups_.empty() || rotations_done_ != rotations_wanted_; };
    changed_.wait_for(lock, stop, is_blocked_ ? kBlockedStep : kIdleStep, is_ready);
    std::deque<CommittedGroup> groups;
    groups.swap(groups_);
    const std::uint64_t wanted = rotations_wanted_;
    const bool is_last = stop.stop_requested();
    const bool must_rotate = wanted != rotations_done_ || is_last;
    lock.unlock();
    for (CommittedGroup& group : groups) {
      apply(group);
      rotate_if_due(false);
    }
    rotate_if_due(must_rotate);
    groups.clear();
    lock.lock();
    rotations_done_ = wanted;
    changed_.notify_all();
    if (is_last && groups_.empty()) return;
  }
}

}  // namespace tracery::store
