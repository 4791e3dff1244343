// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/event.h"
#include "model/trace_id.h"

namespace tracery::xray {

/// One segment of a trace, as BatchGetTraces gives it.
struct SegmentDocument {
  std::string id;
  std::string text;  ///< JSON.
};

struct TraceDocuments {
  double duration_seconds = 0;
  std::vector<SegmentDocument> segments;  ///< By start, the trace's root first.
};

/// The segment documents of a trace from all its events, in any order. Pure.
///
/// - A segment that was sent as one document comes back as it was sent; a finished one replaces
///   those sent while it was in progress.
/// - A subsegment sent apart is put into the segment or subsegment it names as its parent, without
///   the members that only documents of their own need. One whose parent is not there is a document
///   by itself.
/// - Spans of other protocols become segments (those that serve a request, and those without a
///   parent here) and subsegments inside.
/// - What was called but reports nothing itself has a segment that is made here (infer_segments).
TraceDocuments assemble_documents(const model::TraceId& trace_id,
                                  std::span<const model::Event> events);

}  // namespace tracery::xray
