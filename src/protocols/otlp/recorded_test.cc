// SPDX-License-Identifier: Apache-2.0
// Bodies recorded from unmodified SDKs; tests/data/otlp/ORIGIN.md says which.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "model/event.h"
#include "protocols/otlp/decoder.h"

namespace tracery::otlp {
namespace {

using model::Event;
using model::Value;

std::vector<Event> decode_file(const std::string& name, Format format) {
  std::ifstream file(std::string(TRACERY_TEST_DATA) + "/otlp/" + name, std::ios::binary);
  std::ostringstream body;
  body << file.rdbuf();
  model::EventList sink;
  const auto outcome = decode_traces(body.str(), format, {.now_ns = 1}, sink);
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  if (outcome.ok()) EXPECT_EQ(outcome->rejected, 0U) << outcome->message;
  return sink.take();
}

Value field(const Event& event, std::string_view name) {
  const Value* const value = model::find_field(event, name);
  return value == nullptr ? Value() : *value;
}

TEST(RecordedTraces, OfThePythonSdkDecode) {
  const auto events = decode_file("opentelemetry-python-1.45.2.traces.pb", Format::kProtobuf);

  // The inner span ended first: its exception, its link, itself; then the outer one.
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(field(events[0], "name"), Value(std::string("exception")));
  EXPECT_EQ(field(events[1], "meta.annotation_type"), Value(std::string("link")));
  const Event& inner = events[2];
  EXPECT_EQ(field(inner, "name"), Value(std::string("mock-data")));
  EXPECT_EQ(field(inner, "app.result_length"), Value(std::int64_t{3}));
  EXPECT_EQ(field(inner, "exception.message"), Value(std::string("boom")));
  EXPECT_EQ(field(inner, "error"), Value(true));
  const Event& outer = events[3];
  EXPECT_EQ(outer.dataset, "capture-py");
  EXPECT_EQ(field(outer, "span.kind"), Value(std::string("server")));
  EXPECT_EQ(field(outer, "tags"), Value(std::string("[\"a\",\"b\"]\n")));
  EXPECT_EQ(field(outer, "telemetry.instrumentation_library"), Value(true));
  EXPECT_EQ(field(outer, "trace.parent_id"), Value());
  EXPECT_EQ(field(inner, "trace.parent_id"), field(outer, "trace.span_id"));
  EXPECT_EQ(field(events[1], "trace.link.span_id"), field(outer, "trace.span_id"));
}

TEST(RecordedTraces, OfTheNodeSdkDecode) {
  const auto events = decode_file("opentelemetry-js-0.223.1.traces.json", Format::kJson);

  ASSERT_EQ(events.size(), 2U);
  const Event& span = events[1];
  EXPECT_EQ(span.dataset, "capture-js");
  EXPECT_EQ(span.time_ns, 1'795'426'413'474'000'000);
  EXPECT_EQ(field(span, "trace.trace_id"), Value(std::string("78cfab8996c2c670bc6d9aa492592d71")));
  EXPECT_EQ(field(span, "type"), Value(std::string("client")));
  EXPECT_EQ(field(span, "http.response.status_code"), Value(std::int64_t{200}));
  EXPECT_EQ(field(span, "ratio"), Value(0.5));
  EXPECT_EQ(field(span, "duration_ms"), Value(0.954649));
  EXPECT_EQ(field(span, "exception.type"), Value(std::string("Error")));
  EXPECT_EQ(field(span, "span.num_events"), Value(std::int64_t{1}));
}

}  // namespace
}  // namespace tracery::otlp
