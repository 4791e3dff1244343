// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "query/group_index.h"
#include "query/plan.h"
#include "query/run.h"

namespace tracery::query {

/// What a pass over the rows gathered: slot group * buckets + bucket of every measure.
struct Gathered {
  explicit Gathered(const Plan& plan);

  /// Makes slots for this many groups. kTooLarge beyond the plan's slots_max.
  Status resize(std::size_t groups);
  std::size_t memory_bytes() const;

  GroupIndex groups;
  std::vector<std::unique_ptr<Accumulator>> measures;
  std::size_t buckets;
  std::size_t slots_max;
  std::size_t group_slots = 0;  ///< Groups that there are slots for.
};

/// Sees what was gathered so far; `*stats` of the scan is up to date.
using Between = std::function<void(const Gathered&)>;

/// One pass over every row group that may matter. `*stats` is added to. With a `between` the pass
/// is made in rounds, and it is called after each but the last.
Result<Gathered> scan(const store::Snapshot& snapshot, const Plan& plan, const RunOptions& options,
                      QueryStats* stats, const Between& between = {});

}  // namespace tracery::query
