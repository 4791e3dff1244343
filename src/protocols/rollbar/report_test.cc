// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/report.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace tracery::rollbar {
namespace {

Report read(std::string_view body) {
  auto report = read_report(body);
  EXPECT_TRUE(report.ok()) << report.error().message;
  return report.ok() ? *std::move(report) : Report();
}

ErrorCode error_of(std::string_view body) {
  const auto report = read_report(body);
  EXPECT_FALSE(report.ok()) << body;
  return report.ok() ? ErrorCode::kInternal : report.error().code;
}

TEST(ReadReport, TakesTheFourKindsOfBody) {
  const auto with = [](const std::string& body) {
    return read(R"({"data":{"environment":"e","body":{)" + body + "}}}");
  };
  const Report trace = with(R"("trace":{"frames":[{"filename":"a.py","lineno":7,"method":"f"}],)"
                            R"("exception":{"class":"E","message":"m"}},"message":null)");
  EXPECT_EQ(trace.kind, ReportKind::kTrace);
  EXPECT_EQ(trace.level, "error");
  ASSERT_EQ(trace.exceptions.size(), 1U);
  EXPECT_EQ(trace.exceptions[0].frames.at(0).lineno, 7);
  const Report chain = with(R"("trace_chain":[{"exception":{"class":"Outer"}},)"
                            R"({"exception":{"class":"Cause"},"frames":null}])");
  ASSERT_EQ(chain.exceptions.size(), 2U);
  EXPECT_EQ(chain.exceptions[1].type, "Cause");
  const Report message = with(R"("message":{"body":"Hello World!","user":7})");
  EXPECT_EQ(message.message, "Hello World!");
  EXPECT_EQ(message.level, "info");
  EXPECT_EQ(with(R"("crash_report":{"raw":"dump"})").message, "dump");
}

TEST(ReadReport, SaysWhatIsMissing) {
  EXPECT_EQ(error_of(""), ErrorCode::kMalformed);
  EXPECT_EQ(error_of("[]"), ErrorCode::kMalformed);
  EXPECT_EQ(error_of(R"({"data":{"environment":"e")"), ErrorCode::kMalformed);
  EXPECT_EQ(error_of(R"({"data":{"environment":"e","x":truu}})"), ErrorCode::kMalformed);
  EXPECT_EQ(error_of("{}"), ErrorCode::kInvalid);
  EXPECT_EQ(error_of(R"({"data":[]})"), ErrorCode::kInvalid);
  EXPECT_EQ(error_of(R"({"data":{"body":{"message":{"body":"x"}}}})"), ErrorCode::kInvalid);
  EXPECT_EQ(error_of(R"({"data":{"environment":"e"}})"), ErrorCode::kInvalid);
  EXPECT_EQ(error_of(R"({"data":{"environment":"e","body":{}}})"), ErrorCode::kInvalid);
  EXPECT_EQ(error_of(R"({"data":{"environment":"e","body":{"message":{"body":"x"},"trace":{}}}})"),
            ErrorCode::kInvalid);
  EXPECT_EQ(error_of(R"({"data":{"environment":"e","body":{"trace_chain":[]}}})"),
            ErrorCode::kInvalid);
}

TEST(ReadReport, KeepsTheDocumentByteForByteAndNotTheToken) {
  const Report report =
      read(R"({"access_token":"secret", "data": {"environment": "e", "n": 1.50, "body":)"
           R"({"message":{"body":"\u00e9"}}} , "more":[1]})");
  EXPECT_EQ(report.document,
            R"({"environment": "e", "n": 1.50, "body":{"message":{"body":"\u00e9"}}})");
  EXPECT_EQ(report.access_token, "secret");
}

TEST(ReadReport, FindsTheTraceInItsUsualPlaces) {
  constexpr std::string_view kTrace = "6f0c9d1b2a3e4f5061728394a5b6c7d8";
  const auto with = [](const std::string& members) {
    return read(R"({"data":{"environment":"e","body":{"message":{"body":"x"}},)" + members + "}}");
  };
  const Report custom = with(R"("custom":{"trace_id":"6f0c9d1b2a3e4f5061728394a5b6c7d8",)"
                             R"("spanId":"00f067aa0ba902b7"})");
  EXPECT_EQ(custom.trace_id, kTrace);
  EXPECT_EQ(custom.span_id, "00f067aa0ba902b7");
  const Report header = with(R"("request":{"headers":{"Traceparent":)"
                             R"("00-6f0c9d1b2a3e4f5061728394a5b6c7d8-00f067aa0ba902b7-01"}})");
  EXPECT_EQ(header.trace_id, kTrace);
  EXPECT_EQ(header.span_id, "") << "the header's span is the caller's";
  EXPECT_EQ(with(R"("request":{"headers":{"X-Amzn-Trace-Id":)"
                 R"("Root=1-6f0c9d1b-2a3e4f5061728394a5b6c7d8;Sampled=1"}})")
                .trace_id,
            kTrace);
  EXPECT_EQ(with(R"("attributes":[{"key":"trace_id","value":"6f0c9d1b2a3e4f5061728394a5b6c7d8"}])")
                .trace_id,
            kTrace);
  EXPECT_EQ(
      with(R"("telemetry":[{"body":{"traceId":"6f0c9d1b2a3e4f5061728394a5b6c7d8"}}])").trace_id,
      kTrace);
  EXPECT_EQ(with(R"("custom":{"trace_id":"none"})").trace_id, "");
}

TEST(ReadReport, ReadsSecondsFractionsAndMilliseconds) {
  const auto time_of = [](const std::string& timestamp) {
    return read(R"({"data":{"environment":"e","body":{"message":{"body":"x"}},"timestamp":)" +
                timestamp + "}}")
        .time_ns;
  };
  EXPECT_EQ(time_of("1700000000"), 1'700'000'000 * kNsPerSecond);
  EXPECT_EQ(time_of("1700000000.25"), 1'700'000'000 * kNsPerSecond + 250 * kNsPerMs);
  EXPECT_EQ(time_of("1700000000250"), 1'700'000'000 * kNsPerSecond + 250 * kNsPerMs);
  EXPECT_EQ(time_of("-3"), 0);
  EXPECT_EQ(time_of("1e300"), 0);
  EXPECT_EQ(time_of("\"soon\""), 0);
}

TEST(ReadReport, MarksTheProjectsOwnFrames) {
  const Report report =
      read(R"({"data":{"environment":"e","server":{"root":"/srv"},"body":{"trace":{"frames":[)"
           R"({"filename":"/usr/lib/python3/flask/app.py"},{"filename":"/srv/app.py"},)"
           R"({"filename":"/srv/venv/lib/python3.11/site-packages/x.py"}]}}}})");
  const auto& frames = report.exceptions.at(0).frames;
  EXPECT_FALSE(frames.at(0).in_project);
  EXPECT_TRUE(frames.at(1).in_project);
  EXPECT_FALSE(frames.at(2).in_project);
}

}  // namespace
}  // namespace tracery::rollbar
