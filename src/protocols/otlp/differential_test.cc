// SPDX-License-Identifier: Apache-2.0
// The decoders against a second, slow translation written over generated protobuf classes, on
// random messages, in protobuf and in protobuf's own JSON.
#include <map>
#include <random>
#include <string>

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "base/hex.h"
#include "base/json_writer.h"
#include "model/event.h"
#include "protocols/otlp/decoder.h"
#include "protocols/otlp/sampling.h"

namespace tracery::otlp {
namespace {

namespace proto = opentelemetry::proto;
using AnyValue = proto::common::v1::AnyValue;
using KeyValues = google::protobuf::RepeatedPtrField<proto::common::v1::KeyValue>;
using TraceRequest = proto::collector::trace::v1::ExportTraceServiceRequest;
using LogsRequest = proto::collector::logs::v1::ExportLogsServiceRequest;
using MetricsRequest = proto::collector::metrics::v1::ExportMetricsServiceRequest;
using Fields = std::map<std::string, model::Value>;

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

/// Fills messages by reflection-free dice; small alphabets, so that names clash.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  std::string bytes(std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(below(256)));
    return out;
  }
  std::string text() {
    static const char* const kTexts[] = {"", "a", "GET /", "sévérité", "x\"y\\z\n", "exception"};
    return chance(20) ? std::string(200, 'l') : kTexts[below(6)];
  }
  std::string key() {
    static const char* const kKeys[] = {"a",
                                        "b",
                                        "a.b",
                                        "service.name",
                                        "name",
                                        "error",
                                        "exception.message",
                                        "exception.escaped",
                                        "sampleRate",
                                        "SampleRate",
                                        "",
                                        "duration_ms",
                                        "severity",
                                        "flags"};
    return kKeys[below(14)];
  }
  void fill(AnyValue& value, int depth) {
    switch (below(depth > 8 ? 6 : 8)) {
      case 0: value.set_string_value(text()); break;
      case 1: value.set_bool_value(chance(2)); break;
      case 2: value.set_int_value(static_cast<std::int64_t>(engine_())); break;
      case 3: value.set_double_value(static_cast<double>(below(1000)) / 8); break;
      case 4: value.set_bytes_value(bytes(below(5))); break;
      case 5: break;
      case 6:
        value.mutable_array_value();
        for (std::uint64_t i = below(4); i > 0; --i) {
          fill(*value.mutable_array_value()->add_values(), depth + 1);
        }
        break;
      default: fill(*value.mutable_kvlist_value()->mutable_values(), depth + 1);
    }
  }
  void fill(KeyValues& list, int depth = 0) {
    for (std::uint64_t i = below(5); i > 0; --i) {
      auto& pair = *list.Add();
      pair.set_key(key());
      if (!chance(10)) fill(*pair.mutable_value(), depth);
    }
  }
  std::string id(std::size_t size) {
    if (chance(12)) return bytes(below(20));
    std::string out = bytes(size);
    out.back() = 'x';
    if (size == 16 && chance(4)) out.replace(0, 8, 8, '\0');
    return out;
  }
  std::uint64_t time() { return chance(6) ? 0 : 1'000'000'000 + below(1000) * 1'000'000; }

  template <typename Group>
  void fill_group(Group& group) {
    if (!chance(4)) fill(*group.mutable_resource()->mutable_attributes());
    if (chance(3)) group.set_schema_url("https://schema");
  }
  template <typename Group>
  void fill_scope(Group& group) {
    if (chance(4)) return;
    group.mutable_scope()->set_name(chance(2) ? "io.opentelemetry.x" : text());
    group.mutable_scope()->set_version(text());
    fill(*group.mutable_scope()->mutable_attributes());
  }

 private:
  std::mt19937_64 engine_;
};

void write_json(const AnyValue& value, JsonWriter& out) {
  switch (value.value_case()) {
    case AnyValue::kStringValue: out.value(std::string_view(value.string_value())); break;
    case AnyValue::kBoolValue: out.value(value.bool_value()); break;
    case AnyValue::kIntValue: out.value(static_cast<std::int64_t>(value.int_value())); break;
    case AnyValue::kDoubleValue: out.value(value.double_value()); break;
    case AnyValue::kBytesValue: out.value(std::string_view(to_base64(value.bytes_value()))); break;
    case AnyValue::kArrayValue:
      out.begin_array();
      for (const auto& item : value.array_value().values()) write_json(item, out);
      out.end_array();
      break;
    case AnyValue::kKvlistValue: {
      std::map<std::string, const AnyValue*> sorted;
      for (const auto& pair : value.kvlist_value().values()) sorted[pair.key()] = &pair.value();
      out.begin_object();
      for (const auto& [key, item] : sorted) {
        out.key(key);
        write_json(*item, out);
      }
      out.end_object();
      break;
    }
    default: out.null();
  }
}

std::string json_text(const AnyValue& value) {
  JsonWriter out;
  write_json(value, out);
  return out.take() + "\n";
}

/// husky's addAttributeToMap over a plain map: later calls overwrite.
void add(Fields& fields, const std::string& key, const AnyValue& value, int depth) {
  switch (value.value_case()) {
    case AnyValue::kStringValue: fields[key] = value.string_value(); break;
    case AnyValue::kBoolValue: fields[key] = value.bool_value(); break;
    case AnyValue::kIntValue: fields[key] = static_cast<std::int64_t>(value.int_value()); break;
    case AnyValue::kDoubleValue: fields[key] = value.double_value(); break;
    case AnyValue::kKvlistValue:
      if (depth < 5) {
        for (const auto& pair : value.kvlist_value().values()) {
          add(fields, key + "." + pair.key(), pair.value(), depth + 1);
        }
        break;
      }
      [[fallthrough]];
    case AnyValue::kArrayValue:
    case AnyValue::kBytesValue: fields[key] = json_text(value); break;
    default: break;
  }
}

Fields attributes_of(const KeyValues& list) {
  Fields fields;
  for (const auto& pair : list) {
    if (!pair.key().empty()) add(fields, pair.key(), pair.value(), 0);
  }
  return fields;
}

template <typename Group>
Fields resource_of(const Group& group) {
  Fields fields = attributes_of(group.resource().attributes());
  if (!group.schema_url().empty()) fields["resource.schema_url"] = group.schema_url();
  return fields;
}

template <typename Group>
Fields scope_of(const Group& group) {
  Fields fields;
  if (!group.scope().name().empty()) fields["library.name"] = group.scope().name();
  if (group.scope().name().starts_with("io.opentelemetry")) {
    fields["telemetry.instrumentation_library"] = true;
  }
  if (!group.scope().version().empty()) fields["library.version"] = group.scope().version();
  for (auto& [key, value] : attributes_of(group.scope().attributes())) fields[key] = value;
  if (!group.schema_url().empty()) fields["scope.schema_url"] = group.schema_url();
  return fields;
}

void overlay(Fields& under, const Fields& over) {
  for (const auto& [key, value] : over) under[key] = value;
}

std::uint32_t rate_of(const model::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sample_rate_of(Scalar::of(std::string_view(*text)));
  }
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sample_rate_of(Scalar::of(*number));
  if (const auto* number = std::get_if<double>(&value)) return sample_rate_of(Scalar::of(*number));
  return 1;
}

