// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include "otlp/otlp_encoder.h"
#include "otlp/scope_groups.h"
#include "wire/protobuf_writer.h"

namespace tracery::app::otlp {
namespace {

using wire::ProtobufWriter;

// Field numbers are those of the .proto files, written beside the member that they carry.

void write_any_value(ProtobufWriter& out, std::uint32_t field, const record::Value& value);

template <typename T>
void write_held_value(ProtobufWriter& out, const T& held) {
  if constexpr (std::is_same_v<T, std::string>) {
    out.bytes(1, std::string_view(held));
  } else if constexpr (std::is_same_v<T, bool>) {
    out.varint(2, held ? 1 : 0);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    out.varint(3, static_cast<std::uint64_t>(held));
  } else if constexpr (std::is_same_v<T, double>) {
    out.number(4, held);
  } else {
    out.message(5, [&] {
      for (const typename T::value_type& item : held) write_any_value(out, 1, item);
    });
  }
}

void write_any_value(ProtobufWriter& out, std::uint32_t field, const record::Value& value) {
  out.message(field,
              [&] { std::visit([&](const auto& held) { write_held_value(out, held); }, value); });
}

void write_attributes(ProtobufWriter& out, std::uint32_t field, const record::Fields& attributes) {
  for (const record::Field& attribute : attributes) {
    out.message(field, [&] {
      out.bytes(1, std::string_view(attribute.key));
      write_any_value(out, 2, attribute.value);
    });
  }
}

void write_event(ProtobufWriter& out, const record::Event& event) {
  out.fixed64(1, static_cast<std::uint64_t>(event.time_ns));
  out.bytes_if(2, event.name);
  write_attributes(out, 3, event.attributes);
  out.varint_if(4, event.dropped_attributes);
}

void write_link(ProtobufWriter& out, const record::Link& link) {
  out.bytes(1, link.trace_id);
  out.bytes(2, link.span_id);
  out.bytes_if(3, link.trace_state);
  write_attributes(out, 4, link.attributes);
  out.varint_if(5, link.dropped_attributes);
  out.fixed32(6, otlp_flags(link.flags, link.is_remote));
}

std::uint32_t kind_number(SpanKind kind) { return static_cast<std::uint32_t>(kind) + 1; }

void write_record(ProtobufWriter& out, const record::SpanRecord& span) {
  out.bytes(1, span.trace_id);
  out.bytes(2, span.span_id);
  out.bytes_if(3, span.trace_state);
  if (span.parent_id != record::SpanId{}) out.bytes(4, span.parent_id);
  out.bytes_if(5, span.name);
  out.varint(6, kind_number(span.kind));
  out.fixed64(7, static_cast<std::uint64_t>(span.start_ns));
  out.fixed64(8, static_cast<std::uint64_t>(span.end_ns));
  write_attributes(out, 9, span.attributes);
  out.varint_if(10, span.dropped_attributes);
  for (const record::Event& event : span.events) out.message(11, [&] { write_event(out, event); });
  out.varint_if(12, span.dropped_events);
  for (const record::Link& link : span.links) out.message(13, [&] { write_link(out, link); });
  out.varint_if(14, span.dropped_links);
  if (span.status != StatusCode::kUnset) {
    out.message(15, [&] {
      out.bytes_if(2, span.status_description);
      out.varint(3, static_cast<std::uint64_t>(span.status));
    });
  }
  out.fixed32(16, otlp_flags(span.flags, span.parent_is_remote));
}

void write_record(ProtobufWriter& out, const record::LogRecord& log) {
  const auto time_ns = static_cast<std::uint64_t>(log.time_ns);
  out.fixed64(1, time_ns);
  out.varint(2, static_cast<std::uint64_t>(log.severity));
  out.bytes_if(3, log.severity_text);
  write_any_value(out, 5, log.body);
  write_attributes(out, 6, log.attributes);
  out.varint_if(7, log.dropped_attributes);
  if (log.trace_id != record::TraceId{}) {
    out.fixed32(8, log.flags);
    out.bytes(9, log.trace_id);
    out.bytes(10, log.span_id);
  }
  out.fixed64(11, time_ns);
}

void write_number(ProtobufWriter& out, const std::variant<std::int64_t, double>& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    out.fixed64(6, static_cast<std::uint64_t>(*integer));
  } else {
    out.number(4, std::get<double>(value));
  }
}

void write_number_point(ProtobufWriter& out, const record::MetricRecord& metric,
                        const record::MetricPoint& point,
                        const std::variant<std::int64_t, double>& value) {
  out.fixed64(2, static_cast<std::uint64_t>(metric.start_ns));
  out.fixed64(3, static_cast<std::uint64_t>(metric.end_ns));
  write_number(out, value);
  write_attributes(out, 7, point.attributes);
}

void write_histogram_point(ProtobufWriter& out, const record::MetricRecord& metric,
                           const record::MetricPoint& point, const record::HistogramPoint& data) {
  out.fixed64(2, static_cast<std::uint64_t>(metric.start_ns));
  out.fixed64(3, static_cast<std::uint64_t>(metric.end_ns));
  out.fixed64(4, data.count);
  out.number(5, data.sum);
  out.message(6, [&] {
    for (const std::uint64_t count : data.counts) out.packed_fixed64(count);
  });
  out.message(7, [&] {
    for (const double bound : data.bounds) out.packed_fixed64(std::bit_cast<std::uint64_t>(bound));
  });
  write_attributes(out, 9, point.attributes);
  if (data.has_min_max) {
    out.number(11, data.min);
    out.number(12, data.max);
  }
}

void write_points(ProtobufWriter& out, const record::MetricRecord& metric) {
  for (const record::MetricPoint& point : metric.points) {
    out.message(1, [&] {
      if (const auto* sum = std::get_if<record::SumPoint>(&point.data)) {
        write_number_point(out, metric, point, sum->value);
      } else if (const auto* gauge = std::get_if<record::GaugePoint>(&point.data)) {
        write_number_point(out, metric, point, gauge->value);
      } else {
        write_histogram_point(out, metric, point, std::get<record::HistogramPoint>(point.data));
      }
    });
  }
}

void write_record(ProtobufWriter& out, const record::MetricRecord& metric) {
  out.bytes_if(1, metric.name);
  out.bytes_if(2, metric.description);
  out.bytes_if(3, metric.unit);
  if (metric.points.empty()) return;
  const auto& data = metric.points.front().data;
  const auto temporality = static_cast<std::uint64_t>(metric.temporality);
  if (std::holds_alternative<record::SumPoint>(data)) {
    out.message(7, [&] {
      write_points(out, metric);
      out.varint(2, temporality);
      out.varint_if(3, metric.is_monotonic ? 1 : 0);
    });
  } else if (std::holds_alternative<record::GaugePoint>(data)) {
    out.message(5, [&] { write_points(out, metric); });
  } else {
    out.message(9, [&] {
      write_points(out, metric);
      out.varint(2, temporality);
    });
  }
}

/// The three requests are alike: resource_*{1 resource, 2 scope_*{1 scope, 2 records}}.
template <typename Item>
std::string encode_request(const record::Fields& resource, std::span<const Item> batch) {
  ProtobufWriter out;
  out.message(1, [&] {
    out.message(1, [&] { write_attributes(out, 1, resource); });
    for (const auto& group : group_by_scope(batch)) {
      out.message(2, [&] {
        out.message(1, [&] {
          out.bytes_if(1, group.name);
          out.bytes_if(2, group.version);
        });
        for (const auto* record : group.records) {
          out.message(2, [&] { write_record(out, *record); });
        }
      });
    }
  });
  return std::move(out).take();
}

}  // namespace

std::string encode_protobuf(const record::Fields& resource,
                            std::span<const record::SpanPointer> spans) {
  return encode_request(resource, spans);
}

std::string encode_protobuf(const record::Fields& resource,
                            std::span<const record::LogRecord> logs) {
  return encode_request(resource, logs);
}

std::string encode_protobuf(const record::Fields& resource,
                            std::span<const record::MetricRecord> metrics) {
  return encode_request(resource, metrics);
}

}  // namespace tracery::app::otlp
