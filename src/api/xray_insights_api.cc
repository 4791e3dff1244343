// SPDX-License-Identifier: Apache-2.0
// The insight operations. No insights are made, so lists of them are empty and none can be found.
#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_request.h"
#include "api/xray_services.h"
#include "base/json_writer.h"
#include "protocols/xray/graph_encoder.h"

namespace tracery::api {
namespace {

Result<std::string> insight_id(const nlohmann::json& body) {
  std::string id = text_member(body, "InsightId");
  if (id.empty()) return missing_member("insightId");
  return id;
}

Result<std::string> get_insight_summaries(const nlohmann::json& body) {
  TRACERY_TRY(read_selection(body));
  return std::string(R"({"InsightSummaries":[]})");
}

Result<std::string> get_insight(const nlohmann::json& body) {
  return Error{ErrorCode::kInvalid, "Insight not found: " + TRACERY_TRY(insight_id(body))};
}

Result<std::string> get_insight_events(const nlohmann::json& body) {
  TRACERY_TRY(insight_id(body));
  return std::string(R"({"InsightEvents":[]})");
}

Result<std::string> get_insight_impact_graph(const nlohmann::json& body) {
  const std::string id = TRACERY_TRY(insight_id(body));
  const app::TraceSelection selection = TRACERY_TRY(read_selection(body));
  JsonWriter json;
  json.begin_object().field("InsightId", id);
  for (const char* key : {"StartTime", "ServiceGraphStartTime"}) {
    json.field(key, xray::to_seconds(selection.from_ns));
  }
  for (const char* key : {"EndTime", "ServiceGraphEndTime"}) {
    json.field(key, xray::to_seconds(selection.to_ns));
  }
  return json.key("Services").begin_array().end_array().end_object().take();
}

}  // namespace

void add_xray_insight_routes(Router& router, Services& services) {
  const auto add = [&](const char* path, auto answer) {
    router.add(
        "POST", path,
        xray_operation(services, XrayRight::kManage, [answer](const XrayCall& call) -> XrayAnswer {
          auto body = answer(call.body);
          if (!body.ok()) return body.error();
          return *std::move(body);
        }));
  };
  add("/InsightSummaries", get_insight_summaries);
  add("/Insight", get_insight);
  add("/InsightEvents", get_insight_events);
  add("/InsightImpactGraph", get_insight_impact_graph);
}

}  // namespace tracery::api