/// Takes both spellings out of merged fields; 0 when there is neither.
std::uint32_t take_rate(Fields& fields) {
  std::uint32_t rate = 0;
  for (const char* name : {"SampleRate", "sampleRate"}) {
    const auto found = fields.find(name);
    if (found == fields.end()) continue;
    rate = rate_of(found->second);
    fields.erase(found);
  }
  return rate;
}

std::string short_id(const std::string& id) {
  const bool trims = id.size() == 16 && id.substr(0, 8) == std::string(8, '\0');
  const std::string kept = trims ? id.substr(8) : id;
  return to_hex({reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()});
}

bool is_id(const std::string& id, std::size_t size) {
  return id.size() == size && id != std::string(size, '\0');
}
bool is_trace_id(const std::string& id) { return is_id(id, 16) || is_id(id, 8); }

struct PlainEvent {
  std::string dataset;
  std::int64_t time_ns = 0;
  std::uint32_t rate = 1;
  Fields fields;
  bool operator==(const PlainEvent&) const = default;
};

std::string dataset_of(const Fields& resource, const std::string& fallback) {
  const auto found = resource.find("service.name");
  const auto* name = found == resource.end() ? nullptr : std::get_if<std::string>(&found->second);
  if (name == nullptr || name->find_first_not_of(" \n") == std::string::npos) return fallback;
  const std::size_t begin = name->find_first_not_of(" \n");
  return name->substr(begin, name->find_last_not_of(" \n") - begin + 1);
}

