// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "query/trace_list.h"
#include "query/trace_match.h"
#include "query/trace_scan.h"

namespace tracery::query {

/// Where a page of traces, newest first, ended.
struct TraceCursor {
  std::int64_t start_ns = 0;
  model::TraceId id;
};

/// Which traces of a range are wanted, whole.
struct TracePageSpec {
  const SpanRules* rules = nullptr;
  std::optional<TraceCondition> condition;
  std::int64_t from_ns = 0, to_ns = 0;
  std::vector<std::string> datasets;  ///< Only traces with a span of one of them; empty: all.
  /// Whether a trace is one of the range; not given: it starts in [from, to).
  std::function<bool(const ServiceTrace&)> is_in_range;
  /// Leaves traces out by their ids, before anything else is done; not given: none.
  std::function<bool(const model::TraceId&)> takes;
  TraceOrder order = TraceOrder::kNewest;
  std::size_t limit = 100;
  std::size_t skip = 0;              ///< Traces to leave out at the front.
  std::optional<TraceCursor> after;  ///< kNewest: only traces that come after this one.
  /// True: look through the whole range, so that TracePage::matched is exact. Always so for
  /// kSlowest.
  bool count_all = false;
};

struct TracePage {
  std::vector<ServiceTrace> traces;  ///< In order. Labels are numbers of `symbols`.
  std::shared_ptr<Symbols> symbols;
  std::uint64_t matched = 0;    ///< As far as was looked.
  std::uint64_t processed = 0;  ///< Traces looked at, near enough.
  bool has_more = false;        ///< There may be more behind the last one.
};

/// The traces that meet the condition. Newest first looks from the end of the range backwards, in
/// slices, until the page is full. Where the condition asks for some row, such rows are found
/// first, as far back as a full page takes, and only their traces are assembled. Ties are broken by
/// id. Errors as scan_traces.
Result<TracePage> find_trace_page(const store::Snapshot& snapshot, const TracePageSpec& spec,
                                  const RunOptions& options = {});

}  // namespace tracery::query
