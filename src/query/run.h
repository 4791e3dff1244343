// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "query/result.h"
#include "query/spec.h"
#include "query/text_match.h"
#include "store/row_source.h"

namespace tracery::query {

struct RunOptions {
  /// Set by another thread to stop the query at its next row group.
  const std::atomic<bool>* cancel = nullptr;
  /// Called now and then from a worker thread, at most every 100 ms.
  std::function<void(const QueryStats&)> progress;
  /// Called with what the rows scanned so far give, between rounds of the scan and from the thread
  /// that runs the query. Unset, the scan takes no rounds. The comparison is not part of it.
  std::function<void(QueryResult)> partial;
  /// How long a round takes at least.
  std::int64_t partial_interval_ns = 250'000'000;
  unsigned threads = 2;
  /// Bytes the query may hold in groups, histograms and vectors; kTooLarge beyond.
  std::size_t memory_bytes = 256ULL << 20;
};

/// As below, over the events that meet every condition besides.
Result<QueryResult> run(const store::Snapshot& snapshot, const Spec& spec,
                        const std::vector<TextCondition>& conditions, const RunOptions& options);

/// Runs a query over every row of the snapshot. Results do not depend on how rows lie in sources,
/// on threads or on merges. kCancelled, kTooLarge, or what reading a source gives.
Result<QueryResult> run(const store::Snapshot& snapshot, const Spec& spec,
                        const RunOptions& options = {});

}  // namespace tracery::query
