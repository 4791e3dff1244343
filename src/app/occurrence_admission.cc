// SPDX-License-Identifier: Apache-2.0
#include "app/occurrence_admission.h"

#include <algorithm>
#include <utility>

namespace tracery::app {

std::int64_t OccurrenceAdmission::draw_id(std::int64_t now_ns) {
  const std::lock_guard lock(mutex_);
  last_id_ = std::max(last_id_ + 1, first_occurrence_id_at(now_ns));
  return last_id_;
}

void OccurrenceAdmission::raise_id(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  last_id_ = std::max(last_id_, id);
}

OccurrenceAdmission::Verdict OccurrenceAdmission::begin(
    std::uint64_t uuid, std::function<void(bool stored)> when_done) {
  const std::lock_guard lock(mutex_);
  if (uuids_.contains(uuid)) return Verdict::kRepeat;
  const auto [pending, is_new] = pending_.try_emplace(uuid);
  if (is_new) return Verdict::kNew;
  pending->second.push_back(std::move(when_done));
  return Verdict::kPending;
}

void OccurrenceAdmission::finish(std::uint64_t uuid, bool stored) {
  std::vector<std::function<void(bool)>> waiting;
  {
    const std::lock_guard lock(mutex_);
    if (const auto pending = pending_.find(uuid); pending != pending_.end()) {
      waiting = std::move(pending->second);
      pending_.erase(pending);
    }
    if (stored) remember(uuid);
  }
  for (const auto& tell : waiting) tell(stored);
}

void OccurrenceAdmission::remember(std::uint64_t uuid) {
  if (!uuids_.insert(uuid).second) return;
  uuids_by_age_.push_back(uuid);
  if (uuids_by_age_.size() <= kUuidsMax) return;
  uuids_.erase(uuids_by_age_.front());
  uuids_by_age_.pop_front();
}

std::optional<OccurrenceAdmission::First> OccurrenceAdmission::claim_pair(
    std::uint64_t pair, const Occurrence& occurrence, std::int64_t now_ns) {
  if (pair == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  forget_pairs(now_ns);
  const auto [found, is_new] =
      pairs_.try_emplace(pair, First{occurrence.id, occurrence.key, occurrence.source});
  if (is_new) {
    pairs_by_age_.emplace_back(now_ns, pair);
    return std::nullopt;
  }
  const First first = found->second;
  const bool told_before = (first.sources & occurrence.source) != 0;
  // A reporter that is called by the app says each time that it happened again.
  if (told_before && occurrence.source == kFromRollbar) return std::nullopt;
  found->second.sources |= occurrence.source;
  return first;
}

void OccurrenceAdmission::forget_pairs(std::int64_t now_ns) {
  while (!pairs_by_age_.empty() && pairs_by_age_.front().first < now_ns - kPairWindowNs) {
    pairs_.erase(pairs_by_age_.front().second);
    pairs_by_age_.pop_front();
  }
}

}  // namespace tracery::app
