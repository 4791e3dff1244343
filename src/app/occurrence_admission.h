// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "app/error_item.h"

namespace tracery::app {

/// Decides, before an occurrence is stored, what id it gets and whether it was told of before.
/// Remembers the newest occurrences only. Thread-safe.
class OccurrenceAdmission {
 public:
  static constexpr std::size_t kUuidsMax = 131'072;
  static constexpr std::int64_t kPairWindowNs = 600LL * 1'000'000'000;

  /// The next id: above every one before, at least the first of this millisecond.
  std::int64_t draw_id(std::int64_t now_ns);
  /// Ids up to this one are taken.
  void raise_id(std::int64_t id);

  enum class Verdict : std::uint8_t { kNew, kRepeat, kPending };
  /// `uuid` is a hash of project and uuid. kRepeat: stored already. kPending: the same one is being
  /// stored; `when_done` will be called with what became of it. kNew: `finish` must follow.
  Verdict begin(std::uint64_t uuid, std::function<void(bool stored)> when_done);
  void finish(std::uint64_t uuid, bool stored);

  struct First {
    std::int64_t id = 0;
    ItemKey key{};
    std::uint8_t sources = 0;
  };
  /// The occurrence that another report of this pair key (rollbar::pair_key) told of first. When
  /// there is none, this one is the first from now on.
  std::optional<First> claim_pair(std::uint64_t pair, const Occurrence& occurrence,
                                  std::int64_t now_ns);

 private:
  void remember(std::uint64_t uuid);
  void forget_pairs(std::int64_t now_ns);

  std::mutex mutex_;  // All below.
  std::int64_t last_id_ = 0;
  std::unordered_set<std::uint64_t> uuids_;
  std::deque<std::uint64_t> uuids_by_age_;
  std::unordered_map<std::uint64_t, std::vector<std::function<void(bool)>>> pending_;
  std::unordered_map<std::uint64_t, First> pairs_;
  std::deque<std::pair<std::int64_t, std::uint64_t>> pairs_by_age_;
};

}  // namespace tracery::app
