// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/response_encoder.h"

#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "base/time.h"

namespace tracery::otlp {
namespace {

namespace collector = opentelemetry::proto::collector;

TEST(EncodeExportResponse, LeavesPartialSuccessUnsetOnFullSuccess) {
  EXPECT_EQ(encode_export_response(Signal::kTraces, Format::kProtobuf, {.accepted = 3}), "");
  EXPECT_EQ(encode_export_response(Signal::kTraces, Format::kJson, {.accepted = 3}), "{}");
}

TEST(EncodeExportResponse, SaysHowManyWereRejectedAndWhy) {
  const Outcome outcome{.rejected = 2, .message = "why", .warnings = {"also"}};

  collector::trace::v1::ExportTraceServiceResponse response;
  ASSERT_TRUE(response.ParseFromString(
      encode_export_response(Signal::kTraces, Format::kProtobuf, outcome)));
  EXPECT_EQ(response.partial_success().rejected_spans(), 2);
  EXPECT_EQ(response.partial_success().error_message(), "why; also");
  EXPECT_EQ(encode_export_response(Signal::kLogs, Format::kJson, outcome),
            R"({"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"why; also"}})");
  EXPECT_EQ(encode_export_response(Signal::kMetrics, Format::kJson, {.warnings = {"w"}}),
            R"({"partialSuccess":{"errorMessage":"w"}})");
}

TEST(EncodeStatus, WritesARetryDelayAsRetryInfo) {
  EXPECT_EQ(encode_status(Format::kJson, 3, "bad \"body\""),
            R"({"code":3,"message":"bad \"body\""})");
  EXPECT_EQ(encode_status(Format::kJson, 14, "later", 1'500 * kNsPerMs),
            R"({"code":14,"message":"later","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.500s"}]})");
  EXPECT_EQ(encode_status(Format::kProtobuf, 3, "bad"), std::string("\x08\x03\x12\x03"
                                                                    "bad"));
  EXPECT_EQ(encode_status(Format::kProtobuf, 14, "", 2 * kNsPerSecond),
            std::string("\x08\x0e\x1a\x32\x0a\x28type.googleapis.com/google.rpc.RetryInfo"
                        "\x12\x06\x0a\x04\x08\x02\x10\x00",
                        54));
}

TEST(GuessSignal, TellsTheThreeRequestsApart) {
  const std::string span = R"({"resourceSpans":[{}]})";
  EXPECT_EQ(guess_signal(span, Format::kJson), Signal::kTraces);
  EXPECT_EQ(guess_signal(R"({"resource_logs":[]})", Format::kJson), Signal::kLogs);
  EXPECT_EQ(guess_signal(R"({"resourceMetrics":[]})", Format::kJson), Signal::kMetrics);
  EXPECT_EQ(guess_signal("{}", Format::kJson), std::nullopt);
  EXPECT_EQ(guess_signal("[", Format::kJson), std::nullopt);
  EXPECT_EQ(guess_signal("", Format::kProtobuf), std::nullopt);
  EXPECT_EQ(guess_signal("\x0a\xff", Format::kProtobuf), std::nullopt);

  collector::trace::v1::ExportTraceServiceRequest traces;
  auto* const a_span = traces.add_resource_spans()->add_scope_spans()->add_spans();
  a_span->set_trace_id("0123456789abcdef");
  a_span->set_span_id("01234567");
  EXPECT_EQ(guess_signal(traces.SerializeAsString(), Format::kProtobuf), Signal::kTraces);

  collector::logs::v1::ExportLogsServiceRequest logs;
  logs.add_resource_logs()->add_scope_logs()->add_log_records()->set_time_unix_nano(5);
  EXPECT_EQ(guess_signal(logs.SerializeAsString(), Format::kProtobuf), Signal::kLogs);
}

}  // namespace
}  // namespace tracery::otlp
