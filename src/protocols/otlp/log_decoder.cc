// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/log_decoder.h"

#include <array>

#include <protozero/pbf_reader.hpp>

namespace tracery::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

std::string_view view_of(pbf_reader& reader) {
  const auto view = reader.get_view();
  return {view.data(), view.size()};
}

/// Each name covers four severity numbers.
std::string_view severity_name(std::int32_t severity) {
  constexpr std::array<std::string_view, 6> kNames = {"trace", "debug", "info",
                                                      "warn",  "error", "fatal"};
  if (severity < 1 || severity > 24) return "unspecified";
  return kNames[static_cast<std::size_t>(severity - 1) / 4];
}

}  // namespace

LogDecoder::LogDecoder(const OtlpContext& context, model::EventSink& sink)
    : RecordDecoder(context, sink), attributes_(sink), body_(sink) {}

std::string LogDecoder::dataset_name() const {
  const std::string_view service = service_name();
  if (!service.empty()) return std::string(service);
  const bool has_header = context_.dataset.find_first_not_of(" \t") != std::string_view::npos;
  return std::string(has_header ? context_.dataset : "unknown_log_source");
}

void LogDecoder::decode_record(std::string_view bytes) {
  const Record record = read_record(bytes);
  read_body(record.body);
  const std::uint64_t time = record.time != 0 ? record.time : record.observed_time;
  sink_.begin_event(dataset_, time == 0 ? context_.now_ns : to_time_ns(time));
  const std::uint32_t rate = attribute_sample_rate(attributes_).value_or(1);
  if (rate != 1) sink_.set_sample_rate(rate);
  attributes_.put_all();
  scope_.put_all();
  resource_.put_all();
  body_.put_all();
  write_built_in_fields(record);
  sink_.end_event();
  ++outcome_.accepted;
}

LogDecoder::Record LogDecoder::read_record(std::string_view bytes) {
  Record record;
  attributes_.clear();
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::fixed64): record.time = reader.get_fixed64(); break;
      case tag_and_type(2, pbf_wire_type::varint): record.severity = reader.get_enum(); break;
      case tag_and_type(3, pbf_wire_type::length_delimited):
        record.severity_text = view_of(reader);
        break;
      case tag_and_type(5, pbf_wire_type::length_delimited):
        record.body.add(view_of(reader));
        break;
      case tag_and_type(6, pbf_wire_type::length_delimited):
        attributes_.add(view_of(reader));
        break;
      case tag_and_type(8, pbf_wire_type::fixed32): record.flags = reader.get_fixed32(); break;
      case tag_and_type(9, pbf_wire_type::length_delimited):
        record.trace_id = view_of(reader);
        break;
      case tag_and_type(10, pbf_wire_type::length_delimited):
        record.span_id = view_of(reader);
        break;
      case tag_and_type(11, pbf_wire_type::fixed64):
        record.observed_time = reader.get_fixed64();
        break;
      case tag_and_type(12, pbf_wire_type::length_delimited):
        record.event_name = view_of(reader);
        break;
      default: reader.skip();
    }
  }
  return record;
}

void LogDecoder::read_body(const Pieces& bytes) {
  body_.clear();
  if (bytes.empty()) return;
  const AnyValue value = read_any_value(bytes);
  body_.add_value("body", value);
  if (value.kind == ValueKind::kMap) body_.add_json("body", value);
}

void LogDecoder::write_built_in_fields(const Record& record) {
  sink_.put(known_[Known::kSeverity], severity_name(record.severity));
  sink_.put(known_[Known::kSeverityCode], static_cast<std::int64_t>(record.severity));
  if (!record.severity_text.empty()) {
    sink_.put(known_[Known::kSeverityText], record.severity_text);
  }
  sink_.put(known_[Known::kFlags], static_cast<std::int64_t>(record.flags));
  if (!record.event_name.empty()) sink_.put(known_[Known::kEventName], record.event_name);
  sink_.put(known_[Known::kSignalType], "log");
  sink_.put(known_[Known::kSource], "otlp");
  // Differs from husky: the proto file says to take an invalid id for none, so the record is kept.
  if (is_valid_id(record.trace_id, 16) || is_valid_id(record.trace_id, 8)) {
    put_trace_id(sink_, known_[Known::kTraceId], record.trace_id);
    sink_.put(known_[Known::kAnnotationType], "span_event");
  } else if (!record.trace_id.empty() && record.trace_id.size() != 16) {
    warn_once("a log record's trace_id is not 16 bytes");
  }
  if (is_valid_id(record.span_id, 8)) {
    put_span_id(sink_, known_[Known::kParentId], record.span_id);
  } else if (!record.span_id.empty() && record.span_id.size() != 8) {
    warn_once("a log record's span_id is not 8 bytes");
  }
}

}  // namespace tracery::otlp
