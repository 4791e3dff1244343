// SPDX-License-Identifier: Apache-2.0
// GetTraceSummaries.
#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_request.h"
#include "api/xray_services.h"
#include "base/hex.h"
#include "protocols/xray/graph_encoder.h"
#include "protocols/xray/summary_encoder.h"

namespace tracery::api {
namespace {

constexpr std::size_t kPageTraces = 500;

/// "<start ns>-<trace id>": where the page before ended.
std::string token_of(const query::ServiceTrace& trace) {
  return std::to_string(trace.start_ns()) + "-" + to_hex(trace.id.bytes);
}

Result<std::optional<query::TraceCursor>> read_token(const std::string& token) {
  if (token.empty()) return std::optional<query::TraceCursor>();
  query::TraceCursor cursor;
  const char* const end = token.data() + token.size();
  const auto start = std::from_chars(token.data(), end, cursor.start_ns);
  const bool is_sound = start.ec == std::errc() && start.ptr != end && *start.ptr == '-' &&
                        from_hex(std::string_view(start.ptr + 1, end), cursor.id.bytes);
  if (!is_sound) return Error{ErrorCode::kInvalid, "Invalid NextToken"};
  return std::optional(cursor);
}

Result<app::TraceClock> read_clock(const nlohmann::json& body) {
  const std::string type = text_member(body, "TimeRangeType", "TraceId");
  if (type == "TraceId") return app::TraceClock::kTraceId;
  if (type == "Event") return app::TraceClock::kEvent;
  if (type == "Service") return app::TraceClock::kService;
  return Error{ErrorCode::kInvalid, "Invalid TimeRangeType: " + type};
}

/// The share of traces that is wanted; any subset will do for a partial scan, so all of them.
Result<std::optional<double>> read_share(const nlohmann::json& body) {
  const auto strategy = body.find("SamplingStrategy");
  if (strategy == body.end() || !strategy->is_object()) return std::optional<double>();
  const std::string name = text_member(*strategy, "Name");
  if (name == "PartialScan" || name.empty()) return std::optional<double>();
  if (name != "FixedRate") return Error{ErrorCode::kInvalid, "Invalid SamplingStrategy: " + name};
  const auto value = strategy->find("Value");
  if (value == strategy->end() || !value->is_number()) return std::optional<double>();
  return std::optional(std::clamp(value->get<double>(), 0.0, 1.0));
}

/// The latest of what happened in the range.
std::int64_t latest_event_ns(const query::ServiceTrace& trace,
                             const app::TraceSelection& selection) {
  std::int64_t latest_ns = selection.from_ns;
  for (const query::TraceSpan& span : trace.spans) {
    for (const std::int64_t time_ns : {span.start_ns, span.end_ns}) {
      if (time_ns < selection.to_ns) latest_ns = std::max(latest_ns, time_ns);
    }
  }
  return latest_ns;
}

Result<std::string> get_trace_summaries(Services& services, const nlohmann::json& body) {
  app::SummaryQuery query;
  query.selection = TRACERY_TRY(read_selection(body));
  query.selection.filter = text_member(body, "FilterExpression");
  query.clock = TRACERY_TRY(read_clock(body));
  query.share = TRACERY_TRY(read_share(body));
  query.after = TRACERY_TRY(read_token(text_member(body, "NextToken")));
  query.limit = kPageTraces;
  const app::SummaryPage summaries = TRACERY_TRY(services.xray->traces.summaries(query));
  const query::TracePage& page = summaries.page;
  JsonWriter json;
  json.begin_object().key("TraceSummaries").begin_array();
  for (std::size_t i = 0; i < page.traces.size(); ++i) {
    std::optional<std::int64_t> event_ns;
    if (query.clock == app::TraceClock::kEvent) {
      event_ns = latest_event_ns(page.traces[i], query.selection);
    }
    xray::write_trace_summary(json, page.traces[i], summaries.events[i], *page.symbols, event_ns);
  }
  json.end_array().field("ApproximateTime", xray::to_seconds(services.clock.now_ns()));
  json.field("TracesProcessedCount", page.processed);
  if (page.has_more) json.field("NextToken", token_of(page.traces.back()));
  return json.end_object().take();
}

}  // namespace

void add_xray_summary_routes(Router& router, Services& services) {
  router.add(
      "POST", "/TraceSummaries",
      xray_operation(services, XrayRight::kManage, [&services](const XrayCall& call) -> XrayAnswer {
        auto body = get_trace_summaries(services, call.body);
        if (!body.ok()) return body.error();
        return *std::move(body);
      }));
}

}  // namespace tracery::api
