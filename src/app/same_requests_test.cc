// SPDX-License-Identifier: Apache-2.0
#include "app/same_requests.h"

#include <gtest/gtest.h>

#include "query/testing/memory_source.h"

namespace tracery::app {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
constexpr std::int64_t kMs = 1'000'000;

const std::string kOtelTrace = "00000000000000000000000000000aaa";
const std::string kXrayTrace = "00000000000000000000000000000bbb";

model::Event span(const std::string& source, const std::string& trace, const std::string& id,
                  std::int64_t start_ms, std::vector<model::Field> more) {
  model::Event event;
  event.dataset = "backend";
  event.time_ns = kStart + start_ms * kMs;
  event.fields = {
      {"meta.source", source}, {"trace.trace_id", trace},           {"trace.span_id", id},
      {"span.kind", "server"}, {"duration_ms", model::Value(50.0)}, {"name", source}};
  for (model::Field& field : more) event.fields.push_back(std::move(field));
  return event;
}

model::Event otel(std::int64_t start_ms, const std::string& target = "/api/home?x=1") {
  return span("otlp", kOtelTrace, "00000000000000a1", start_ms,
              {{"http.method", "GET"},
               {"http.target", target},
               {"net.peer.ip", "10.0.0.1"},
               {"http.status_code", std::int64_t{200}}});
}

model::Event xray(std::int64_t start_ms, const std::string& id = "00000000000000b1") {
  return span("xray", kXrayTrace, id, start_ms,
              {{"http.method", "GET"},
               {"http.url", "http://backend:4567/api/home"},
               {"http.client_ip", "10.0.0.1, 10.0.0.9"},
               {"http.status_code", std::int64_t{200}}});
}

std::vector<SameRequest> found(const std::vector<model::Event>& events, const std::string& trace) {
  auto same =
      find_same_requests(query::make_memory_snapshot(events), *model::parse_trace_id(trace));
  EXPECT_TRUE(same.ok());
  return *std::move(same);
}

TEST(SameRequests, LinksBothWaysAndSaysWhy) {
  const std::vector<model::Event> events = {otel(0), xray(4)};

  const auto from_otel = found(events, kOtelTrace);
  const auto from_xray = found(events, kXrayTrace);

  ASSERT_EQ(from_otel.size(), 1u);
  EXPECT_EQ(from_otel[0].other_span_id, "00000000000000b1");
  EXPECT_EQ(from_otel[0].other_source, "xray");
  EXPECT_EQ(from_otel[0].start_difference_ns, 4 * kMs);
  EXPECT_FALSE(from_otel[0].is_ambiguous);
  ASSERT_EQ(from_otel[0].evidence.size(), 4u);
  EXPECT_EQ(from_otel[0].evidence[1].value, "/api/home");
  EXPECT_EQ(from_otel[0].evidence[3].value, "10.0.0.1");
  ASSERT_EQ(from_xray.size(), 1u);
  EXPECT_EQ(from_xray[0].other_span_id, "00000000000000a1");
  EXPECT_EQ(from_xray[0].start_difference_ns, -4 * kMs);
}

TEST(SameRequests, NeedsTheSamePathAndAboutTheSameStart) {
  EXPECT_TRUE(found({otel(0, "/api/other"), xray(4)}, kOtelTrace).empty());
  EXPECT_TRUE(found({otel(0), xray(20)}, kOtelTrace).empty());
  EXPECT_TRUE(found({otel(0), otel(3)}, kOtelTrace).empty());
  EXPECT_EQ(found({otel(0), xray(19)}, kOtelTrace).size(), 1u);
}

TEST(SameRequests, TakesTheNearestOfSeveralAndSaysSo) {
  const auto same =
      found({otel(0), xray(9, "00000000000000b1"), xray(2, "00000000000000b2")}, kOtelTrace);

  ASSERT_EQ(same.size(), 1u);
  EXPECT_EQ(same[0].other_span_id, "00000000000000b2");
  EXPECT_TRUE(same[0].is_ambiguous);
}

}  // namespace
}  // namespace tracery::app