class TraceOracle {
 public:
  std::vector<PlainEvent> translate(const TraceRequest& request) {
    for (const auto& group : request.resource_spans()) {
      for (const auto& scope : group.scope_spans()) {
        for (const auto& span : scope.spans()) {
          if (!is_trace_id(span.trace_id()) || !is_id(span.span_id(), 8) ||
              (!span.parent_span_id().empty() && span.parent_span_id().size() != 8)) {
            continue;
          }
          add_span(span, resource_of(group), scope_of(scope));
        }
      }
    }
    return std::move(events_);
  }

 private:
  using Span = proto::trace::v1::Span;

  void add_span(const Span& span, const Fields& resource, const Fields& scope) {
    Fields fields = resource;
    overlay(fields, scope);
    const Fields outer = fields;
    const bool is_error = span.status().code() == proto::trace::v1::Status::STATUS_CODE_ERROR;
    overlay(fields, built_in(span, is_error));
    overlay(fields, attributes_of(span.attributes()));
    const std::uint32_t rate = std::max(1U, take_rate(fields));
    const std::string dataset = dataset_of(resource, "unknown_service");
    const auto start = static_cast<std::int64_t>(span.start_time_unix_nano());
    bool has_exception = false;
    for (const auto& event : span.events()) {
      add_child(span, event.attributes(), "span_event", outer, is_error);
      Fields& child = events_.back().fields;
      const Fields own = attributes_of(event.attributes());
      if (!own.contains("name")) child["name"] = event.name();
      const std::uint64_t since = event.time_unix_nano() - span.start_time_unix_nano();
      const bool is_early =
          event.time_unix_nano() != 0 && event.time_unix_nano() < span.start_time_unix_nano();
      const bool is_timed = event.time_unix_nano() != 0 && span.start_time_unix_nano() != 0;
      child["meta.time_since_span_start_ms"] =
          is_timed && !is_early ? static_cast<double>(since) / 1e6 : 0.0;
      if (is_early) child["meta.invalid_time_since_span_start"] = true;
      const std::int64_t fallback = start == 0 ? kNow : start;
      const auto time = static_cast<std::int64_t>(event.time_unix_nano());
      finish(dataset, time == 0 ? fallback : time, rate);
      if (event.name() == "exception" && !has_exception) {
        has_exception = true;
        copy_exception(own, fields);
      }
    }
    for (const auto& link : span.links()) {
      add_child(span, link.attributes(), "link", outer, is_error);
      Fields& child = events_.back().fields;
      if (is_trace_id(link.trace_id())) child["trace.link.trace_id"] = short_id(link.trace_id());
      if (is_id(link.span_id(), 8)) child["trace.link.span_id"] = short_id(link.span_id());
      finish(dataset, start == 0 ? kNow : start, rate);
    }
    events_.push_back({"", 0, 1, fields});
    finish(dataset, start == 0 ? kNow : start, rate);
  }

