// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "query/plan.h"
#include "query/run.h"

namespace tracery::query {

/// One unit of work: a row group.
struct Morsel {
  std::shared_ptr<const store::RowSource> source;
  std::uint32_t group = 0;
};

/// The row groups that time bounds, zone maps and the trace index cannot rule out, source by
/// source. Counts the others as pruned.
Result<std::vector<Morsel>> plan_morsels(const store::Snapshot& snapshot, const Plan& plan,
                                         QueryStats* stats);

}  // namespace tracery::query
