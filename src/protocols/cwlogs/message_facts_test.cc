// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/message_facts.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "protocols/cwlogs/json_message.h"

namespace tracery::cwlogs {
namespace {

constexpr const char* kTrace = "0af7651916cd43dd8448eb211c80319c";
constexpr const char* kSpan = "b7ad6b7169203331";

TEST(FindLevel, KnowsTheUsualForms) {
  struct Case {
    const char* message;
    std::string_view level;
  };
  const Case cases[] = {
      {"2023-02-20 10:00:00 ERROR in app: boom", "error"},
      {"[2023-Feb-20 10:00] 172.18.0.1 GET http /api/activities/home? 200 OK", ""},
      {"WARNING:root:late", "warn"},
      {"[error] 12#0: upstream", "error"},
      {"<CRITICAL> out of memory", "fatal"},
      {"ts=1 level=warn msg=x", "warn"},
      {R"(x "level": "info" y)", "info"},
      {"severity: Notice", "info"},
      {"an error occurred", ""},
      {"ERRORS 5", ""},
      {"INFORMATION", "info"},
      {"E", ""},
      {"", ""},
  };
  for (const Case& each : cases) EXPECT_EQ(find_level(each.message), each.level) << each.message;
  EXPECT_EQ(find_level(std::string(120, '.') + " ERROR"), "");
}

TEST(FindTrace, KnowsTheUsualForms) {
  const std::string trace = kTrace;
  const std::string span = kSpan;
  const std::string with_span[] = {
      "x traceparent=00-" + trace + "-" + span + "-01 y",
      "00-" + trace + "-" + span + "-00",
      "trace_id=" + trace + " span_id=" + span,
      R"({\"traceId\":\")" + trace + R"(\",\"spanId\":\")" + span + R"(\"})",
      "dd.trace-id: '" + trace + "' dd.span-id: '" + span + "'",
  };
  for (const std::string& message : with_span) {
    const auto found = find_trace(message);
    ASSERT_TRUE(found) << message;
    EXPECT_EQ(to_hex(found->trace_id), trace) << message;
    ASSERT_TRUE(found->span_id) << message;
    EXPECT_EQ(to_hex(*found->span_id), span) << message;
  }
  const auto xray = find_trace("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=" + span);
  ASSERT_TRUE(xray);
  EXPECT_EQ(to_hex(xray->trace_id), "5759e988bd862e3fe1be46a994272793");
  EXPECT_EQ(to_hex(xray->span_id.value()), span);
}

TEST(FindTrace, TakesNoOtherHexForOne) {
  const std::string trace = kTrace;
  const std::string messages[] = {
      trace,
      "etag: " + trace,
      "md5=" + trace + " trace",
      "trace_id=" + trace + "00",
      "trace_id=" + std::string(32, '0'),
      "trace_id=" + trace.substr(1),
      "11-5759e988-bd862e3fe1be46a994272793",
      "1-5759e988-bd862e3fe1be46a99427279",
      "",
  };
  for (const std::string& message : messages) EXPECT_FALSE(find_trace(message)) << message;
}

TEST(FindJson, TakesTheFirstObject) {
  EXPECT_EQ(find_json(R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(find_json(" {\"a\":1}\n"), "{\"a\":1}");
  EXPECT_EQ(find_json(R"(INFO {"a":{"b":"}"}} tail {"c":2})"), R"({"a":{"b":"}"}})");
  EXPECT_EQ(find_json("{'a': 1} then { \"b\": 2 }"), "{ \"b\": 2 }");
  EXPECT_EQ(find_json("no json"), "");
  EXPECT_EQ(find_json("{\"open\": "), "");
}

}  // namespace
}  // namespace tracery::cwlogs
