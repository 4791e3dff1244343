// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/otel_span_document.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/json_writer.h"
#include "base/time.h"
#include "model/names.h"
#include "protocols/xray/names.h"
#include "protocols/xray/span_document.h"
#include "query/span_time.h"

namespace tracery::xray {
namespace {

using model::Event;

bool is_of_resource(std::string_view name) {
  for (const std::string_view prefix : {"service.", "telemetry.", "cloud.", "host.", "process.",
                                        "os.", "container.", "k8s.", "deployment."}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

/// Fields that have members of their own, or are ours.
bool is_elsewhere(std::string_view name) {
  return name.starts_with("trace.") || name.starts_with("meta.") || name == model::names::kName ||
         name == model::names::kDurationMs || name == model::names::kSpanKind || name == "type" ||
         name == model::names::kStatusCode || name == "status_message" ||
         name == "span.num_events" || name == "span.num_links";
}

void write_value(JsonWriter& json, const model::Value& value) {
  std::visit(
      [&](const auto& each) {
        if constexpr (std::is_same_v<std::decay_t<decltype(each)>, std::monostate>) {
          json.null();
        } else {
          json.value(each);
        }
      },
      value);
}

template <typename Takes>
void write_attributes(JsonWriter& json, const Event& event, Takes&& takes) {
  json.key("attributes").begin_object();
  for (const model::Field& field : event.fields) {
    if (is_elsewhere(field.name) || !takes(field.name)) continue;
    json.key(field.name);
    write_value(json, field.value);
  }
  json.end_object();
}

std::int64_t duration_ns(const Event& event) {
  const auto* value = model::find_field(event, model::names::kDurationMs);
  if (const auto* ms = value == nullptr ? nullptr : std::get_if<double>(value)) {
    return query::duration_ns_of(*ms);
  }
  const auto* whole = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return whole == nullptr ? 0 : query::duration_ns_of(*whole);
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::string write_span(const model::TraceId& trace_id, const Event& span,
                       const std::vector<const Event*>& events) {
  JsonWriter json;
  json.begin_object().key("resource").begin_object();
  write_attributes(json, span, is_of_resource);
  json.end_object().field("traceId", model::format_trace_id(trace_id));
  json.field("spanId", text_field(span, model::names::kSpanId));
  const std::string parent = text_field(span, model::names::kParentId);
  if (!parent.empty()) json.field("parentSpanId", parent);
  json.field("name", text_field(span, model::names::kName));
  const std::string kind = text_field(span, model::names::kSpanKind);
  json.field("kind", kind.empty() ? "INTERNAL" : upper(kind));
  json.field("startTimeUnixNano", span.time_ns);
  json.field("endTimeUnixNano", span.time_ns + duration_ns(span));
  json.field("durationNano", duration_ns(span));
  write_attributes(json, span, [](std::string_view name) { return !is_of_resource(name); });
  json.key("events").begin_array();
  for (const Event* event : events) {
    json.begin_object().field("timeUnixNano", event->time_ns);
    json.field("name", text_field(*event, model::names::kName));
    write_attributes(json, *event, [](std::string_view name) { return !is_of_resource(name); });
    json.end_object();
  }
  json.end_array().key("status").begin_object();
  const auto* error = model::find_field(span, model::names::kError);
  const bool failed = error != nullptr && *error == model::Value(true);
  json.field("code", failed ? "ERROR" : "UNSET").end_object();
  return json.end_object().take();
}

}  // namespace

std::vector<SegmentDocument> write_otel_spans(const model::TraceId& trace_id,
                                              std::span<const Event> events) {
  std::map<std::string, std::vector<const Event*>> below;
  std::vector<const Event*> spans;
  for (const Event& event : events) {
    const std::string annotation = text_field(event, model::names::kAnnotationType);
    if (annotation == "span_event") {
      below[text_field(event, model::names::kParentId)].push_back(&event);
    } else if (annotation.empty() && !text_field(event, model::names::kSpanId).empty()) {
      spans.push_back(&event);
    }
  }
  std::stable_sort(spans.begin(), spans.end(),
                   [](const Event* a, const Event* b) { return a->time_ns < b->time_ns; });
  std::vector<SegmentDocument> documents;
  for (const Event* span : spans) {
    std::string id = text_field(*span, model::names::kSpanId);
    std::string text = write_span(trace_id, *span, below[id]);
    documents.push_back({std::move(id), std::move(text)});
  }
  return documents;
}

}  // namespace tracery::xray
