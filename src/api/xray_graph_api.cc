// SPDX-License-Identifier: Apache-2.0
// GetServiceGraph, GetTraceGraph and GetTimeSeriesServiceStatistics.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_request.h"
#include "api/xray_services.h"
#include "base/time.h"
#include "protocols/xray/graph_encoder.h"

namespace tracery::api {
namespace {

Result<std::string> get_service_graph(Services& services, const nlohmann::json& body) {
  const app::TraceSelection selection = TRACERY_TRY(read_selection(body));
  const auto graph = TRACERY_TRY(services.xray->traces.service_graph(selection));
  JsonWriter json;
  json.begin_object().field("StartTime", xray::to_seconds(selection.from_ns));
  json.field("EndTime", xray::to_seconds(selection.to_ns)).key("Services");
  xray::write_services(json, graph);
  // Groups are evaluated when they are asked for, so there are no old versions of them.
  return json.field("ContainsOldGroupVersions", false).end_object().take();
}

Result<std::string> get_trace_graph(Services& services, const nlohmann::json& body) {
  const auto ids = TRACERY_TRY(read_trace_ids(body));
  const auto graph = TRACERY_TRY(services.xray->traces.trace_graph(ids));
  JsonWriter json;
  json.begin_object().key("Services");
  xray::write_services(json, graph);
  return json.end_object().take();
}

bool is_edge_selector(std::string_view selector) {
  const auto entity = xray::parse_entity_selector(selector);
  return entity.ok() && entity->kind == xray::FilterExpression::Kind::kEdge;
}

Result<std::string> get_time_series(Services& services, const nlohmann::json& body) {
  const app::TraceSelection selection = TRACERY_TRY(read_selection(body));
  const std::int64_t period = int_member(body, "Period", 60);
  constexpr std::int64_t kPeriodMax = 86'400;
  if (period < 1 || period > kPeriodMax) return Error{ErrorCode::kInvalid, "Invalid Period"};
  const std::string selector = text_member(body, "EntitySelectorExpression");
  const auto series =
      TRACERY_TRY(services.xray->traces.series(selection, selector, period * kNsPerSecond, false));
  JsonWriter json;
  json.begin_object().key("TimeSeriesServiceStatistics");
  xray::write_time_series(json, series, selector.empty() || is_edge_selector(selector),
                          bool_member(body, "ForecastStatistics"));
  return json.field("ContainsOldGroupVersions", false).end_object().take();
}

}  // namespace

void add_xray_graph_routes(Router& router, Services& services) {
  const auto add = [&](const char* path, auto answer) {
    router.add("POST", path,
               xray_operation(services, XrayRight::kManage,
                              [&services, answer](const XrayCall& call) -> XrayAnswer {
                                auto body = answer(services, call.body);
                                if (!body.ok()) return body.error();
                                return *std::move(body);
                              }));
  };
  add("/ServiceGraph", get_service_graph);
  add("/TraceGraph", get_trace_graph);
  add("/TimeSeriesServiceStatistics", get_time_series);
}

}  // namespace tracery::api
