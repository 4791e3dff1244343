// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/trace_id.h"
#include "model/value.h"
#include "query/run.h"

namespace tracery::query {

enum class TraceOrder : std::uint8_t {
  kNewest,   ///< By start, latest first.
  kSlowest,  ///< By duration, longest first.
};

/// Traces of which at least one event passes the filters, in the datasets and the time range.
struct TraceListSpec {
  std::vector<std::string> datasets;  ///< Empty means every dataset.
  FilterSet filters;
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  TraceOrder order = TraceOrder::kNewest;
  std::vector<std::string> columns;  ///< Whose values each summary gives.
  std::size_t limit = 50;
  std::size_t skip = 0;  ///< Traces to leave out at the front, for paging.
  /// False: stop once the newest are found, and leave TraceList::matched at what was seen by then.
  bool count_all = true;
};

struct TraceService {
  std::string name;
  std::uint64_t spans = 0;
  std::int64_t self_ns = 0;
};

struct TraceSummary {
  model::TraceId id;
  bool has_root = false;
  std::uint64_t root_span_id = 0;  ///< The earliest span's when no root is stored.
  std::string root_name;
  std::string root_service;
  std::int64_t start_ns = 0;     ///< Of the whole trace.
  std::int64_t duration_ns = 0;  ///< First start to last end.
  std::uint64_t spans = 0;
  std::uint64_t errors = 0;
  std::uint64_t matched = 0;           ///< Events that passed the filters.
  std::vector<TraceService> services;  ///< By self time, longest first.
  std::vector<model::Value> values;  ///< One per column, from the root, else any span that has it.
};

/// What a list tells of one trace; `matched` is left at 0. kNotFound when no event has the id.
Result<TraceSummary> summarize_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                                     const std::vector<std::string>& columns,
                                     const RunOptions& options = {});

struct TraceList {
  std::vector<TraceSummary> traces;
  std::uint64_t matched = 0;  ///< Traces in all.
};

/// Traces are ranked by what lies in the time range: newest by their first matching event, slowest
/// by the span of time their events there cover. What a summary tells is of the whole trace.
/// kCancelled, kTooLarge (more traces match than the memory limit lets count), or what reading a
/// source gives.
Result<TraceList> find_traces(const store::Snapshot& snapshot, const TraceListSpec& spec,
                              const RunOptions& options = {});

}  // namespace tracery::query
