// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "query/plan.h"
#include "query/predicate.h"
#include "query/run.h"

namespace tracery::query {

/// A validated query with everything it runs on.
struct Query {
  const store::Snapshot& snapshot;
  const Spec& spec;
  const RunOptions& options;
  /// Must hold besides the spec's own filters.
  std::vector<Predicate> required;

  Plan plan(const TimeBuckets& buckets, bool for_series) const;
};

Result<QueryResult> run(const Query& query);

}  // namespace tracery::query