  static Fields built_in(const Span& span, bool is_error) {
    static const char* const kKinds[] = {"unspecified", "internal", "server",
                                         "client",      "producer", "consumer"};
    Fields fields;
    fields["trace.trace_id"] = short_id(span.trace_id());
    fields["trace.span_id"] = short_id(span.span_id());
    if (is_id(span.parent_span_id(), 8))
      fields["trace.parent_id"] = short_id(span.parent_span_id());
    if (!span.trace_state().empty()) fields["trace.trace_state"] = span.trace_state();
    fields["name"] = span.name();
    fields["type"] = std::string(kKinds[span.kind()]);
    fields["span.kind"] = fields["type"];
    const bool is_valid = span.start_time_unix_nano() != 0 &&
                          span.end_time_unix_nano() >= span.start_time_unix_nano();
    const auto ns = static_cast<double>(span.end_time_unix_nano() - span.start_time_unix_nano());
    fields["duration_ms"] = is_valid ? ns / 1e6 : 0.0;
    if (!is_valid) fields["meta.invalid_duration"] = true;
    fields["status_code"] = static_cast<std::int64_t>(span.status().code());
    if (!span.status().message().empty()) fields["status_message"] = span.status().message();
    if (is_error) fields["error"] = true;
    fields["span.num_events"] = static_cast<std::int64_t>(span.events_size());
    fields["span.num_links"] = static_cast<std::int64_t>(span.links_size());
    fields["meta.signal_type"] = std::string("trace");
    fields["meta.source"] = std::string("otlp");
    return fields;
  }

  void add_child(const Span& span, const KeyValues& attributes, const char* type,
                 const Fields& outer, bool is_error) {
    Fields fields = outer;
    fields["trace.trace_id"] = short_id(span.trace_id());
    fields["trace.parent_id"] = short_id(span.span_id());
    fields["parent_name"] = span.name();
    fields["meta.annotation_type"] = std::string(type);
    fields["meta.signal_type"] = std::string("trace");
    fields["meta.source"] = std::string("otlp");
    overlay(fields, attributes_of(attributes));
    if (is_error) fields["error"] = true;
    events_.push_back({"", 0, 1, std::move(fields)});
  }

  static void copy_exception(const Fields& event, Fields& span) {
    const auto found = event.find("exception.message");
    if (found != event.end() && std::holds_alternative<std::string>(found->second)) {
      span.try_emplace(found->first, found->second);
    }
    const auto escaped = event.find("exception.escaped");
    if (escaped != event.end() && std::holds_alternative<bool>(escaped->second)) {
      span.try_emplace(escaped->first, escaped->second);
    }
  }

  void finish(const std::string& dataset, std::int64_t time_ns, std::uint32_t rate) {
    PlainEvent& event = events_.back();
    take_rate(event.fields);
    event.dataset = dataset;
    event.time_ns = time_ns;
    event.rate = rate;
  }

  std::vector<PlainEvent> events_;
};

std::vector<PlainEvent> translate_logs(const LogsRequest& request) {
  static const char* const kNames[] = {"trace", "debug", "info", "warn", "error", "fatal"};
  std::vector<PlainEvent> events;
  for (const auto& group : request.resource_logs()) {
    for (const auto& scope : group.scope_logs()) {
      for (const auto& record : scope.log_records()) {
        Fields fields;
        const int number = record.severity_number();
        fields["severity"] =
            std::string(number >= 1 && number <= 24 ? kNames[(number - 1) / 4] : "unspecified");
        fields["severity_code"] = static_cast<std::int64_t>(number);
        if (!record.severity_text().empty()) fields["severity_text"] = record.severity_text();
        fields["flags"] = static_cast<std::int64_t>(record.flags());
        if (!record.event_name().empty()) fields["event.name"] = record.event_name();
        fields["meta.signal_type"] = std::string("log");
        fields["meta.source"] = std::string("otlp");
        if (is_trace_id(record.trace_id())) {
          fields["trace.trace_id"] = short_id(record.trace_id());
          fields["meta.annotation_type"] = std::string("span_event");
        }
        if (is_id(record.span_id(), 8)) fields["trace.parent_id"] = short_id(record.span_id());
        if (record.has_body()) add(fields, "body", record.body(), 0);
        if (record.body().has_kvlist_value()) fields["body"] = json_text(record.body());
        overlay(fields, resource_of(group));
        overlay(fields, scope_of(scope));
        overlay(fields, attributes_of(record.attributes()));
        const std::uint32_t rate = std::max(1U, take_rate(fields));
        const std::uint64_t time = record.time_unix_nano() != 0 ? record.time_unix_nano()
                                                                : record.observed_time_unix_nano();
        events.push_back({dataset_of(resource_of(group), "unknown_log_source"),
                          time == 0 ? kNow : static_cast<std::int64_t>(time), rate, fields});
      }
    }
  }
  return events;
}

