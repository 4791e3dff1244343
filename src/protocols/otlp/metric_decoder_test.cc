// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/event.h"
#include "protocols/otlp/decoder.h"
#include "protocols/otlp/histogram.h"

namespace tracery::otlp {
namespace {

using model::Event;
using model::Value;

struct Decoded {
  Outcome outcome;
  std::vector<Event> events;
};

Decoded decode_metrics_json(const std::string& metrics) {
  model::EventList sink;
  auto outcome =
      decode_metrics(R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[)" + metrics + "]}]}]}",
                     Format::kJson, {.now_ns = 1}, sink);
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  if (!outcome.ok()) return {};
  return {*std::move(outcome), sink.take()};
}

Value field(const Event& event, std::string_view name) {
  const Value* const value = model::find_field(event, name);
  return value == nullptr ? Value() : *value;
}

double real(const Event& event, std::string_view name) {
  const Value value = field(event, name);
  EXPECT_TRUE(std::holds_alternative<double>(value)) << name;
  return std::holds_alternative<double>(value) ? std::get<double>(value) : -1;
}

TEST(DecodeMetrics, JoinsPointsOfTheSameAttributesAndSecond) {
  const std::string attributes = R"("attributes":[{"key":"k","value":{"stringValue":"v"}}])";
  const Decoded decoded = decode_metrics_json(
      R"({"name":"a","gauge":{"dataPoints":[{"timeUnixNano":"5100000000","asInt":"7",)" +
      attributes + R"(}]}},
      {"name":"b","sum":{"dataPoints":[{"timeUnixNano":"5900000000","asDouble":1.5,)" +
      attributes + R"(},{"timeUnixNano":"6000000000","asDouble":2.5,)" + attributes +
      R"(},{"timeUnixNano":"5000000000","asDouble":3.5}]}})");

  EXPECT_EQ(decoded.outcome.accepted, 4U);
  ASSERT_EQ(decoded.events.size(), 3U);
  EXPECT_EQ(decoded.events[0].dataset, "unknown_metrics");
  EXPECT_EQ(decoded.events[0].time_ns, 5'000'000'000);
  EXPECT_EQ(field(decoded.events[0], "a"), Value(std::int64_t{7}));
  EXPECT_EQ(field(decoded.events[0], "b"), Value(1.5));
  EXPECT_EQ(field(decoded.events[0], "k"), Value(std::string("v")));
  EXPECT_EQ(field(decoded.events[0], "meta.signal_type"), Value(std::string("metric")));
  EXPECT_EQ(field(decoded.events[1], "b"), Value(2.5));
  EXPECT_EQ(field(decoded.events[2], "b"), Value(3.5));
  EXPECT_EQ(field(decoded.events[2], "k"), Value());
}

TEST(DecodeMetrics, LosesNoSecondValueOfTheSameSecond) {
  const Decoded decoded = decode_metrics_json(R"({"name":"a","gauge":{"dataPoints":[
      {"timeUnixNano":"5000000000","asInt":1},{"timeUnixNano":"5000000001","asInt":2}]}},
      {"name":"b","gauge":{"dataPoints":[{"timeUnixNano":"5000000000","asInt":3}]}})");

  ASSERT_EQ(decoded.events.size(), 2U);
  EXPECT_EQ(field(decoded.events[0], "a"), Value(std::int64_t{1}));
  EXPECT_EQ(field(decoded.events[0], "b"), Value(std::int64_t{3}));
  EXPECT_EQ(field(decoded.events[1], "a"), Value(std::int64_t{2}));
}

TEST(DecodeMetrics, SplitsHistogramsIntoFields) {
  const Decoded decoded = decode_metrics_json(R"({"name":"h","histogram":{"dataPoints":[
      {"timeUnixNano":"1","count":"4","sum":10,"min":1,"max":4,
       "bucketCounts":["0","2","2"],"explicitBounds":[1,2]}]}})");

  ASSERT_EQ(decoded.events.size(), 1U);
  const Event& event = decoded.events[0];
  EXPECT_EQ(field(event, "h.count"), Value(std::int64_t{4}));
  EXPECT_DOUBLE_EQ(real(event, "h.sum"), 10);
  EXPECT_DOUBLE_EQ(real(event, "h.avg"), 2.5);
  EXPECT_DOUBLE_EQ(real(event, "h.min"), 1);
  EXPECT_DOUBLE_EQ(real(event, "h.max"), 4);
  EXPECT_DOUBLE_EQ(real(event, "h.p50"), 2);
  EXPECT_DOUBLE_EQ(real(event, "h.p75"), 3);
  EXPECT_DOUBLE_EQ(real(event, "h.p25"), 1.5);
}

