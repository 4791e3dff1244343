// SPDX-License-Identifier: Apache-2.0
// The whole kit against a sink of our own: what the program does, and what arrives.
#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http_sink.h"
#include "tracery/app.h"

namespace tracery::app {
namespace {

using nlohmann::json;
using test::Answer;
using test::HttpSink;
using test::Received;

class Telemetry : public testing::Test {
 protected:
  void SetUp() override {
    set("OTEL_EXPORTER_OTLP_ENDPOINT", sink_.url());
    set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json");
    set("OTEL_METRICS_EXPORTER", "none");
    set("OTEL_BSP_SCHEDULE_DELAY", "1");
  }
  void TearDown() override {
    for (const std::string& name : set_) unsetenv(name.c_str());
  }

  void set(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }

  /// All spans that arrived, in order, of all requests.
  std::vector<json> spans() const {
    std::vector<json> all;
    for (const Received& request : sink_.wait_for(1)) {
      if (request.path != "/v1/traces") continue;
      const json document = json::parse(request.body);
      for (const json& scope : document["resourceSpans"][0]["scopeSpans"]) {
        for (const json& span : scope["spans"]) all.push_back(span);
      }
    }
    return all;
  }

  static const json* attribute(const json& span, const std::string& key) {
    static thread_local json held;
    for (const json& field : span.value("attributes", json::array())) {
      if (field["key"] == key) {
        held = field["value"];
        return &held;
      }
    }
    return nullptr;
  }

  HttpSink sink_;
  std::vector<std::string> set_;
};

TEST_F(Telemetry, SendsSpansWithTheirParentsAndAttributes) {
  {
    Guard guard = init({.service = "shop", .version = "1.2"});
    TRACERY_SPAN(outer, "outer", {.kind = SpanKind::kServer, .scope = "home.activities"});
    outer.set("app.user_id", "andrew").set("app.count", 3).set("app.ratio", 0.5).set("ok", true);
    const std::vector<std::string> names = {"a", "b"};
    outer.set("app.names", names);
    TRACERY_SPAN(inner, "inner");
    inner.event("looked up", {{"rows", 2}});
  }

  const std::vector<json> all = spans();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0]["name"], "inner");
  EXPECT_EQ(all[1]["name"], "outer");
  EXPECT_EQ(all[0]["parentSpanId"], all[1]["spanId"]);
  EXPECT_EQ(all[0]["traceId"], all[1]["traceId"]);
  EXPECT_EQ(all[1]["kind"], 2);
  EXPECT_EQ((*attribute(all[1], "app.user_id"))["stringValue"], "andrew");
  EXPECT_EQ((*attribute(all[1], "app.count"))["intValue"], "3");
  EXPECT_EQ((*attribute(all[1], "app.ratio"))["doubleValue"], 0.5);
  EXPECT_EQ((*attribute(all[1], "ok"))["boolValue"], true);
  EXPECT_EQ((*attribute(all[1], "app.names"))["arrayValue"]["values"].size(), 2u);
  EXPECT_EQ(all[0]["events"][0]["name"], "looked up");
  const std::string body = sink_.wait_for(1)[0].body;
  EXPECT_NE(body.find("\"home.activities\""), std::string::npos);
  EXPECT_NE(body.find("{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop\"}}"),
            std::string::npos);
}

TEST_F(Telemetry, RecordsExceptionsWithTheirChain) {
  {
    Guard guard = init();
    TRACERY_SPAN(span, "work");
    try {
      throw std::logic_error("no honor");
    } catch (const std::exception& error) {
      span.record_exception(error);
    }
  }

  const std::vector<json> all = spans();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["status"]["code"], 2);
  EXPECT_EQ((*attribute(all[0]["events"][0], "exception.type"))["stringValue"], "std::logic_error");
  EXPECT_EQ((*attribute(all[0]["events"][0], "exception.message"))["stringValue"], "no honor");
}

TEST_F(Telemetry, KeepsASpanWithinItsLimits) {
  set("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "2");
  set("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4");
  set("OTEL_SPAN_EVENT_COUNT_LIMIT", "1");
  {
    Guard guard = init();
    TRACERY_SPAN(span, "work");
    span.set("a", "123456").set("b", 1).set("c", 2).event("1").event("2").event("3");
  }

  const std::vector<json> all = spans();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ((*attribute(all[0], "a"))["stringValue"], "1234");
  EXPECT_EQ(all[0]["droppedAttributesCount"], 1);
  EXPECT_EQ(all[0]["droppedEventsCount"], 2);
}

TEST_F(Telemetry, CarriesTheContextToOtherThreads) {
  {
    Guard guard = init();
    TRACERY_SPAN(outer, "outer");
    std::thread(wrap([] { TRACERY_SPAN(inner, "on a thread"); })).join();
    std::thread([] { TRACERY_SPAN(lost, "lost"); }).join();
  }

  const std::vector<json> all = spans();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0]["parentSpanId"], all[2]["spanId"]);
  EXPECT_FALSE(all[1].contains("parentSpanId"));
}

