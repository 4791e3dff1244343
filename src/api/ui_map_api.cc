// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/trace_json.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/xray_services.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using query::ServiceNode;

Result<app::TraceSelection> selection_of(const nlohmann::json& body) {
  const TimeRange range = TRACERY_TRY(range_of(body));
  return app::TraceSelection{
      range.from_ns, range.to_ns, text_member(body, "filter"), text_member(body, "group"), {}};
}

/// An error of the expression points at its member.
net::Response filter_error_response(const Error& error) {
  const nlohmann::json body = {
      {"code", "bad_query"}, {"message", error.message}, {"hint", ""}, {"field", "filter"}};
  return ui_json(400, body.dump());
}

bool is_filter_error(const Error& error) {
  return error.message.starts_with("Invalid filter expression");
}

std::string node_id(const ServiceNode& node) {
  return span_id_text(hash64(node.name + '\0' + node.type + '\0' + node.account));
}

std::string quote_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string id_expression(const ServiceNode& node) {
  return "id(name: " + quote_text(node.name) + ", type: " + quote_text(node.type) + ")";
}

void write_counts(JsonWriter& json, const query::CallStatistics& statistics) {
  json.field("total", statistics.total()).field("ok", statistics.ok);
  json.field("error", statistics.other_errors).field("throttle", statistics.throttles);
  json.field("fault", statistics.faults);
}

void write_quantiles(JsonWriter& json, const query::LatencyHistogram& responses) {
  for (const auto& [key, q] : {std::pair{"p50_ms", 0.5}, std::pair{"p95_ms", 0.95}}) {
    json.key(key);
    if (responses.count() == 0) {
      json.null();
    } else {
      json.value(responses.quantile_ms(q));
    }
  }
}

void write_average(JsonWriter& json, const query::CallStatistics& statistics) {
  json.key("avg_ms");
  if (statistics.total() == 0) {
    json.null();
    return;
  }
  json.value(static_cast<double>(statistics.total_ns) / 1e6 /
             static_cast<double>(statistics.total()));
}

void write_histogram(JsonWriter& json, const query::LatencyHistogram& histogram) {
  json.key("histogram").begin_array();
  for (const auto& [value_ms, count] : histogram.entries()) {
    json.begin_array().value(value_ms).value(count).end_array();
  }
  json.end_array();
}

void write_figures(JsonWriter& json, const query::CallStatistics& statistics,
                   const query::LatencyHistogram& responses, double minutes) {
  write_counts(json, statistics);
  json.field("per_minute", minutes > 0 ? static_cast<double>(statistics.total()) / minutes : 0.0);
  write_average(json, statistics);
  write_quantiles(json, responses);
  write_histogram(json, responses);
}

const char* kind_of(const ServiceNode& node) {
  switch (node.kind) {
    case ServiceNode::Kind::kService: return "service";
    case ServiceNode::Kind::kInferred: return "inferred";
    case ServiceNode::Kind::kClient: break;
  }
  return "client";
}

void write_edge(JsonWriter& json, const query::ServiceGraph& graph, const ServiceNode& from,
                const query::ServiceEdge& edge, double minutes) {
  const ServiceNode& to = graph.nodes[edge.to];
  const std::string from_id = node_id(from);
  const std::string to_id = node_id(to);
  json.begin_object().field("id", span_id_text(hash64(from_id + to_id)));
  json.field("from", from_id).field("to", to_id);
  write_figures(json, edge.statistics, edge.responses, minutes);
  json.key("network");
  if (edge.in_between.count() == 0) {
    json.null();
  } else {
    json.begin_object().field("count", edge.in_between.count());
    write_quantiles(json, edge.in_between);
    json.end_object();
  }
  json.field("filter", "edge(" + id_expression(from) + ", " + id_expression(to) + ")");
  json.end_object();
}

