// SPDX-License-Identifier: Apache-2.0
#include "store/sealer.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tracery::store {
namespace {

constexpr auto kRetryDelay = std::chrono::seconds(1);

}  // namespace

Sealer::Sealer(VersionSet& versions, std::function<void(std::uint64_t)> on_sealed)
    : versions_(versions), on_sealed_(std::move(on_sealed)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Sealer::~Sealer() = default;

void Sealer::push(SealedHead head) {
  const std::lock_guard lock(mutex_);
  heads_.push_back(std::move(head));
  changed_.notify_all();
}

std::size_t Sealer::waiting() const {
  const std::lock_guard lock(mutex_);
  return heads_.size();
}

Status Sealer::wait_until_sealed() {
  std::unique_lock lock(mutex_);
  const std::uint64_t failures = failures_;
  is_retry_wanted_ = true;
  changed_.notify_all();
  while (!heads_.empty() && failures_ == failures) {
    changed_.wait_for(lock, std::chrono::milliseconds(100));
  }
  if (heads_.empty()) return {};
  return last_failure_;
}

Status Sealer::seal(SealedHead& sealed) {
  if (sealed.partitions.empty()) {
    sealed.partitions = sealed.head->partitions(versions_.partitioning());
  }
  const auto source = sealed.head->view();
  for (std::size_t i = sealed.parts.size(); i < sealed.partitions.size(); ++i) {
    const TimePartition& time = sealed.partitions[i];
    const PartInput input{source, time.from_ns, time.to_ns};
    sealed.parts.push_back(TRACERY_TRY(versions_.write({&input, 1}, 0)));
  }
  const Status published = versions_.publish(
      {.add = sealed.parts, .sealed = sealed.head.get(), .log_mark = sealed.log_mark});
  // Parts that do not open again are worth nothing: write them anew.
  if (!published.ok() && published.error().code == ErrorCode::kCorrupt) sealed.parts.clear();
  return published;
}

void Sealer::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, stop, [&] { return !heads_.empty(); });
    if (heads_.empty()) return;
    SealedHead& front = heads_.front();
    lock.unlock();
    Status sealed = seal(front);
    if (sealed.ok()) on_sealed_(front.log_mark);
    lock.lock();
    is_failing_ = !sealed.ok();
    if (sealed.ok()) {
      ++seals_;
      heads_.pop_front();
      changed_.notify_all();
      continue;
    }
    ++failures_;
    last_failure_ = std::move(sealed);
    is_retry_wanted_ = false;
    changed_.notify_all();
    if (stop.stop_requested()) return;
    changed_.wait_for(lock, stop, kRetryDelay, [&] { return is_retry_wanted_; });
  }
}

}  // namespace tracery::store
