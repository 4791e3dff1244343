// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "query/service_graph.h"

namespace tracery::xray {

/// The value of "Services" in GetServiceGraph and GetTraceGraph: an array of Service. Source: X-Ray
/// API reference, Service.
void write_services(JsonWriter& json, const query::ServiceGraph& graph);

/// One Service of that array; ReferenceIds are places in `graph.nodes`.
void write_service(JsonWriter& json, const query::ServiceGraph& graph, std::size_t node);

/// A ServiceId.
void write_service_id(JsonWriter& json, std::string_view name, std::string_view type,
                      std::string_view account_id);

/// The value of "TimeSeriesServiceStatistics". `is_edge`: of an edge, else of a service.
void write_time_series(JsonWriter& json, const query::ServiceSeries& series, bool is_edge,
                       bool with_forecast);

/// Epoch seconds, as timestamps are written.
double to_seconds(std::int64_t time_ns);

}  // namespace tracery::xray