void write_graph(JsonWriter& json, const query::ServiceGraph& graph, double minutes) {
  json.field("traces", graph.traces).key("nodes").begin_array();
  for (const ServiceNode& node : graph.nodes) {
    json.begin_object().field("id", node_id(node)).field("name", node.name);
    json.field("type", node.type).field("account", node.account).field("kind", kind_of(node));
    json.field("root", node.is_root);
    write_figures(json, node.statistics, node.responses, minutes);
    json.field("filter", "service(" + id_expression(node) + ")").end_object();
  }
  json.end_array().key("edges").begin_array();
  for (const ServiceNode& node : graph.nodes) {
    for (const query::ServiceEdge& edge : node.edges) {
      write_edge(json, graph, node, edge, minutes);
    }
  }
  json.end_array();
}

double minutes_of(const app::TraceSelection& selection) {
  return static_cast<double>(selection.to_ns - selection.from_ns) / 60e9;
}

Result<net::Response> get_map(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const app::TraceSelection selection = TRACERY_TRY(selection_of(body));
  const std::int64_t started_ns = monotonic_ns();
  auto graph = services.xray->traces.service_graph(selection);
  if (!graph.ok() && is_filter_error(graph.error())) return filter_error_response(graph.error());
  const query::ServiceGraph made = TRACERY_TRY(std::move(graph));
  JsonWriter json;
  json.begin_object().field("start_ms", to_ms(selection.from_ns));
  json.field("end_ms", to_ms(selection.to_ns));
  json.field("elapsed_ms", static_cast<double>(monotonic_ns() - started_ns) / 1e6);
  write_graph(json, made, minutes_of(selection));
  return ui_json(200, json.end_object().take());
}

Result<net::Response> get_trace_map(Services& services, const Call& call) {
  const auto id = model::parse_trace_id(call.parameters.at(0));
  if (!id) return Error{ErrorCode::kNotFound, "no trace id: " + call.parameters.at(0)};
  const auto graph = TRACERY_TRY(services.xray->traces.trace_graph({*id}));
  if (graph.traces == 0) return Error{ErrorCode::kNotFound, "no span of the trace is stored"};
  std::int64_t first_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_ns = std::numeric_limits<std::int64_t>::min();
  for (const ServiceNode& node : graph.nodes) {
    first_ns = std::min(first_ns, node.first_ns);
    last_ns = std::max(last_ns, node.last_ns);
  }
  JsonWriter json;
  json.begin_object();
  if (!graph.nodes.empty()) {
    json.field("start_ms", to_ms(first_ns)).field("end_ms", to_ms(last_ns));
  }
  write_graph(json, graph, 0);
  return ui_json(200, json.end_object().take());
}

/// A round width that makes about so many buckets.
std::int64_t bucket_ns_of(const app::TraceSelection& selection, std::int64_t buckets) {
  const std::int64_t least_ns =
      (selection.to_ns - selection.from_ns) / std::max<std::int64_t>(buckets, 1);
  for (const std::int64_t seconds : {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
                                     14'400, 21'600, 43'200, 86'400}) {
    if (seconds * kNsPerSecond >= least_ns) return seconds * kNsPerSecond;
  }
  return (least_ns / kNsPerDay + 1) * kNsPerDay;
}

using Points = std::vector<const query::ServiceSeries::Point*>;

void write_counts_line(JsonWriter& json, const char* key, const Points& points,
                       std::uint64_t (*count)(const query::CallStatistics&)) {
  json.key(key).begin_array();
  for (const auto* point : points) {
    json.value(point == nullptr ? std::uint64_t{0} : count(point->statistics));
  }
  json.end_array();
}

void write_quantile_line(JsonWriter& json, const char* key, const Points& points, double q) {
  json.key(key).begin_array();
  for (const auto* point : points) {
    if (point == nullptr) {
      json.null();
    } else {
      json.value(point->responses.quantile_ms(q));
    }
  }
  json.end_array();
}

