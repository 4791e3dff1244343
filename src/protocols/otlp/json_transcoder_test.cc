// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/json_transcoder.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

namespace tracery::otlp {
namespace {

namespace collector = opentelemetry::proto::collector;
using TraceRequest = collector::trace::v1::ExportTraceServiceRequest;
using Span = opentelemetry::proto::trace::v1::Span;

Span transcode_span(const std::string& members) {
  const auto bytes = transcode_json(
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)" + members + "}]}]}]}", kTracesRequest);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  TraceRequest request;
  if (!bytes.ok() || !request.ParseFromString(*bytes)) return {};
  return request.resource_spans(0).scope_spans(0).spans(0);
}

std::string read_data(const std::string& name) {
  std::ifstream file(std::string(TRACERY_TEST_DATA) + "/otlp/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string kId16 = "0123456789abcdef";

TEST(OtlpJson, ReadsIdsAsHexOfAnyCaseElseAsBase64) {
  EXPECT_EQ(transcode_span(R"("traceId":"30313233343536373839616263646566")").trace_id(), kId16);
  EXPECT_EQ(transcode_span(R"("spanId":"4A4b4C4d4E4f5051")").span_id(), "JKLMNOPQ");
  EXPECT_EQ(transcode_span(R"("traceId":"MDEyMzQ1Njc4OWFiY2RlZg==")").trace_id(), kId16);
  EXPECT_EQ(transcode_span(R"("spanId":"MDEyMzQ1Njc=")").span_id(), "01234567");
  EXPECT_EQ(transcode_span(R"("spanId":"not an id at all")").span_id().size(), 1U);
  EXPECT_EQ(transcode_span(R"("parentSpanId":"")").parent_span_id(), "");
}

TEST(OtlpJson, TakesBothSpellingsOfNames) {
  const Span span = transcode_span(
      R"("start_time_unix_nano":"5","endTimeUnixNano":6,"trace_state":"x","parent_span_id":"00")");
  EXPECT_EQ(span.start_time_unix_nano(), 5U);
  EXPECT_EQ(span.end_time_unix_nano(), 6U);
  EXPECT_EQ(span.trace_state(), "x");
  EXPECT_EQ(span.parent_span_id().size(), 1U);
}

TEST(OtlpJson, TakesEnumsAsNumbersNamesAndDigits) {
  EXPECT_EQ(transcode_span(R"("kind":2)").kind(), Span::SPAN_KIND_SERVER);
  EXPECT_EQ(transcode_span(R"("kind":"SPAN_KIND_SERVER")").kind(), Span::SPAN_KIND_SERVER);
  EXPECT_EQ(transcode_span(R"("kind":"2")").kind(), Span::SPAN_KIND_SERVER);
  EXPECT_EQ(transcode_span(R"("kind":"NEW_KIND")").kind(), Span::SPAN_KIND_UNSPECIFIED);
}

TEST(OtlpJson, ReadsNumbersWithoutLoss) {
  const Span span = transcode_span(R"("startTimeUnixNano":18446744073709551615,
      "endTimeUnixNano":"18446744073709551615","attributes":[
      {"key":"a","value":{"intValue":"-9223372036854775808"}},
      {"key":"b","value":{"intValue":9007199254740993}},
      {"key":"c","value":{"doubleValue":"NaN"}},{"key":"d","value":{"doubleValue":"-Infinity"}},
      {"key":"e","value":{"doubleValue":1}},{"key":"f","value":{"intValue":1e3}}])");
  EXPECT_EQ(span.start_time_unix_nano(), ~0ULL);
  EXPECT_EQ(span.end_time_unix_nano(), ~0ULL);
  EXPECT_EQ(span.attributes(0).value().int_value(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(span.attributes(1).value().int_value(), 9007199254740993);
  EXPECT_TRUE(std::isnan(span.attributes(2).value().double_value()));
  EXPECT_TRUE(std::isinf(span.attributes(3).value().double_value()));
  EXPECT_EQ(span.attributes(4).value().double_value(), 1);
  EXPECT_EQ(span.attributes(5).value().int_value(), 1000);
}

TEST(OtlpJson, SkipsTheUnknownTakesNullForTheDefaultAndTheLastOfEqualNames) {
  const Span span = transcode_span(R"("future":{"a":[1]},"name":"first","name":"last",
      "traceState":"x","traceState":null,"status":null,
      "attributes":[{"key":"a"}],"attributes":[{"key":"b"},{"key":"c"}])");
  EXPECT_EQ(span.name(), "last");
  EXPECT_EQ(span.trace_state(), "");
  EXPECT_FALSE(span.has_status());
  ASSERT_EQ(span.attributes_size(), 2);
  EXPECT_EQ(span.attributes(0).key(), "b");
}

TEST(OtlpJson, MendsBadUtf8InsteadOfRefusing) {
  EXPECT_EQ(transcode_span("\"name\":\"a\xff\"").name(), "a\xef\xbf\xbd");
}

TEST(OtlpJson, NamesTheMemberOfTheWrongType) {
  const auto bytes = transcode_json(
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]})", kTracesRequest);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(bytes.error().message, "wrong type of member: name");
}

TEST(OtlpJson, RefusesWhatIsNoObject) {
  for (const char* body : {"", "[]", "{", "null", "{\"resourceSpans\":{}}"}) {
    EXPECT_FALSE(transcode_json(body, kTracesRequest).ok()) << body;
  }
}

TEST(OtlpJson, ReadsThePublishedExamples) {
  TraceRequest traces;
  ASSERT_TRUE(traces.ParseFromString(*transcode_json(read_data("trace.json"), kTracesRequest)));
  const Span& span = traces.resource_spans(0).scope_spans(0).spans(0);
  EXPECT_EQ(span.name(), "I'm a server span");
  EXPECT_EQ(span.trace_id().size(), 16U);
  EXPECT_EQ(span.parent_span_id().size(), 8U);

  collector::logs::v1::ExportLogsServiceRequest logs;
  ASSERT_TRUE(logs.ParseFromString(*transcode_json(read_data("logs.json"), kLogsRequest)));
  EXPECT_EQ(logs.resource_logs(0).scope_logs(0).log_records(0).attributes_size(), 6);

  collector::metrics::v1::ExportMetricsServiceRequest metrics;
  ASSERT_TRUE(metrics.ParseFromString(*transcode_json(read_data("metrics.json"), kMetricsRequest)));
  EXPECT_EQ(metrics.resource_metrics(0).scope_metrics(0).metrics_size(), 4);
  const auto events = transcode_json(read_data("events.json"), kLogsRequest);
  EXPECT_TRUE(events.ok()) << events.error().message;
}

}  // namespace
}  // namespace tracery::otlp
