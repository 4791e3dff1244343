// SPDX-License-Identifier: Apache-2.0
#include "api/trace_json.h"

#include <cstdio>

#include "api/ui_answers.h"

namespace tracery::api {

std::string span_id_text(std::uint64_t span_id) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(span_id));
  return text;
}

void write_trace_summary(JsonWriter& json, const query::TraceSummary& trace) {
  constexpr std::size_t kServicesMax = 12;
  json.begin_object().field("trace_id", model::format_trace_id(trace.id));
  json.field("root_span_id", span_id_text(trace.root_span_id));
  json.field("root_name", trace.root_name).field("root_service", trace.root_service);
  if (!trace.has_root) json.field("root_missing", true);
  json.field("start_ns", ns_text(trace.start_ns)).field("duration_ns", ns_text(trace.duration_ns));
  json.field("span_count", trace.spans).field("error_count", trace.errors);
  json.field("matched_spans", trace.matched).key("services").begin_array();
  for (std::size_t i = 0; i < trace.services.size() && i < kServicesMax; ++i) {
    const query::TraceService& service = trace.services[i];
    json.begin_object().field("name", service.name).field("span_count", service.spans);
    json.field("self_ns", ns_text(service.self_ns)).end_object();
  }
  json.end_array().key("values").begin_array();
  for (const model::Value& value : trace.values) write_value(json, value);
  json.end_array().end_object();
}

}  // namespace tracery::api
