// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "model/event.h"
#include "protocols/otlp/decoder.h"

namespace tracery::otlp {
namespace {

using model::Event;
using model::Value;

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

Value field(const Event& event, std::string_view name) {
  const Value* const value = model::find_field(event, name);
  return value == nullptr ? Value() : *value;
}

Event decode_log(const std::string& record, const OtlpContext& context = {.now_ns = kNow},
                 const std::string& resource = "") {
  model::EventList sink;
  const auto outcome = decode_logs(R"({"resourceLogs":[{"resource":{"attributes":[)" + resource +
                                       R"(]},"scopeLogs":[{"logRecords":[{)" + record + "}]}]}]}",
                                   Format::kJson, context, sink);
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  if (sink.events().size() != 1) return {};
  return sink.events()[0];
}

TEST(DecodeLogs, GivesARecordTheFieldsHuskyGives) {
  const Event event = decode_log(
      R"("timeUnixNano":"5","severityNumber":"SEVERITY_NUMBER_WARN2","severityText":"W","flags":1,
      "body":{"stringValue":"hello"},"eventName":"e",
      "traceId":"F23B42EAC289A0FDCDE48FCBE3AB1A32","spanId":"00f067aa0ba902b7",
      "attributes":[{"key":"a","value":{"intValue":"9007199254740993"}}])");

  EXPECT_EQ(event.time_ns, 5);
  EXPECT_EQ(event.dataset, "unknown_log_source");
  EXPECT_EQ(field(event, "severity"), Value(std::string("warn")));
  EXPECT_EQ(field(event, "severity_code"), Value(std::int64_t{14}));
  EXPECT_EQ(field(event, "severity_text"), Value(std::string("W")));
  EXPECT_EQ(field(event, "flags"), Value(std::int64_t{1}));
  EXPECT_EQ(field(event, "event.name"), Value(std::string("e")));
  EXPECT_EQ(field(event, "body"), Value(std::string("hello")));
  EXPECT_EQ(field(event, "meta.signal_type"), Value(std::string("log")));
  EXPECT_EQ(field(event, "meta.annotation_type"), Value(std::string("span_event")));
  EXPECT_EQ(field(event, "trace.trace_id"), Value(std::string("f23b42eac289a0fdcde48fcbe3ab1a32")));
  EXPECT_EQ(field(event, "trace.parent_id"), Value(std::string("00f067aa0ba902b7")));
  EXPECT_EQ(field(event, "a"), Value(std::int64_t{9007199254740993}));
}

TEST(DecodeLogs, KeepsARecordWithoutAValidTraceId) {
  const Event event = decode_log(R"("traceId":"abcd","body":{"stringValue":"x"})");

  EXPECT_EQ(field(event, "trace.trace_id"), Value());
  EXPECT_EQ(field(event, "meta.annotation_type"), Value());
  EXPECT_EQ(field(event, "body"), Value(std::string("x")));
}

TEST(DecodeLogs, FlattensMapBodiesAndKeepsThemWhole) {
  const Event event = decode_log(R"("body":{"kvlistValue":{"values":[
      {"key":"b","value":{"intValue":1}},{"key":"a","value":{"stringValue":"x"}}]}})");

  EXPECT_EQ(field(event, "body.a"), Value(std::string("x")));
  EXPECT_EQ(field(event, "body.b"), Value(std::int64_t{1}));
  EXPECT_EQ(field(event, "body"), Value(std::string("{\"a\":\"x\",\"b\":1}\n")));
}

TEST(DecodeLogs, LetsAttributesGoBeforeFieldsMadeHere) {
  const std::string severity = R"({"key":"severity","value":{"stringValue":"mine"}})";
  EXPECT_EQ(field(decode_log(R"("attributes":[)" + severity + "]"), "severity"),
            Value(std::string("mine")));
  EXPECT_EQ(field(decode_log("", {.now_ns = kNow}, severity), "severity"),
            Value(std::string("mine")));
}

TEST(DecodeLogs, TakesTheObservedTimeThenTheTimeItCame) {
  EXPECT_EQ(decode_log(R"("observedTimeUnixNano":7)").time_ns, 7);
  EXPECT_EQ(decode_log("").time_ns, kNow);
  EXPECT_EQ(decode_log(R"("timeUnixNano":"18446744073709551615")").time_ns,
            std::numeric_limits<std::int64_t>::max());
}

TEST(DecodeLogs, ChoosesTheDatasetByServiceThenHeader) {
  const std::string service = R"({"key":"service.name","value":{"stringValue":"svc"}})";
  EXPECT_EQ(decode_log("", {.dataset = "header"}).dataset, "header");
  EXPECT_EQ(decode_log("", {.dataset = "header"}, service).dataset, "svc");
  EXPECT_EQ(decode_log("", {.is_classic_key = true}).dataset, "unknown_log_source");
}

TEST(DecodeLogs, NamesEachBandOfSeverities) {
  const char* const kNames[] = {"trace", "debug", "info", "warn", "error", "fatal"};
  for (int number = 1; number <= 24; ++number) {
    const Event event = decode_log(R"("severityNumber":)" + std::to_string(number));
    EXPECT_EQ(field(event, "severity"), Value(std::string(kNames[(number - 1) / 4])));
  }
  EXPECT_EQ(field(decode_log(R"("severityNumber":25)"), "severity"),
            Value(std::string("unspecified")));
}

}  // namespace
}  // namespace tracery::otlp
