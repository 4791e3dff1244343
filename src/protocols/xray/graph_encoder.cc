// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/graph_encoder.h"

#include <algorithm>
#include <cmath>

#include "base/time.h"

namespace tracery::xray {
namespace {

using query::ServiceNode;

void write_statistics(JsonWriter& json, const query::CallStatistics& statistics) {
  json.begin_object().field("OkCount", statistics.ok);
  json.key("ErrorStatistics").begin_object().field("ThrottleCount", statistics.throttles);
  json.field("OtherCount", statistics.other_errors).field("TotalCount", statistics.errors());
  json.end_object().key("FaultStatistics").begin_object().field("OtherCount", statistics.faults);
  json.field("TotalCount", statistics.faults).end_object();
  json.field("TotalCount", statistics.total());
  json.field("TotalResponseTime", to_seconds(statistics.total_ns)).end_object();
}

void write_histogram(JsonWriter& json, const query::LatencyHistogram& histogram) {
  json.begin_array();
  for (const auto& [value_ms, count] : histogram.entries()) {
    json.begin_object().field("Value", static_cast<double>(value_ms) / 1e3);
    json.field("Count", count).end_object();
  }
  json.end_array();
}

void write_names(JsonWriter& json, std::string_view name) {
  json.field("Name", name).key("Names").begin_array().value(name).end_array();
}

/// Whole seconds that hold everything between.
void write_times(JsonWriter& json, std::int64_t first_ns, std::int64_t last_ns) {
  json.field("StartTime", first_ns / kNsPerSecond);
  json.field("EndTime", (last_ns + kNsPerSecond - 1) / kNsPerSecond);
}

void write_edge(JsonWriter& json, const query::ServiceEdge& edge) {
  json.begin_object().field("ReferenceId", static_cast<std::uint64_t>(edge.to));
  write_times(json, edge.first_ns, edge.last_ns);
  json.key("SummaryStatistics");
  write_statistics(json, edge.statistics);
  json.key("ResponseTimeHistogram");
  write_histogram(json, edge.responses);
  json.key("Aliases").begin_array();
  for (const query::ServiceAlias& alias : edge.aliases) {
    json.begin_object();
    write_names(json, alias.name);
    json.field("Type", alias.type).end_object();
  }
  json.end_array().end_object();
}

}  // namespace

double to_seconds(std::int64_t time_ns) {
  // Whole microseconds survive the way through a double, and read well.
  return std::round(static_cast<double>(time_ns) / 1e3) / 1e6;
}

void write_service_id(JsonWriter& json, std::string_view name, std::string_view type,
                      std::string_view account_id) {
  json.begin_object();
  write_names(json, name);
  if (!account_id.empty()) json.field("AccountId", account_id);
  json.field("Type", type).end_object();
}

void write_service(JsonWriter& json, const query::ServiceGraph& graph, std::size_t index) {
  const ServiceNode& node = graph.nodes[index];
  json.begin_object().field("ReferenceId", static_cast<std::uint64_t>(index));
  write_names(json, node.name);
  if (node.is_root) json.field("Root", true);
  if (!node.account.empty()) json.field("AccountId", node.account);
  json.field("Type", node.type);
  json.field("State", node.kind == ServiceNode::Kind::kService ? "active" : "unknown");
  write_times(json, node.first_ns, node.last_ns);
  json.key("Edges").begin_array();
  for (const query::ServiceEdge& edge : node.edges) write_edge(json, edge);
  json.end_array();
  if (node.kind != ServiceNode::Kind::kClient) {
    json.key("SummaryStatistics");
    write_statistics(json, node.statistics);
  }
  json.key("DurationHistogram");
  write_histogram(json, node.durations);
  json.key("ResponseTimeHistogram");
  write_histogram(json, node.responses);
  json.end_object();
}

void write_services(JsonWriter& json, const query::ServiceGraph& graph) {
  json.begin_array();
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) write_service(json, graph, i);
  json.end_array();
}

void write_time_series(JsonWriter& json, const query::ServiceSeries& series, bool is_edge,
                       bool with_forecast) {
  json.begin_array();
  double faults_before = 0;
  double buckets_before = 0;
  for (const query::ServiceSeries::Point& point : series.points) {
    json.begin_object().field("Timestamp", to_seconds(point.time_ns));
    json.key(is_edge ? "EdgeSummaryStatistics" : "ServiceSummaryStatistics");
    write_statistics(json, point.statistics);
    if (with_forecast && buckets_before > 0) {
      // Faults as rare events: about as many as so far, give or take three deviations.
      const double usual = faults_before / buckets_before;
      const double spread = 3 * std::sqrt(usual);
      json.key("ServiceForecastStatistics").begin_object();
      json.field("FaultCountHigh", static_cast<std::int64_t>(std::ceil(usual + spread)));
      json.field("FaultCountLow",
                 static_cast<std::int64_t>(std::max(0.0, std::floor(usual - spread))));
      json.end_object();
    }
    json.key("ResponseTimeHistogram");
    write_histogram(json, point.responses);
    json.end_object();
    faults_before += static_cast<double>(point.statistics.faults);
    ++buckets_before;
  }
  json.end_array();
}

}  // namespace tracery::xray