TraceRequest random_traces(std::uint64_t seed) {
  Dice dice(seed);
  TraceRequest request;
  for (std::uint64_t g = dice.below(3); g > 0; --g) {
    auto& group = *request.add_resource_spans();
    dice.fill_group(group);
    for (std::uint64_t s = dice.below(3); s > 0; --s) {
      auto& scope = *group.add_scope_spans();
      dice.fill_scope(scope);
      for (std::uint64_t i = dice.below(6); i > 0; --i) {
        auto& span = *scope.add_spans();
        span.set_trace_id(dice.id(16));
        span.set_span_id(dice.id(8));
        if (dice.chance(2)) span.set_parent_span_id(dice.id(8));
        if (dice.chance(4)) span.set_trace_state("vendor=x");
        span.set_name(dice.text());
        span.set_kind(static_cast<proto::trace::v1::Span::SpanKind>(dice.below(6)));
        span.set_start_time_unix_nano(dice.time());
        span.set_end_time_unix_nano(dice.time());
        dice.fill(*span.mutable_attributes());
        for (std::uint64_t e = dice.below(3); e > 0; --e) {
          auto& event = *span.add_events();
          event.set_name(dice.text());
          event.set_time_unix_nano(dice.time());
          dice.fill(*event.mutable_attributes());
        }
        for (std::uint64_t l = dice.below(2); l > 0; --l) {
          auto& link = *span.add_links();
          link.set_trace_id(dice.id(16));
          link.set_span_id(dice.id(8));
          dice.fill(*link.mutable_attributes());
        }
        if (dice.chance(2)) {
          span.mutable_status()->set_code(
              static_cast<proto::trace::v1::Status::StatusCode>(dice.below(3)));
          span.mutable_status()->set_message(dice.text());
        }
      }
    }
  }
  return request;
}

LogsRequest random_logs(std::uint64_t seed) {
  Dice dice(seed);
  LogsRequest request;
  for (std::uint64_t g = dice.below(3); g > 0; --g) {
    auto& group = *request.add_resource_logs();
    dice.fill_group(group);
    auto& scope = *group.add_scope_logs();
    dice.fill_scope(scope);
    for (std::uint64_t i = dice.below(6); i > 0; --i) {
      auto& record = *scope.add_log_records();
      record.set_time_unix_nano(dice.time());
      record.set_observed_time_unix_nano(dice.time());
      record.set_severity_number(static_cast<proto::logs::v1::SeverityNumber>(dice.below(25)));
      record.set_severity_text(dice.text());
      record.set_flags(static_cast<std::uint32_t>(dice.below(1000)));
      record.set_event_name(dice.text());
      if (dice.chance(2)) record.set_trace_id(dice.id(16));
      if (dice.chance(2)) record.set_span_id(dice.id(8));
      if (!dice.chance(4)) dice.fill(*record.mutable_body(), 0);
      dice.fill(*record.mutable_attributes());
    }
  }
  return request;
}

MetricsRequest random_metrics(std::uint64_t seed) {
  Dice dice(seed);
  MetricsRequest request;
  auto& group = *request.add_resource_metrics();
  dice.fill_group(group);
  auto& scope = *group.add_scope_metrics();
  dice.fill_scope(scope);
  for (std::uint64_t i = dice.below(5); i > 0; --i) {
    auto& metric = *scope.add_metrics();
    metric.set_name(dice.key());
    if (dice.chance(3)) {
      auto& point = *metric.mutable_histogram()->add_data_points();
      point.set_time_unix_nano(dice.time());
      point.set_count(dice.below(100));
      point.set_sum(static_cast<double>(dice.below(100)));
      for (std::uint64_t b = 0; b < 3; ++b) point.add_bucket_counts(dice.below(9));
      point.add_explicit_bounds(1);
      point.add_explicit_bounds(5);
      dice.fill(*point.mutable_attributes());
    } else if (dice.chance(2)) {
      auto& point = *metric.mutable_exponential_histogram()->add_data_points();
      point.set_time_unix_nano(dice.time());
      point.set_scale(static_cast<std::int32_t>(dice.below(8)) - 4);
      point.mutable_positive()->set_offset(static_cast<std::int32_t>(dice.below(8)) - 4);
      point.mutable_positive()->add_bucket_counts(dice.below(9));
      dice.fill(*point.mutable_attributes());
    } else {
      auto& point = *metric.mutable_sum()->add_data_points();
      point.set_time_unix_nano(dice.time());
      point.set_as_int(static_cast<std::int64_t>(dice.below(1000)) - 500);
      dice.fill(*point.mutable_attributes());
    }
  }
  return request;
}

