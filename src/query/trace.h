// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/event.h"
#include "model/trace_id.h"
#include "query/run.h"

namespace tracery::query {

/// One row of a trace's waterfall: a span, a log record that hangs under one, or a stand-in for a
/// parent that is not stored.
struct TraceRow {
  std::int32_t parent = -1;  ///< Index of the parent row; -1 for roots.
  std::uint32_t end = 0;     ///< Index after the last row of this row's subtree.
  std::uint16_t depth = 0;
  std::int64_t start_ns = 0;
  std::int64_t duration_ns = 0;
  std::int64_t self_ns = 0;                       ///< Duration not covered by children.
  std::uint32_t service = 0, name = 0, kind = 0;  ///< Indexes into Trace's tables.
  std::uint64_t span_id = 0;                      ///< 0 for rows that are no span.
  std::uint32_t source = 0;                       ///< Index into Trace::sources.
  bool error = false;
  bool is_open = false;  ///< Has no duration: it was not finished when it was sent.
  bool has_events = false, has_links = false, has_logs = false;
  bool is_span = true;
  bool is_missing = false;    ///< Stands for a span that others name as parent; covers their time.
  bool orphan = false;        ///< Its parent id names a span that is not here.
  bool clock_skewed = false;  ///< Starts before its parent.
};

/// A moment within a row: a span event.
struct TraceMark {
  std::uint32_t row = 0;   ///< Index into Trace::rows.
  std::uint32_t name = 0;  ///< Index into Trace::names.
  std::int64_t time_ns = 0;
};

/// A whole trace, rows in pre-order, siblings by start. Span events and links are not rows: they
/// are read with their span.
struct Trace {
  std::vector<TraceRow> rows;
  std::vector<TraceMark> marks;  ///< By row, then by time.
  std::vector<std::string> services, names, kinds;
  std::vector<std::string> sources;  ///< Where rows came from: "otlp", "xray", …; "" not known.
  std::int64_t start_ns = 0;
  std::uint64_t missing_parents = 0;  ///< Rows that stand for spans not stored.
};

/// Another trace whose span is to be shown as a child of a span of this one.
struct TraceJoin {
  model::TraceId trace;
  std::uint64_t span_id = 0;
  std::uint64_t under = 0;  ///< Span id of the parent.
};

/// kNotFound when no event has the id. Duplicate spans (same id, start and kind) are shown once, a
/// finished one before an open one. A span without a service has its parent's.
Result<Trace> find_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                         const RunOptions& options = {});

/// The trace and others, joined to one.
Result<Trace> find_joined_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                                std::span<const TraceJoin> joins, const RunOptions& options = {});

/// Every event of a span: the span itself first, then its span events, links and log records by
/// time. kNotFound when the trace has no such span.
Result<std::vector<model::Event>> find_span(const store::Snapshot& snapshot,
                                            const model::TraceId& id, std::uint64_t span_id,
                                            const RunOptions& options = {});

/// The same for many spans at once, in their order; nothing where the trace has no such span.
Result<std::vector<std::vector<model::Event>>> find_spans(const store::Snapshot& snapshot,
                                                          const model::TraceId& id,
                                                          std::span<const std::uint64_t> span_ids,
                                                          const RunOptions& options = {});

/// The values of one field by span id, of the spans that have it.
Result<std::unordered_map<std::uint64_t, model::Value>> find_field_values(
    const store::Snapshot& snapshot, const model::TraceId& id, const std::string& field,
    const RunOptions& options = {});

/// All events of a trace, by time: for JSON views, search and export.
Result<std::vector<model::Event>> find_trace_events(const store::Snapshot& snapshot,
                                                    const model::TraceId& id,
                                                    const RunOptions& options = {});

}  // namespace tracery::query
