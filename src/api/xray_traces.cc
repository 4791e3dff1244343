// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_services.h"
#include "base/json_writer.h"
#include "protocols/xray/trace_documents.h"
#include "query/trace.h"

namespace tracery::api {
namespace {

constexpr std::size_t kStrictIdsMax = 5;

void write_trace(JsonWriter& json, const std::string& id, const xray::TraceDocuments& trace) {
  json.begin_object().field("Id", id).field("Duration", trace.duration_seconds);
  json.field("LimitExceeded", false).key("Segments").begin_array();
  for (const xray::SegmentDocument& segment : trace.segments) {
    json.begin_object().field("Id", segment.id).field("Document", segment.text).end_object();
  }
  json.end_array().end_object();
}

XrayAnswer batch_get_traces(Services& services, const XrayCall& call) {
  const auto ids = call.body.find("TraceIds");
  if (ids == call.body.end() || !ids->is_array()) {
    return Error{ErrorCode::kInvalid, "TraceIds must be a list"};
  }
  if (services.xray->is_strict) {
    if (ids->size() > kStrictIdsMax) {
      return Error{ErrorCode::kInvalid, "Exceeding maximum query size: 5"};
    }
    if (call.body.contains("NextToken") && !call.body["NextToken"].is_null()) {
      return Error{ErrorCode::kInvalid, "NextToken is currently not supported"};
    }
  }
  const auto snapshot = services.store.snapshot();
  std::vector<std::string> unknown;
  JsonWriter json;
  json.begin_object().key("Traces").begin_array();
  for (const nlohmann::json& asked : *ids) {
    const std::string text = asked.is_string() ? asked.get<std::string>() : asked.dump();
    const auto id = model::parse_trace_id(text);
    const auto events = id ? query::find_trace_events(*snapshot, *id)
                           : Result<std::vector<model::Event>>(Error{ErrorCode::kNotFound, ""});
    if (!events.ok() && events.error().code != ErrorCode::kNotFound) return events.error();
    const auto trace =
        events.ok() ? xray::assemble_documents(*id, *events) : xray::TraceDocuments();
    if (trace.segments.empty()) {
      unknown.push_back(text);
    } else {
      write_trace(json, text, trace);
    }
  }
  json.end_array().key("UnprocessedTraceIds").begin_array();
  for (const std::string& id : unknown) json.value(id);
  json.end_array().end_object();
  return json.take();
}

}  // namespace

void add_xray_trace_routes(Router& router, Services& services) {
  router.add("POST", "/Traces",
             xray_operation(services, XrayRight::kManage, [&services](const XrayCall& call) {
               return batch_get_traces(services, call);
             }));
}

}  // namespace tracery::api