std::vector<PlainEvent> decode_plain(Signal signal, const std::string& body, Format format) {
  model::EventList sink;
  const auto outcome = decode(signal, body, format, {.now_ns = kNow}, sink);
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  std::vector<PlainEvent> events;
  for (const model::Event& event : sink.events()) {
    Fields fields;
    for (const model::Field& field : event.fields) fields[field.name] = field.value;
    events.push_back({event.dataset, event.time_ns, event.sample_rate, std::move(fields)});
  }
  return events;
}

std::string describe(const PlainEvent& event) {
  JsonWriter out;
  out.begin_object().field("dataset", std::string_view(event.dataset));
  out.field("time", event.time_ns).field("rate", event.rate);
  for (const auto& [key, value] : event.fields) {
    out.key(key);
    std::visit(
        [&](const auto& v) {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>)
            out.null();
          else if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string>)
            out.value(std::string_view(v));
          else
            out.value(v);
        },
        value);
  }
  out.end_object();
  return out.take();
}

void expect_equal(const std::vector<PlainEvent>& got, const std::vector<PlainEvent>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_TRUE(got[i] == want[i]) << describe(got[i]) << "\n" << describe(want[i]);
  }
}

std::string to_json(const google::protobuf::Message& message, bool snake_case) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = snake_case;
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &text, options).ok());
  return text;
}

constexpr std::uint64_t kSeeds = 400;

TEST(DecoderDifferential, SpansEqualASecondTranslation) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const TraceRequest request = random_traces(seed);
    ASSERT_NO_FATAL_FAILURE(
        expect_equal(decode_plain(Signal::kTraces, request.SerializeAsString(), Format::kProtobuf),
                     TraceOracle().translate(request)));
  }
}

TEST(DecoderDifferential, LogsEqualASecondTranslation) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const LogsRequest request = random_logs(seed);
    ASSERT_NO_FATAL_FAILURE(
        expect_equal(decode_plain(Signal::kLogs, request.SerializeAsString(), Format::kProtobuf),
                     translate_logs(request)));
  }
}

template <typename Request>
void expect_json_equals_protobuf(Signal signal, const Request& request, bool snake_case) {
  expect_equal(decode_plain(signal, to_json(request, snake_case), Format::kJson),
               decode_plain(signal, request.SerializeAsString(), Format::kProtobuf));
}

// Protobuf's own printer writes ids in base64, so this also shows how that is told from hex.
TEST(DecoderDifferential, JsonMeansWhatProtobufMeans) {
  for (std::uint64_t seed = 0; seed < kSeeds / 4; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(
        expect_json_equals_protobuf(Signal::kTraces, random_traces(seed), seed % 2 == 0));
    ASSERT_NO_FATAL_FAILURE(
        expect_json_equals_protobuf(Signal::kLogs, random_logs(seed), seed % 2 == 0));
    ASSERT_NO_FATAL_FAILURE(
        expect_json_equals_protobuf(Signal::kMetrics, random_metrics(seed), seed % 2 == 0));
  }
}

TEST(DecoderDifferential, TruncatedMessagesFailOrDecodeButNeverMore) {
  const std::string body = random_traces(7).SerializeAsString();
  for (std::size_t size = 0; size < body.size(); ++size) {
    model::EventList sink;
    const auto outcome = decode_traces(std::string_view(body).substr(0, size), Format::kProtobuf,
                                       {.now_ns = kNow}, sink);
    TraceRequest request;
    EXPECT_EQ(outcome.ok(), request.ParseFromString(body.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace tracery::otlp