TEST_F(Telemetry, ContinuesATraceAndPassesItOn) {
  const std::vector<Header> incoming = {
      {"TraceParent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"tracestate", "a=1"},
      {"tracestate", "b=2"},
      {"baggage", "user=worf"}};
  std::vector<Header> outgoing;
  {
    Guard guard = init();
    const Scope scope = adopt(extract(incoming));
    EXPECT_EQ(baggage("user"), "worf");
    TRACERY_SPAN(span, "work");
    outgoing = inject();
  }

  const std::vector<json> all = spans();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(all[0]["parentSpanId"], "00f067aa0ba902b7");
  EXPECT_EQ(all[0]["flags"], 0x301);
  ASSERT_EQ(outgoing.size(), 3u);
  EXPECT_EQ(outgoing[1].value, "a=1,b=2");
  EXPECT_EQ(outgoing[2].value, "user=worf");
}

TEST_F(Telemetry, SendsLogsWithTheSpansIds) {
  {
    Guard guard = init();
    TRACERY_SPAN(span, "work");
    log(Level::kWarning, "out of prune juice", {{"handle", "Worf"}});
  }

  json log;
  for (const Received& request : sink_.wait_for(2)) {
    if (request.path != "/v1/logs") continue;
    log = json::parse(request.body)["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
  }
  EXPECT_EQ(log["body"]["stringValue"], "out of prune juice");
  EXPECT_EQ(log["severityNumber"], 13);
  EXPECT_EQ(log["traceId"], spans()[0]["traceId"]);
  EXPECT_EQ(log["spanId"], spans()[0]["spanId"]);
}

TEST_F(Telemetry, CountsMetricsInTheConventionsBuckets) {
  set("OTEL_METRICS_EXPORTER", "otlp");
  set("OTEL_TRACES_EXPORTER", "none");
  {
    Guard guard = init();
    Counter counter("posts", {.unit = "{post}"});
    counter.add(2, {{"handle", "Worf"}});
    Histogram durations("wait", {.unit = "s"});
    durations.record(0.03);
  }

  const json scope =
      json::parse(sink_.wait_for(1)[0].body)["resourceMetrics"][0]["scopeMetrics"][0];
  json sum, histogram;
  for (const json& metric : scope["metrics"]) {
    if (metric["name"] == "posts") sum = metric["sum"];
    if (metric["name"] == "wait") histogram = metric["histogram"];
  }
  EXPECT_EQ(sum["dataPoints"][0]["asDouble"], 2.0);
  EXPECT_EQ(sum["isMonotonic"], true);
  EXPECT_EQ(histogram["dataPoints"][0]["count"], "1");
  EXPECT_EQ(histogram["dataPoints"][0]["explicitBounds"].size(), 14u);
}

TEST_F(Telemetry, SurvivesAReceiverThatIsBusyAndCompresses) {
  set("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip");
  set("OTEL_LOGS_EXPORTER", "none");
  sink_.respond_with([count = 0](const Received&) mutable {
    return ++count == 1 ? Answer{.status = 429, .headers = {{"Retry-After", "0"}}} : Answer{};
  });
  Guard guard = init();
  {
    TRACERY_SPAN(span, "work");
  }

  EXPECT_TRUE(guard.flush(std::chrono::seconds(30)));

  const std::vector<Received> requests = sink_.wait_for(2);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_EQ(requests[1].headers.at("content-encoding"), "gzip");
  EXPECT_EQ(guard.statistics()[0].delivered, 1u);
  EXPECT_EQ(guard.statistics()[0].retries, 1u);
}

TEST_F(Telemetry, DropsWhatAGarblingReceiverRefuses) {
  sink_.respond_with([](const Received&) { return Answer{.status = 400, .body = "no"}; });
  Guard guard = init();
  {
    TRACERY_SPAN(span, "work");
  }

  EXPECT_TRUE(guard.flush(std::chrono::seconds(30)));

  EXPECT_EQ(guard.statistics()[0].dropped, 1u);
}

TEST_F(Telemetry, IsIdleWhenDisabledAndASecondTime) {
  Guard first = init();
  Guard second = init();
  EXPECT_TRUE(second.statistics().empty());
  first = std::move(second);
  set("OTEL_SDK_DISABLED", "true");
  Guard disabled = init();
  TRACERY_SPAN(span, "work");
  span.set("a", 1);
  log(Level::kInfo, "nobody hears");

  EXPECT_FALSE(span.is_recording());
  EXPECT_TRUE(disabled.statistics().empty());
}

TEST_F(Telemetry, SamplesByTheEnvironment) {
  set("OTEL_TRACES_SAMPLER", "always_off");
  Guard guard = init();
  {
    TRACERY_SPAN(span, "work");
    EXPECT_FALSE(span.is_recording());
    EXPECT_EQ(span.traceparent().substr(52), "-00");
  }
  EXPECT_EQ(guard.statistics()[0].accepted, 0u);
}

TEST_F(Telemetry, LinksOtherTraces) {
  {
    Guard guard = init();
    TRACERY_SPAN(span, "work");
    span.link("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  }

  EXPECT_EQ(spans()[0]["links"][0]["spanId"], "00f067aa0ba902b7");
}

}  // namespace
}  // namespace tracery::app
