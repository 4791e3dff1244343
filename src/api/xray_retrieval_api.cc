// SPDX-License-Identifier: Apache-2.0
// StartTraceRetrieval, ListRetrievedTraces, GetRetrievedTracesGraph and CancelTraceRetrieval.
#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_request.h"
#include "api/xray_services.h"
#include "protocols/xray/graph_encoder.h"
#include "protocols/xray/ids.h"
#include "protocols/xray/otel_span_document.h"
#include "query/trace.h"

namespace tracery::api {
namespace {

constexpr std::size_t kTraceIdsMax = 100;
constexpr std::size_t kTracesPerPage = 5;
constexpr std::size_t kSpansPerTrace = 100;

/// "<trace>-<span>": the first of the next page.
struct RetrievalCursor {
  std::size_t trace = 0, span = 0;

  std::string text() const { return std::to_string(trace) + "-" + std::to_string(span); }
  static Result<RetrievalCursor> parse(const std::string& token) {
    RetrievalCursor cursor;
    if (token.empty()) return cursor;
    const char* const end = token.data() + token.size();
    const auto trace = std::from_chars(token.data(), end, cursor.trace);
    const bool goes_on = trace.ec == std::errc() && trace.ptr != end && *trace.ptr == '-';
    const auto span = goes_on ? std::from_chars(trace.ptr + 1, end, cursor.span) : trace;
    if (!goes_on || span.ec != std::errc() || span.ptr != end) {
      return Error{ErrorCode::kInvalid, "Invalid NextToken"};
    }
    return cursor;
  }
};

AwsError not_found(const std::string& token) {
  return {404, "ResourceNotFoundException", "The retrieval token was not found", token};
}

/// What most of these operations do first.
using WithRetrieval =
    std::function<Result<std::string>(const app::TraceRetrievals::Retrieval& retrieval)>;

XrayAnswer with_retrieval(Services& services, const nlohmann::json& body,
                          const WithRetrieval& work) {
  const std::string token = text_member(body, "RetrievalToken");
  if (token.empty()) return missing_member("retrievalToken");
  const auto retrieval = services.xray->retrievals.find(token);
  if (!retrieval.ok()) return not_found(token);
  auto answer = work(*retrieval);
  if (!answer.ok()) return answer.error();
  return *std::move(answer);
}

Result<std::string> start_retrieval(Services& services, const nlohmann::json& body) {
  TRACERY_TRY(read_selection(body));
  auto ids = TRACERY_TRY(read_trace_ids(body));
  if (ids.size() > kTraceIdsMax) return Error{ErrorCode::kInvalid, "more than 100 trace ids"};
  JsonWriter json;
  json.begin_object().field("RetrievalToken", services.xray->retrievals.start(std::move(ids)));
  return json.end_object().take();
}

const char* status_of(const app::TraceRetrievals::Retrieval& retrieval) {
  return retrieval.is_cancelled ? "CANCELLED" : "COMPLETE";
}

/// A trace's documents in the format asked for; none when nothing of it is stored.
Result<xray::TraceDocuments> read_documents(const store::Snapshot& snapshot,
                                            const model::TraceId& id, bool is_otel) {
  auto events = query::find_trace_events(snapshot, id);
  if (!events.ok() && events.error().code == ErrorCode::kNotFound) return xray::TraceDocuments();
  const auto stored = TRACERY_TRY(std::move(events));
  xray::TraceDocuments documents = xray::assemble_documents(id, stored);
  if (is_otel) documents.segments = xray::write_otel_spans(id, stored);
  return documents;
}

void write_trace(JsonWriter& json, const model::TraceId& id, const xray::TraceDocuments& trace,
                 std::size_t first_span) {
  json.begin_object().field("Id", xray::format_document_trace_id(id));
  json.field("Duration", trace.duration_seconds).key("Spans").begin_array();
  const std::size_t last = std::min(first_span + kSpansPerTrace, trace.segments.size());
  for (std::size_t i = first_span; i < last; ++i) {
    json.begin_object().field("Id", trace.segments[i].id);
    json.field("Document", trace.segments[i].text).end_object();
  }
  json.end_array().end_object();
}

Result<std::string> list_traces(Services& services, const nlohmann::json& body,
                                const app::TraceRetrievals::Retrieval& retrieval) {
  const std::string format = text_member(body, "TraceFormat", "XRAY");
  if (format != "XRAY" && format != "OTEL") {
    return Error{ErrorCode::kInvalid, "Invalid TraceFormat: " + format};
  }
  RetrievalCursor at = TRACERY_TRY(RetrievalCursor::parse(text_member(body, "NextToken")));
  const auto snapshot = services.store.snapshot();
  JsonWriter json;
  json.begin_object().field("RetrievalStatus", status_of(retrieval));
  json.field("TraceFormat", format).key("Traces").begin_array();
  const std::size_t traces = retrieval.is_cancelled ? 0 : retrieval.ids.size();
  for (std::size_t shown = 0; shown < kTracesPerPage && at.trace < traces; ++shown) {
    const model::TraceId& id = retrieval.ids[at.trace];
    const auto documents = TRACERY_TRY(read_documents(*snapshot, id, format == "OTEL"));
    if (!documents.segments.empty()) write_trace(json, id, documents, at.span);
    at.span += kSpansPerTrace;
    if (at.span < documents.segments.size()) break;
    at = {at.trace + 1, 0};
  }
  json.end_array();
  if (at.trace < traces) json.field("NextToken", at.text());
  return json.end_object().take();
}

Result<std::string> get_graph(Services& services,
                              const app::TraceRetrievals::Retrieval& retrieval) {
  JsonWriter json;
  json.begin_object().field("RetrievalStatus", status_of(retrieval)).key("Services").begin_array();
  if (!retrieval.is_cancelled) {
    const auto graph = TRACERY_TRY(services.xray->traces.trace_graph(retrieval.ids));
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      json.begin_object().key("Service");
      xray::write_service(json, graph, i);
      json.key("Links").begin_array().end_array().end_object();
    }
  }
  return json.end_array().end_object().take();
}

XrayAnswer cancel_retrieval(Services& services, const nlohmann::json& body) {
  const std::string token = text_member(body, "RetrievalToken");
  if (token.empty()) return missing_member("retrievalToken");
  if (!services.xray->retrievals.cancel(token).ok()) return not_found(token);
  return std::string("{}");
}

}  // namespace

void add_xray_retrieval_routes(Router& router, Services& services) {
  const auto add = [&](const char* path, std::function<XrayAnswer(const nlohmann::json&)> answer) {
    router.add("POST", path,
               xray_operation(services, XrayRight::kManage,
                              [answer = std::move(answer)](const XrayCall& call) {
                                return answer(call.body);
                              }));
  };
  add("/StartTraceRetrieval", [&services](const nlohmann::json& body) -> XrayAnswer {
    auto answer = start_retrieval(services, body);
    if (!answer.ok()) return answer.error();
    return *std::move(answer);
  });
  add("/ListRetrievedTraces", [&services](const nlohmann::json& body) {
    return with_retrieval(services, body, [&](const auto& retrieval) {
      return list_traces(services, body, retrieval);
    });
  });
  add("/GetRetrievedTracesGraph", [&services](const nlohmann::json& body) {
    return with_retrieval(services, body,
                          [&](const auto& retrieval) { return get_graph(services, retrieval); });
  });
  add("/CancelTraceRetrieval",
      [&services](const nlohmann::json& body) { return cancel_retrieval(services, body); });
}

}  // namespace tracery::api
