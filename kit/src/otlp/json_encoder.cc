// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include "otlp/otlp_encoder.h"
#include "otlp/scope_groups.h"
#include "wire/hex.h"
#include "wire/json_writer.h"

namespace tracery::app::otlp {
namespace {

using wire::JsonWriter;

/// 64-bit integers are strings in proto3's JSON.
template <typename T>
void write_long(JsonWriter& out, std::string_view key, T value) {
  out.key(key).text(std::to_string(value));
}

void write_any_value(JsonWriter& out, const record::Value& value);

template <typename T>
void write_held_value(JsonWriter& out, const T& held) {
  if constexpr (std::is_same_v<T, std::string>) {
    out.key("stringValue").text(held);
  } else if constexpr (std::is_same_v<T, bool>) {
    out.key("boolValue").boolean(held);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    write_long(out, "intValue", held);
  } else if constexpr (std::is_same_v<T, double>) {
    out.key("doubleValue").number(held);
  } else {
    out.key("arrayValue").begin_object().key("values").begin_array();
    for (const typename T::value_type& item : held) write_any_value(out, item);
    out.end_array().end_object();
  }
}

void write_any_value(JsonWriter& out, const record::Value& value) {
  out.begin_object();
  std::visit([&](const auto& held) { write_held_value(out, held); }, value);
  out.end_object();
}

void write_attributes(JsonWriter& out, const record::Fields& attributes) {
  if (attributes.empty()) return;
  out.key("attributes").begin_array();
  for (const record::Field& attribute : attributes) {
    out.begin_object().key("key").text(attribute.key).key("value");
    write_any_value(out, attribute.value);
    out.end_object();
  }
  out.end_array();
}

void write_dropped(JsonWriter& out, std::string_view key, std::uint32_t count) {
  if (count != 0) out.key(key).number(std::int64_t{count});
}

void write_event(JsonWriter& out, const record::Event& event) {
  out.begin_object();
  write_long(out, "timeUnixNano", event.time_ns);
  out.key("name").text(event.name);
  write_attributes(out, event.attributes);
  write_dropped(out, "droppedAttributesCount", event.dropped_attributes);
  out.end_object();
}

void write_link(JsonWriter& out, const record::Link& link) {
  out.begin_object();
  out.key("traceId").text(wire::to_hex(link.trace_id));
  out.key("spanId").text(wire::to_hex(link.span_id));
  out.text_if("traceState", link.trace_state);
  write_attributes(out, link.attributes);
  write_dropped(out, "droppedAttributesCount", link.dropped_attributes);
  out.key("flags").number(std::int64_t{otlp_flags(link.flags, link.is_remote)});
  out.end_object();
}

void write_events_and_links(JsonWriter& out, const record::SpanRecord& span) {
  if (!span.events.empty()) {
    out.key("events").begin_array();
    for (const record::Event& event : span.events) write_event(out, event);
    out.end_array();
  }
  write_dropped(out, "droppedEventsCount", span.dropped_events);
  if (!span.links.empty()) {
    out.key("links").begin_array();
    for (const record::Link& link : span.links) write_link(out, link);
    out.end_array();
  }
  write_dropped(out, "droppedLinksCount", span.dropped_links);
}

void write_record(JsonWriter& out, const record::SpanRecord& span) {
  out.begin_object();
  out.key("traceId").text(wire::to_hex(span.trace_id));
  out.key("spanId").text(wire::to_hex(span.span_id));
  out.text_if("traceState", span.trace_state);
  if (span.parent_id != record::SpanId{}) {
    out.key("parentSpanId").text(wire::to_hex(span.parent_id));
  }
  out.key("name").text(span.name);
  out.key("kind").number(static_cast<std::int64_t>(span.kind) + 1);
  write_long(out, "startTimeUnixNano", span.start_ns);
  write_long(out, "endTimeUnixNano", span.end_ns);
  write_attributes(out, span.attributes);
  write_dropped(out, "droppedAttributesCount", span.dropped_attributes);
  write_events_and_links(out, span);
  if (span.status != StatusCode::kUnset) {
    out.key("status").begin_object();
    out.text_if("message", span.status_description);
    out.key("code").number(static_cast<std::int64_t>(span.status)).end_object();
  }
  out.key("flags").number(std::int64_t{otlp_flags(span.flags, span.parent_is_remote)});
  out.end_object();
}

void write_record(JsonWriter& out, const record::LogRecord& log) {
  out.begin_object();
  write_long(out, "timeUnixNano", log.time_ns);
  write_long(out, "observedTimeUnixNano", log.time_ns);
  out.key("severityNumber").number(std::int64_t{log.severity});
  out.text_if("severityText", log.severity_text);
  out.key("body");
  write_any_value(out, log.body);
  write_attributes(out, log.attributes);
  write_dropped(out, "droppedAttributesCount", log.dropped_attributes);
  if (log.trace_id != record::TraceId{}) {
    out.key("flags").number(std::int64_t{log.flags});
    out.key("traceId").text(wire::to_hex(log.trace_id));
    out.key("spanId").text(wire::to_hex(log.span_id));
  }
  out.end_object();
}

void write_number(JsonWriter& out, const std::variant<std::int64_t, double>& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    write_long(out, "asInt", *integer);
  } else {
    out.key("asDouble").number(std::get<double>(value));
  }
}

void write_histogram(JsonWriter& out, const record::HistogramPoint& data) {
  write_long(out, "count", data.count);
  out.key("sum").number(data.sum);
  out.key("bucketCounts").begin_array();
  for (const std::uint64_t count : data.counts) out.text(std::to_string(count));
  out.end_array().key("explicitBounds").begin_array();
  for (const double bound : data.bounds) out.number(bound);
  out.end_array();
  if (data.has_min_max) out.key("min").number(data.min).key("max").number(data.max);
}

void write_point(JsonWriter& out, const record::MetricRecord& metric,
                 const record::MetricPoint& point) {
  out.begin_object();
  write_long(out, "startTimeUnixNano", metric.start_ns);
  write_long(out, "timeUnixNano", metric.end_ns);
  write_attributes(out, point.attributes);
  if (const auto* sum = std::get_if<record::SumPoint>(&point.data)) {
    write_number(out, sum->value);
  } else if (const auto* gauge = std::get_if<record::GaugePoint>(&point.data)) {
    write_number(out, gauge->value);
  } else {
    write_histogram(out, std::get<record::HistogramPoint>(point.data));
  }
  out.end_object();
}

void write_record(JsonWriter& out, const record::MetricRecord& metric) {
  out.begin_object().key("name").text(metric.name);
  out.text_if("description", metric.description).text_if("unit", metric.unit);
  if (!metric.points.empty()) {
    const auto& data = metric.points.front().data;
    const bool is_gauge = std::holds_alternative<record::GaugePoint>(data);
    const bool is_sum = std::holds_alternative<record::SumPoint>(data);
    out.key(is_sum ? "sum" : is_gauge ? "gauge" : "histogram").begin_object();
    out.key("dataPoints").begin_array();
    for (const record::MetricPoint& point : metric.points) write_point(out, metric, point);
    out.end_array();
    if (!is_gauge) {
      out.key("aggregationTemporality").number(static_cast<std::int64_t>(metric.temporality));
    }
    if (is_sum) out.key("isMonotonic").boolean(metric.is_monotonic);
    out.end_object();
  }
  out.end_object();
}

/// What the three kinds of request call their levels.
struct LevelNames {
  std::string_view resources, scopes, records;
};

template <typename Item>
std::string encode_request(const record::Fields& resource, std::span<const Item> batch,
                           const LevelNames& names) {
  JsonWriter out;
  out.begin_object().key(names.resources).begin_array().begin_object();
  out.key("resource").begin_object();
  write_attributes(out, resource);
  out.end_object().key(names.scopes).begin_array();
  for (const auto& group : group_by_scope(batch)) {
    out.begin_object().key("scope").begin_object();
    out.text_if("name", group.name).text_if("version", group.version);
    out.end_object().key(names.records).begin_array();
    for (const auto* record : group.records) write_record(out, *record);
    out.end_array().end_object();
  }
  out.end_array().end_object().end_array().end_object();
  return std::move(out).take();
}

}  // namespace

std::string encode_json(const record::Fields& resource,
                        std::span<const record::SpanPointer> spans) {
  return encode_request(resource, spans, {"resourceSpans", "scopeSpans", "spans"});
}

std::string encode_json(const record::Fields& resource, std::span<const record::LogRecord> logs) {
  return encode_request(resource, logs, {"resourceLogs", "scopeLogs", "logRecords"});
}

std::string encode_json(const record::Fields& resource,
                        std::span<const record::MetricRecord> metrics) {
  return encode_request(resource, metrics, {"resourceMetrics", "scopeMetrics", "metrics"});
}

}  // namespace tracery::app::otlp
