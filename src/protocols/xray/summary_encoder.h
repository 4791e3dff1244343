// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "model/event.h"
#include "query/service_trace.h"

namespace tracery::xray {

/// Of the columns that there are, those a summary is made of.
std::vector<std::string> summary_columns(std::span<const std::string> columns);

/// When a trace is filed by its id: the seconds in the id where they are about when it started,
/// else its start, for ids of OpenTelemetry are random.
std::int64_t filed_at_ns(const query::ServiceTrace& trace);

/// A TraceSummary. `events[i]` is the event of `trace.spans[i]`, with the columns above.
/// `matched_event_ns` is given when traces were asked for by event time. Source: X-Ray API
/// reference, TraceSummary.
void write_trace_summary(JsonWriter& json, const query::ServiceTrace& trace,
                         std::span<const model::Event> events, query::Symbols& symbols,
                         std::optional<std::int64_t> matched_event_ns);

}  // namespace tracery::xray
