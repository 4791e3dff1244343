// SPDX-License-Identifier: Apache-2.0
#include "api/test_event.h"

#include "api/trace_json.h"
#include "app/random_id.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace tracery::api {
namespace {

struct Span {
  const char* name;
  int kind;
  std::int64_t start_ns;
  std::int64_t end_ns;
  std::uint64_t id;
  std::uint64_t parent;
};

void write_span(JsonWriter& json, const std::string& trace_id, const Span& span) {
  json.begin_object().field("traceId", trace_id).field("spanId", span_id_text(span.id));
  if (span.parent != 0) json.field("parentSpanId", span_id_text(span.parent));
  json.field("name", span.name).field("kind", span.kind);
  json.field("startTimeUnixNano", std::to_string(span.start_ns));
  json.field("endTimeUnixNano", std::to_string(span.end_ns)).end_object();
}

}  // namespace

TestEvent make_test_event(std::int64_t now_ns) {
  TestEvent sample;
  const std::uint64_t root = app::random_u64() | 1;
  sample.trace_id = span_id_text(app::random_u64() | 1) + span_id_text(app::random_u64());
  const std::int64_t start_ns = now_ns - 40 * kNsPerMs;
  JsonWriter json;
  json.begin_object().key("resourceSpans").begin_array().begin_object();
  json.key("resource").begin_object().key("attributes").begin_array().begin_object();
  json.field("key", "service.name").key("value").begin_object();
  json.field("stringValue", "tracery-test").end_object().end_object().end_array().end_object();
  json.key("scopeSpans").begin_array().begin_object();
  json.key("scope").begin_object().field("name", "tracery.test").end_object();
  json.key("spans").begin_array();
  write_span(json, sample.trace_id, {"GET /test", 2, start_ns, now_ns, root, 0});
  write_span(json, sample.trace_id,
             {"load user", 1, start_ns + 3 * kNsPerMs, start_ns + 18 * kNsPerMs, root + 2, root});
  write_span(
      json, sample.trace_id,
      {"SELECT users", 3, start_ns + 5 * kNsPerMs, start_ns + 16 * kNsPerMs, root + 4, root + 2});
  json.end_array().end_object().end_array().end_object().end_array().end_object();
  sample.request.kind = app::IngestKind::kOtlpTraces;
  sample.request.is_json = true;
  sample.request.body = json.take();
  return sample;
}

TestEvent make_xray_test_event(std::int64_t now_ns) {
  TestEvent sample;
  const std::int64_t seconds = now_ns / kNsPerSecond;
  const std::string time = span_id_text(static_cast<std::uint64_t>(seconds)).substr(8);
  const std::string rest =
      span_id_text(app::random_u64() | 1) + span_id_text(app::random_u64()).substr(8);
  sample.trace_id = time + rest;
  const auto begin = [&](JsonWriter& json, const char* name, int from_ms, int to_ms) {
    const auto at = [&](int ms) {
      return static_cast<double>(now_ns - (40 - ms) * kNsPerMs) / kNsPerSecond;
    };
    json.begin_object().field("name", name).field("id", span_id_text(app::random_u64() | 1));
    json.field("start_time", at(from_ms)).field("end_time", at(to_ms));
  };
  JsonWriter document;
  begin(document, "tracery-test", 0, 40);
  document.field("trace_id", "1-" + time + "-" + rest);
  document.key("http").begin_object().key("request").begin_object();
  document.field("method", "GET").field("url", "http://tracery-test/test").end_object();
  document.key("response").begin_object().field("status", 200).end_object().end_object();
  document.key("subsegments").begin_array();
  begin(document, "load user", 3, 18);
  document.end_object();
  begin(document, "users@postgres", 20, 36);
  document.field("namespace", "remote").key("sql").begin_object();
  document.field("sanitized_query", "SELECT * FROM users").end_object().end_object();
  document.end_array().end_object();
  JsonWriter body;
  body.begin_object().key("TraceSegmentDocuments").begin_array();
  body.value(document.take()).end_array().end_object();
  sample.request.body = body.take();
  return sample;
}

TestEvent make_log_test_event(std::int64_t now_ns) {
  TestEvent sample;
  sample.trace_id = span_id_text(app::random_u64() | 1) + span_id_text(app::random_u64());
  JsonWriter failure;
  failure.begin_object().field("level", "error").field("msg", "user not found");
  failure.field("status", 404).field("trace_id", sample.trace_id).end_object();
  const std::string messages[] = {"INFO GET /test", "WARN slow query: SELECT * FROM users, 212 ms",
                                  failure.take()};
  JsonWriter json;
  json.begin_object().field("logGroupName", "tracery-test").field("logStreamName", "test");
  json.key("logEvents").begin_array();
  for (const std::string& message : messages) {
    json.begin_object().field("timestamp", now_ns / kNsPerMs).field("message", message);
    json.end_object();
  }
  json.end_array().end_object();
  sample.request.body = json.take();
  return sample;
}

}  // namespace tracery::api
