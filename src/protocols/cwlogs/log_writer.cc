// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/log_writer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <simdjson.h>

#include "model/names.h"
#include "protocols/cwlogs/json_message.h"
#include "protocols/cwlogs/message_facts.h"
#include "protocols/cwlogs/names.h"

namespace tracery::cwlogs {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::array<std::string_view, 7> kLevelNames = {
    "level", "severity", "levelname", "log_level", "log.level", "loglevel", "severity_text"};
constexpr std::array<std::string_view, 11> kTraceNames = {
    "trace_id",    "traceId",       "traceid",          "trace.trace_id",
    "traceparent", "xray_trace_id", "xrayTraceId",      "@xrayTraceId",
    "dd.trace_id", "TraceId",       "AWS-XRAY-TRACE-ID"};
constexpr std::array<std::string_view, 5> kSpanNames = {"span_id", "spanId", "spanid",
                                                        "trace.span_id", "SpanId"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Pino and its like: levels in steps of ten.
std::string_view level_of_number(std::int64_t number) {
  constexpr std::array<std::string_view, 6> kSteps = {"trace", "debug", "info",
                                                      "warn",  "error", "fatal"};
  if (number < 10 || number > 60 || number % 10 != 0) return {};
  return kSteps[static_cast<std::size_t>(number / 10 - 1)];
}

}  // namespace

/// Flattens the JSON of one message into the sink, and notes on the way what it says of its level
/// and its trace.
struct LogWriter::Discovery {
  explicit Discovery(model::EventSink& sink_) : sink(sink_) {}

  model::EventSink& sink;
  simdjson::dom::parser parser;
  std::string path;
  std::size_t fields_left = 0;
  std::string_view level;
  std::optional<TraceReference> trace;
  std::optional<std::array<std::uint8_t, 8>> span;

  /// False when the message holds no JSON object.
  bool run(std::string_view message) {
    const std::string_view json = find_json(message);
    if (json.empty()) return false;
    element root;
    if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return false;
    path.clear();
    fields_left = kDiscoveredFieldsMax;
    level = {};
    trace.reset();
    span.reset();
    put_members(root.get_object().value_unsafe(), 1);
    return true;
  }

  void put_members(simdjson::dom::object object, std::size_t depth) {
    const std::size_t parent = path.size();
    for (const auto member : object) {
      if (fields_left == 0) return;
      if (parent > 0) path += '.';
      path += member.key;
      put_value(member.value, depth);
      path.resize(parent);
    }
  }

  void put_items(simdjson::dom::array array, std::size_t depth) {
    const std::size_t parent = path.size();
    std::size_t index = 0;
    for (const element item : array) {
      if (fields_left == 0) return;
      path.append(".").append(std::to_string(index++));
      put_value(item, depth);
      path.resize(parent);
    }
  }

  void put_value(const element& value, std::size_t depth) {
    if (path.empty()) return;
    switch (value.type()) {
      case element_type::OBJECT:
        if (depth < kDiscoveredDepthMax) put_members(value.get_object().value_unsafe(), depth + 1);
        return;
      case element_type::ARRAY:
        if (depth < kDiscoveredDepthMax) put_items(value.get_array().value_unsafe(), depth + 1);
        return;
      case element_type::STRING: put_text(value.get_string().value_unsafe()); return;
      case element_type::INT64: put_number(value.get_int64().value_unsafe()); return;
      case element_type::UINT64:
        put(static_cast<double>(value.get_uint64().value_unsafe()));
        return;
      case element_type::DOUBLE: put(value.get_double().value_unsafe()); return;
      case element_type::BOOL: put(value.get_bool().value_unsafe()); return;
      case element_type::NULL_VALUE: return;
    }
  }

  void put_text(std::string_view text) {
    put(text);
    if (level.empty() && is_one_of(kLevelNames, path)) level = level_of_word(text);
    if (!trace && is_one_of(kTraceNames, path)) trace = read_trace_id(text);
    if (!span && is_one_of(kSpanNames, path)) span = read_span_id(text);
  }

  void put_number(std::int64_t number) {
    put(number);
    if (level.empty() && path == "level") level = level_of_number(number);
  }

  template <typename T>
  void put(const T& value) {
    sink.put(sink.field(names::column_of_field(path)), value);
    --fields_left;
  }
};

LogWriter::LogWriter(model::EventSink& sink, std::string_view group, std::string_view stream,
                     std::int64_t sequence, std::int64_t batch_bytes)
    : sink_(sink),
      group_(group),
      stream_(stream),
      sequence_(sequence),
      batch_bytes_(batch_bytes),
      dataset_(sink.dataset(group)),
      body_(sink.field(model::names::kBody)),
      group_field_(sink.field(names::kLogGroup)),
      stream_field_(sink.field(names::kLogStream)),
      sequence_field_(sink.field(names::kSequence)),
      bytes_field_(sink.field(names::kBatchBytes)),
      severity_(sink.field(names::kSeverity)),
      trace_id_(sink.field(model::names::kTraceId)),
      parent_id_(sink.field(model::names::kParentId)),
      annotation_(sink.field(model::names::kAnnotationType)),
      signal_(sink.field(model::names::kSignalType)),
      source_(sink.field(model::names::kSource)),
      discovery_(std::make_unique<Discovery>(sink)) {}

LogWriter::~LogWriter() = default;

void LogWriter::write(std::int64_t time_ns, std::string_view message) {
  sink_.begin_event(dataset_, time_ns);
  sink_.put(body_, message);
  sink_.put(group_field_, std::string_view(group_));
  sink_.put(stream_field_, std::string_view(stream_));
  sink_.put(sequence_field_, sequence_++);
  if (batch_bytes_ != 0) sink_.put(bytes_field_, std::exchange(batch_bytes_, 0));
  sink_.put(signal_, "log");
  sink_.put(source_, "cloudwatch");
  put_facts(message);
  sink_.end_event();
}

void LogWriter::put_facts(std::string_view message) {
  const bool is_json = discovery_->run(message);
  std::string_view level = is_json ? discovery_->level : std::string_view();
  if (level.empty()) level = find_level(message);
  if (!level.empty()) sink_.put(severity_, level);
  std::optional<TraceReference> trace = is_json ? discovery_->trace : std::nullopt;
  if (!trace) trace = find_trace(message);
  if (!trace) return;
  if (is_json && discovery_->span) trace->span_id = discovery_->span;
  sink_.put_id(trace_id_, trace->trace_id);
  if (trace->span_id) sink_.put_id(parent_id_, *trace->span_id);
  sink_.put(annotation_, "span_event");
}

}  // namespace tracery::cwlogs
