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
  /// Beyond the spec's own filters, which then must be combined by AND.
  std::vector<Predicate> more;

  Plan plan(const TimeBuckets& buckets, bool for_series) const;
};

Result<QueryResult> run(const Query& query);

}  // namespace tracery::query