void write_series(JsonWriter& json, const query::ServiceSeries& series,
                  const app::TraceSelection& selection, std::int64_t bucket_ns) {
  const std::int64_t first_ns = selection.from_ns - selection.from_ns % bucket_ns;
  const auto buckets = static_cast<std::size_t>((selection.to_ns - first_ns - 1) / bucket_ns + 1);
  Points points(buckets, nullptr);
  query::LatencyHistogram all;
  for (const auto& point : series.points) {
    points[static_cast<std::size_t>((point.time_ns - first_ns) / bucket_ns)] = &point;
    all.merge(point.responses);
  }
  json.key("times_ms").begin_array();
  for (std::size_t i = 0; i < buckets; ++i) {
    json.value(to_ms(first_ns + static_cast<std::int64_t>(i) * bucket_ns));
  }
  json.end_array();
  using Statistics = query::CallStatistics;
  write_counts_line(json, "total", points, [](const Statistics& s) { return s.total(); });
  write_counts_line(json, "ok", points, [](const Statistics& s) { return s.ok; });
  write_counts_line(json, "error", points, [](const Statistics& s) { return s.other_errors; });
  write_counts_line(json, "throttle", points, [](const Statistics& s) { return s.throttles; });
  write_counts_line(json, "fault", points, [](const Statistics& s) { return s.faults; });
  write_quantile_line(json, "p50_ms", points, 0.5);
  write_quantile_line(json, "p95_ms", points, 0.95);
  write_histogram(json, all);
}

void write_operations(JsonWriter& json, const query::ServiceSeries& series) {
  constexpr std::size_t kOperationsMax = 50;
  json.key("operations").begin_array();
  for (std::size_t i = 0; i < series.operations.size() && i < kOperationsMax; ++i) {
    const query::ServiceSeries::Operation& operation = series.operations[i];
    json.begin_object().field("name", operation.name);
    write_counts(json, operation.statistics);
    write_average(json, operation.statistics);
    write_quantiles(json, operation.responses);
    json.end_object();
  }
  json.end_array();
}

Result<net::Response> get_map_series(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const app::TraceSelection selection = TRACERY_TRY(selection_of(body));
  constexpr std::int64_t kBucketsMax = 2000;
  const std::int64_t wanted =
      std::clamp<std::int64_t>(int_member(body, "buckets", 60), 1, kBucketsMax);
  const std::int64_t bucket_ns = bucket_ns_of(selection, wanted);
  const std::string entity = text_member(body, "entity");
  auto series = services.xray->traces.series(selection, entity, bucket_ns, true);
  if (!series.ok() && is_filter_error(series.error())) {
    return filter_error_response(series.error());
  }
  const query::ServiceSeries made = TRACERY_TRY(std::move(series));
  JsonWriter json;
  json.begin_object().field("start_ms", to_ms(selection.from_ns));
  json.field("end_ms", to_ms(selection.to_ns)).field("bucket_ms", bucket_ns / kNsPerMs);
  write_series(json, made, selection, bucket_ns);
  write_operations(json, made);
  return ui_json(200, json.end_object().take());
}

Result<net::Response> check_filter(const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto expression = xray::parse_filter(text_member(body, "filter"));
  JsonWriter json;
  json.begin_object().field("ok", expression.ok());
  if (!expression.ok()) {
    const std::string& message = expression.error().message;
    const std::size_t at = message.rfind(' ');
    json.field("message", message);
    json.key("position").raw(message.substr(at + 1));
  }
  return ui_json(200, json.end_object().take());
}

}  // namespace

void add_ui_map_routes(Router& router, Services& services) {
  router.add("POST", "/ui/api/v1/map",
             ui_handler(services, [&](const Call& call) { return get_map(services, call); }));
  router.add("POST", "/ui/api/v1/map/series", ui_handler(services, [&](const Call& call) {
               return get_map_series(services, call);
             }));
  router.add("GET", "/ui/api/v1/trace/:id/map",
             ui_handler(services, [&](const Call& call) { return get_trace_map(services, call); }));
  router.add("POST", "/ui/api/v1/filter/check", ui_handler(services, check_filter));
}

}  // namespace tracery::api
