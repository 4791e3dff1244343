// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "store/live_catalogue.h"
#include "store/merge_plan.h"

namespace tracery::store {

/// Merges parts and drops old ones in the background: merges of the lowest priority, until a
/// partition is crowded. Takes events out of parts.
class Maintenance {
 public:
  struct Options {
    std::int64_t retention_ns = 0;     ///< 0: parts do not age.
    std::uint64_t disk_bytes_max = 0;  ///< 0: no limit.
    bool merge_in_background = true;
  };

  Maintenance(VersionSet& versions, LiveCatalogue& catalogue, const Clock& clock, Options options);
  /// Finishes the merge at hand, then stops.
  ~Maintenance();

  /// There are new parts to look at.
  void wake();
  /// Merges on the calling thread until nothing is left to merge.
  Status merge_all();
  /// Drops what retention does not keep.
  Status drop_expired();

  /// Writes every part that has such rows anew without them, all in one step; gives the rows taken
  /// out, by dataset. After an error nothing has changed, but may yet.
  Result<Catalogue> remove(const std::vector<Removal>& removals);

  std::uint64_t merges() const { return merges_.load(std::memory_order_relaxed); }

 private:
  void run(const std::stop_token& stop);
  /// True when there was something to merge. Sets the inputs aside when they cannot be read.
  Result<bool> merge_once();
  /// The same on a thread that steps behind all others, unless it is urgent.
  Result<bool> merge_in_background();

  VersionSet& versions_;
  LiveCatalogue& catalogue_;
  const Clock& clock_;
  const Options options_;
  std::atomic<std::uint64_t> merges_{0};

  /// Publishes the merge or removal that could not be published before.
  Status finish_merge();

  std::mutex work_mutex_;  ///< One merge or drop at a time: both take parts away.
  /// A step whose parts are written but not published: it may have reached the disk, so its
  /// files must stay, and writing them again would fill a full disk. Guarded by work_mutex_.
  std::optional<VersionSet::Step> unpublished_;

  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool has_news_ = false;  ///< Guarded by mutex_.

  std::jthread thread_;
};

}  // namespace tracery::store
