// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "query/run.h"
#include "query/service_trace.h"
#include "query/symbols.h"

namespace tracery::query {

struct TraceIdHash {
  std::size_t operator()(const model::TraceId& id) const;
};
using TraceIdSet = std::unordered_set<model::TraceId, TraceIdHash>;

/// How far outside of a scan's range spans still count as parts of its traces.
inline constexpr std::int64_t kTraceReachNs = 5 * 60 * kNsPerSecond;

struct TraceScanSpec {
  const SpanRules* rules = nullptr;
  std::vector<RowTest> tests;  ///< At most RowTester::kTestsMax - kSpanFacts.
  /// Bits of SpanLabels to read; the others stay 0. kService and kDataset are always read.
  std::uint32_t labels = ~0U;
  std::int64_t from_ns = std::numeric_limits<std::int64_t>::min();
  std::int64_t to_ns = std::numeric_limits<std::int64_t>::max();
  /// When set, only these traces. A few of them are found by the stores' trace indexes.
  const TraceIdSet* only = nullptr;
};

/// Takes traces, one after another; may change them.
using VisitTrace = std::function<void(ServiceTrace&)>;

/// Assembles every trace that has a span within the range widened by the reach, of the spans
/// within that, and gives each to one of the visitors, which run in threads of their own: as many
/// threads as there are visitors. The order of the traces is not defined; what they hold does not
/// depend on how rows lie in sources. Labels are numbers of `symbols`.
///
/// One pass over the columns: rows of a trace stand together in a part, so that most traces are
/// assembled of neighbouring rows. Those that lie in several places are gathered, in as many
/// passes as the memory limit makes needed.
Status scan_traces(const store::Snapshot& snapshot, const TraceScanSpec& spec, Symbols& symbols,
                   std::span<const VisitTrace> visitors, const RunOptions& options = {});

/// A trace of which some row passes a test, and the time of that row.
struct TraceHit {
  model::TraceId id;
  std::int64_t time_ns = 0;
};

/// The traces of which some row in [from, to) passes, in no order. A trace may be named more than
/// once, in any case with its latest row. `traces_seen`, when given, is how many traces stand in
/// the range, near enough: one that lies in several places counts for each. kTooLarge when they do
/// not fit the memory limit.
Result<std::vector<TraceHit>> find_hits(const store::Snapshot& snapshot, const RowTest& test,
                                        std::int64_t from_ns, std::int64_t to_ns,
                                        const RunOptions& options = {},
                                        std::uint64_t* traces_seen = nullptr);

}  // namespace tracery::query
