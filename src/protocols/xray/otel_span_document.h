// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "model/event.h"
#include "model/trace_id.h"
#include "protocols/xray/trace_documents.h"

namespace tracery::xray {

/// The spans of a trace in the format OTEL of ListRetrievedTraces: one JSON document each, in the
/// form that Transaction Search writes spans in. By start.
std::vector<SegmentDocument> write_otel_spans(const model::TraceId& trace_id,
                                              std::span<const model::Event> events);

}  // namespace tracery::xray