TEST(DecodeMetrics, SplitsExponentialHistogramsAndSummaries) {
  const Decoded decoded = decode_metrics_json(R"({"name":"e","exponentialHistogram":{"dataPoints":[
      {"timeUnixNano":"1","count":2,"sum":6,"scale":0,
       "positive":{"offset":1,"bucketCounts":["2"]}}]}},
      {"name":"s","summary":{"dataPoints":[{"timeUnixNano":"1","count":2,"sum":3,"quantileValues":[
       {"quantile":0,"value":1},{"quantile":0.5,"value":2},{"quantile":0.99,"value":3},
       {"quantile":0.999,"value":4},{"quantile":1,"value":5}]}]}})");

  ASSERT_EQ(decoded.events.size(), 1U);
  const Event& event = decoded.events[0];
  EXPECT_DOUBLE_EQ(real(event, "e.p50"), 3);  // Half way through (2, 4].
  EXPECT_DOUBLE_EQ(real(event, "s.min"), 1);
  EXPECT_DOUBLE_EQ(real(event, "s.p50"), 2);
  EXPECT_DOUBLE_EQ(real(event, "s.p99"), 3);
  EXPECT_DOUBLE_EQ(real(event, "s.p999"), 4);
  EXPECT_DOUBLE_EQ(real(event, "s.max"), 5);
}

TEST(DecodeMetrics, MakesNothingOfPointsWithoutAValue) {
  const Decoded decoded =
      decode_metrics_json(R"({"name":"a","gauge":{"dataPoints":[{"flags":1,"asInt":1},{}]}})");

  EXPECT_EQ(decoded.outcome.accepted, 2U);
  EXPECT_TRUE(decoded.events.empty());
}

TEST(DecodeMetrics, RejectsPointsOfANamelessMetric) {
  const Decoded decoded = decode_metrics_json(R"({"gauge":{"dataPoints":[{"asInt":1}]}})");

  EXPECT_EQ(decoded.outcome.rejected, 1U);
  EXPECT_TRUE(decoded.events.empty());
}

TEST(Histogram, GivesNoQuantileWhereNothingIsKnown) {
  EXPECT_EQ(from_explicit_bounds({}, {}, {}, {}).quantile(0.5), std::nullopt);
  EXPECT_EQ(from_explicit_bounds({1}, {0, 0}, {}, {}).quantile(0.5), std::nullopt);
  EXPECT_EQ(from_explicit_bounds({1, 2}, {1}, {}, {}).quantile(0.5), std::nullopt);
  ExponentialHistogram wild;
  wild.scale = std::numeric_limits<std::int32_t>::min();
  wild.positive = {std::numeric_limits<std::int32_t>::max(), {1}};
  EXPECT_EQ(from_exponential(wild).quantile(0.5), std::nullopt);
}

TEST(Histogram, KeepsQuantilesWithinMinAndMax) {
  const Histogram histogram = from_explicit_bounds({10, 20}, {0, 5, 0}, 14, 15);
  EXPECT_EQ(histogram.quantile(0.001), 14);
  EXPECT_EQ(histogram.quantile(0.999), 15);
}

}  // namespace
}  // namespace tracery::otlp
