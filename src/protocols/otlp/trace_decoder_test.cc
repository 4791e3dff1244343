// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

#include "model/event.h"
#include "protocols/otlp/decoder.h"

namespace tracery::otlp {
namespace {

using model::Event;
using model::EventList;
using model::Value;

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

struct Decoded {
  Outcome outcome;
  std::vector<Event> events;
};

Decoded decode_ok(const std::string& body, Format format, const OtlpContext& context) {
  EventList sink;
  auto outcome = decode_traces(body, format, context, sink);
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  if (!outcome.ok()) return {};
  return {*std::move(outcome), sink.take()};
}

/// A request with one span; `members` are added to it.
std::string span_json(const std::string& members, const std::string& resource = "",
                      const std::string& scope = "") {
  return R"({"resourceSpans":[{"resource":{"attributes":[)" + resource +
         R"(]},"scopeSpans":[{"scope":{)" + scope +
         R"(},"spans":[{"traceId":"f23b42eac289a0fdcde48fcbe3ab1a32","spanId":"00f067aa0ba902b7",)"
         R"("name":"GET /","startTimeUnixNano":"1000000000","endTimeUnixNano":"1003500000")" +
         members + "}]}]}]}";
}

Decoded decode_span(const std::string& members, const std::string& resource = "",
                    const std::string& scope = "") {
  return decode_ok(span_json(members, resource, scope), Format::kJson, {.now_ns = kNow});
}

std::string text(const std::string& key, const std::string& value) {
  return R"({"key":")" + key + R"(","value":{"stringValue":")" + value + R"("}})";
}

Value field(const Event& event, std::string_view name) {
  const Value* const value = model::find_field(event, name);
  return value == nullptr ? Value() : *value;
}

Value str(const char* value) { return std::string(value); }
Value integer(std::int64_t value) { return value; }

TEST(DecodeTraces, GivesASpanTheFieldsHuskyGives) {
  const Decoded decoded = decode_span(
      R"(,"parentSpanId":"53995c3f42cd8ad8","kind":2,"traceState":"a=b","status":{"code":2,"message":"boom"})",
      text("service.name", " shop "), R"("name":"io.opentelemetry.x","version":"1.2")");

  ASSERT_EQ(decoded.events.size(), 1U);
  const Event& span = decoded.events[0];
  EXPECT_EQ(span.dataset, "shop");
  EXPECT_EQ(span.time_ns, 1'000'000'000);
  EXPECT_EQ(span.sample_rate, 1U);
  EXPECT_EQ(field(span, "trace.trace_id"), str("f23b42eac289a0fdcde48fcbe3ab1a32"));
  EXPECT_EQ(field(span, "trace.span_id"), str("00f067aa0ba902b7"));
  EXPECT_EQ(field(span, "trace.parent_id"), str("53995c3f42cd8ad8"));
  EXPECT_EQ(field(span, "trace.trace_state"), str("a=b"));
  EXPECT_EQ(field(span, "name"), str("GET /"));
  EXPECT_EQ(field(span, "type"), str("server"));
  EXPECT_EQ(field(span, "span.kind"), str("server"));
  EXPECT_EQ(field(span, "duration_ms"), Value(3.5));
  EXPECT_EQ(field(span, "status_code"), integer(2));
  EXPECT_EQ(field(span, "status_message"), str("boom"));
  EXPECT_EQ(field(span, "error"), Value(true));
  EXPECT_EQ(field(span, "span.num_events"), integer(0));
  EXPECT_EQ(field(span, "span.num_links"), integer(0));
  EXPECT_EQ(field(span, "meta.signal_type"), str("trace"));
  EXPECT_EQ(field(span, "meta.source"), str("otlp"));
  EXPECT_EQ(field(span, "library.name"), str("io.opentelemetry.x"));
  EXPECT_EQ(field(span, "library.version"), str("1.2"));
  EXPECT_EQ(field(span, "telemetry.instrumentation_library"), Value(true));
  EXPECT_EQ(field(span, "service.name"), str(" shop "));
  EXPECT_EQ(decoded.outcome.accepted, 1U);
}

TEST(DecodeTraces, LeavesOutWhatIsNotThere) {
  const Decoded decoded = decode_span(R"(,"parentSpanId":"0000000000000000")");

  ASSERT_EQ(decoded.events.size(), 1U);
  for (const char* absent : {"trace.parent_id", "error", "status_message", "trace.trace_state",
                             "library.name", "telemetry.instrumentation_library"}) {
    EXPECT_EQ(field(decoded.events[0], absent), Value()) << absent;
  }
  EXPECT_EQ(field(decoded.events[0], "type"), str("unspecified"));
  EXPECT_EQ(field(decoded.events[0], "status_code"), integer(0));
}

TEST(DecodeTraces, TakesTheSpanBeforeItsOwnFieldsBeforeScopeBeforeResource) {
  const Decoded decoded =
      decode_span(R"(,"attributes":[)" + text("name", "mine") + "," + text("a", "span") + "]",
                  text("a", "resource") + "," + text("b", "resource") + "," + text("type", "x"),
                  R"("attributes":[)" + text("a", "scope") + "," + text("b", "scope") + "]");

  ASSERT_EQ(decoded.events.size(), 1U);
  EXPECT_EQ(field(decoded.events[0], "name"), str("mine"));
  EXPECT_EQ(field(decoded.events[0], "a"), str("span"));
  EXPECT_EQ(field(decoded.events[0], "b"), str("scope"));
  EXPECT_EQ(field(decoded.events[0], "type"), str("unspecified"));
}

TEST(DecodeTraces, KeepsTheLastOfEqualKeys) {
  const Decoded decoded =
      decode_span(R"(,"attributes":[)" + text("a", "1") + "," + text("a", "2") + "]");

  EXPECT_EQ(field(decoded.events.at(0), "a"), str("2"));
}

struct ServiceCase {
  const char* resource;
  const char* dataset;
};

class DecodeTracesDataset : public testing::TestWithParam<ServiceCase> {};

TEST_P(DecodeTracesDataset, ComesFromTheServiceName) {
  const Decoded decoded = decode_span("", GetParam().resource);
  EXPECT_EQ(decoded.events.at(0).dataset, GetParam().dataset);
}

INSTANTIATE_TEST_SUITE_P(
    Husky, DecodeTracesDataset,
    testing::Values(
        ServiceCase{"", "unknown_service"},
        ServiceCase{R"({"key":"service.name","value":{"stringValue":"a"}})", "a"},
        ServiceCase{R"({"key":"service.name","value":{"stringValue":"  "}})", "unknown_service"},
        ServiceCase{R"({"key":"service.name","value":{"intValue":5}})", "unknown_service"},
        ServiceCase{R"({"key":"service.name","value":{"stringValue":"unknown_service:node"}})",
                    "unknown_service"}));

TEST(DecodeTraces, UsesTheHeaderForClassicKeysAndAsksForIt) {
  EventList sink;
  const std::string body = span_json("", text("service.name", "ignored"));
  const auto refused = decode_traces(body, Format::kJson, {.is_classic_key = true}, sink);
  const Decoded decoded =
      decode_ok(body, Format::kJson, {.dataset = "classic", .is_classic_key = true});

  EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(refused.error().message, "missing 'x-honeycomb-dataset' header");
  EXPECT_EQ(decoded.events.at(0).dataset, "classic");
}

TEST(DecodeTraces, MakesEventsOfSpanEventsAndLinksBeforeTheSpan) {
  const Decoded decoded = decode_span(
      R"(,"status":{"code":2},"attributes":[{"key":"sampleRate","value":{"intValue":"7"}}],
      "events":[{"timeUnixNano":"1001000000","name":"e","attributes":[)" +
      text("k", "v") + R"(]},
                {"timeUnixNano":"999","name":"early"}],
      "links":[{"traceId":"0000000000000000CBE4DECD12429177","spanId":"1111111111111111"}])");

  ASSERT_EQ(decoded.events.size(), 4U);
  const Event& event = decoded.events[0];
  EXPECT_EQ(event.time_ns, 1'001'000'000);
  EXPECT_EQ(event.sample_rate, 7U);
  EXPECT_EQ(field(event, "trace.parent_id"), str("00f067aa0ba902b7"));
  EXPECT_EQ(field(event, "trace.span_id"), Value());
  EXPECT_EQ(field(event, "name"), str("e"));
  EXPECT_EQ(field(event, "parent_name"), str("GET /"));
  EXPECT_EQ(field(event, "meta.annotation_type"), str("span_event"));
  EXPECT_EQ(field(event, "meta.time_since_span_start_ms"), Value(1.0));
  EXPECT_EQ(field(event, "error"), Value(true));
  EXPECT_EQ(field(event, "k"), str("v"));
  EXPECT_EQ(field(decoded.events[1], "meta.time_since_span_start_ms"), Value(0.0));
  EXPECT_EQ(field(decoded.events[1], "meta.invalid_time_since_span_start"), Value(true));
  const Event& link = decoded.events[2];
  EXPECT_EQ(link.time_ns, 1'000'000'000);
  EXPECT_EQ(field(link, "trace.link.trace_id"), str("cbe4decd12429177"));
  EXPECT_EQ(field(link, "trace.link.span_id"), str("1111111111111111"));
  EXPECT_EQ(field(link, "meta.annotation_type"), str("link"));
  EXPECT_EQ(field(decoded.events[3], "span.num_events"), integer(2));
  EXPECT_EQ(field(decoded.events[3], "span.num_links"), integer(1));
  EXPECT_EQ(field(decoded.events[3], "sampleRate"), Value());
}

TEST(DecodeTraces, CopiesTheFirstExceptionToTheSpan) {
  const Decoded decoded = decode_span(
      R"(,"attributes":[)" + text("exception.type", "Mine") + R"(],"events":[{"name":"other"},
      {"name":"exception","attributes":[)" +
      text("exception.type", "A") + "," + text("exception.message", "first") + "," +
      text("exception.other", "x") +
      R"(,{"key":"exception.escaped","value":{"boolValue":true}}]},
      {"name":"exception","attributes":[)" +
      text("exception.message", "second") + "]}]");

  ASSERT_EQ(decoded.events.size(), 4U);
  const Event& span = decoded.events[3];
  EXPECT_EQ(field(span, "exception.type"), str("Mine"));
  EXPECT_EQ(field(span, "exception.message"), str("first"));
  EXPECT_EQ(field(span, "exception.escaped"), Value(true));
  EXPECT_EQ(field(span, "exception.other"), Value());
}

TEST(DecodeTraces, MarksSpansThatEndBeforeTheyStart) {
  const Decoded decoded = decode_span(R"(,"endTimeUnixNano":"1")");

  EXPECT_EQ(field(decoded.events.at(0), "duration_ms"), Value(0.0));
  EXPECT_EQ(field(decoded.events.at(0), "meta.invalid_duration"), Value(true));
}

TEST(DecodeTraces, GivesSpansWithoutAStartTheTimeTheyCame) {
  const Decoded decoded = decode_span(R"(,"startTimeUnixNano":0)");

  EXPECT_EQ(decoded.events.at(0).time_ns, kNow);
  EXPECT_EQ(field(decoded.events.at(0), "duration_ms"), Value(0.0));
}

TEST(DecodeTraces, FlattensMapsAndKeepsListsAsJson) {
  const Decoded decoded = decode_span(R"(,"attributes":[
    {"key":"list","value":{"arrayValue":{"values":[{"intValue":123},{"doubleValue":45.6},
        {"stringValue":"hi <mom>"},{}]}}},
    {"key":"bytes","value":{"bytesValue":"ChQe"}},
    {"key":"","value":{"stringValue":"no key"}},
    {"key":"null","value":{}},
    {"key":"m","value":{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}},
      {"key":"n","value":{"kvlistValue":{"values":[{"key":"b","value":{"intValue":1}}]}}}]}}}])");

  const Event& span = decoded.events.at(0);
  EXPECT_EQ(field(span, "list"), str("[123,45.6,\"hi <mom>\",null]\n"));
  EXPECT_EQ(field(span, "bytes"), str("\"ChQe\"\n"));
  EXPECT_EQ(field(span, "null"), Value());
  EXPECT_EQ(field(span, "m"), Value());
  EXPECT_EQ(field(span, "m.a"), Value(true));
  EXPECT_EQ(field(span, "m.n.b"), integer(1));
}

/// `depth` maps, each the value of "k" in the one outside it.
std::string nested_maps(int depth) {
  std::string value = R"({"intValue":1})";
  for (int i = 0; i < depth; ++i) {
    value = R"({"kvlistValue":{"values":[{"key":"k","value":)" + value + "}]}}";
  }
  return R"({"key":"k","value":)" + value + "}";
}

TEST(DecodeTraces, KeepsMapsDeeperThanFiveAsJson) {
  const Decoded decoded = decode_span(R"(,"attributes":[)" + nested_maps(7) + "]");

  EXPECT_EQ(field(decoded.events.at(0), "k.k.k.k.k.k"), str("{\"k\":{\"k\":1}}\n"));
  EXPECT_TRUE(decoded.outcome.warnings.empty());
}

TEST(DecodeTraces, CutsWhatIsNestedTooDeeplyAndSaysSo) {
  const Decoded decoded = decode_span(R"(,"attributes":[)" + nested_maps(100) + "]");

  EXPECT_EQ(decoded.outcome.accepted, 1U);
  ASSERT_EQ(decoded.outcome.warnings.size(), 1U);
  EXPECT_EQ(decoded.outcome.warnings[0], "attribute values nested deeper than 32 levels were cut");
}

struct RejectCase {
  const char* members;
  const char* message;
};

class DecodeTracesRejects : public testing::TestWithParam<RejectCase> {};

TEST_P(DecodeTracesRejects, OnlyTheSpanWithTheBadIdAndNamesIt) {
  const std::string good = R"({"traceId":"f23b42eac289a0fdcde48fcbe3ab1a32",
      "spanId":"00f067aa0ba902b7","name":"good"})";
  const std::string bad = R"({"traceId":"f23b42eac289a0fdcde48fcbe3ab1a32",
      "spanId":"00f067aa0ba902b7","name":"bad",)" +
                          std::string(GetParam().members) + "}";

  const Decoded decoded =
      decode_ok(R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + bad + "," + good + "]}]}]}",
                Format::kJson, {.now_ns = kNow});

  EXPECT_EQ(decoded.outcome.accepted, 1U);
  EXPECT_EQ(decoded.outcome.rejected, 1U);
  EXPECT_EQ(decoded.outcome.message, GetParam().message);
  ASSERT_EQ(decoded.events.size(), 1U);
  EXPECT_EQ(field(decoded.events[0], "name"), str("good"));
}

constexpr const char* kBadTraceId = "span left out, its trace_id is not 16 bytes or all zeros: bad";
constexpr const char* kBadSpanId = "span left out, its span_id is not 8 bytes or all zeros: bad";

INSTANTIATE_TEST_SUITE_P(
    Ids, DecodeTracesRejects,
    testing::Values(RejectCase{R"("traceId":"")", kBadTraceId},
                    RejectCase{R"("traceId":"abcd")", kBadTraceId},
                    RejectCase{R"("traceId":"zz3b42eac289a0fdcde48fcbe3ab1a32")", kBadTraceId},
                    RejectCase{R"("traceId":"00000000000000000000000000000000")", kBadTraceId},
                    RejectCase{R"("spanId":null)", kBadSpanId},
                    RejectCase{R"("spanId":"00f067aa0ba902b700")", kBadSpanId},
                    RejectCase{R"("parentSpanId":"00")",
                               "span left out, its parent_span_id is not 8 bytes: bad"}));

TEST(DecodeTraces, WeighsBySampleRateOfSpanThenScopeThenResource) {
  const std::string rate = R"({"key":"SampleRate","value":{"stringValue":"2.5"}})";
  const std::string preferred = R"({"key":"sampleRate","value":{"doubleValue":9}})";

  EXPECT_EQ(decode_span(R"(,"attributes":[)" + rate + "]").events.at(0).sample_rate, 3U);
  EXPECT_EQ(decode_span("", rate).events.at(0).sample_rate, 3U);
  EXPECT_EQ(decode_span(R"(,"attributes":[)" + rate + "]", preferred).events.at(0).sample_rate, 9U);
  EXPECT_EQ(decode_span(R"(,"traceState":"ot=th:c")").events.at(0).sample_rate, 4U);
  EXPECT_EQ(decode_span(R"(,"traceState":"ot=th:c")", rate).events.at(0).sample_rate, 3U);
}

TEST(DecodeTraces, RoundsSamplingThresholdsTheSameOnReplay) {
  const std::string body = span_json(R"(,"traceState":"ot=th:55555555555555")");
  const auto rate = [&](std::uint64_t seed) {
    return decode_ok(body, Format::kJson, {.random_seed = seed}).events.at(0).sample_rate;
  };

  bool has_low = false;
  bool has_high = false;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    ASSERT_EQ(rate(seed), rate(seed));
    has_low |= rate(seed) == 1;
    has_high |= rate(seed) == 2;
  }
  EXPECT_TRUE(has_low);
  EXPECT_TRUE(has_high);
}

TEST(DecodeTraces, ReadsTheResourceWhereverItStandsAndMergesItsPieces) {
  const auto attribute = [](protozero::pbf_writer& resource, const char* key, const char* value) {
    protozero::pbf_writer pair(resource, 1);
    pair.add_string(1, key);
    protozero::pbf_writer any(pair, 2);
    any.add_string(1, value);
  };
  std::string body;
  protozero::pbf_writer request(body);
  {
    protozero::pbf_writer group(request, 1);
    {
      protozero::pbf_writer old_scope_spans(group, 1000);
      protozero::pbf_writer span(old_scope_spans, 2);
      span.add_bytes(1, "0123456789abcdef");
      span.add_bytes(2, "01234567");
      span.add_string(99, "unknown member");
    }
    for (const char* key : {"service.name", "second.piece"}) {
      protozero::pbf_writer resource(group, 1);
      attribute(resource, key, "v");
    }
  }

  const Decoded decoded = decode_ok(body, Format::kProtobuf, {.now_ns = kNow});

  ASSERT_EQ(decoded.events.size(), 1U);
  EXPECT_EQ(decoded.events[0].dataset, "v");
  EXPECT_EQ(field(decoded.events[0], "second.piece"), str("v"));
}

TEST(DecodeTraces, AcceptsAnEmptyRequest) {
  EXPECT_EQ(decode_ok("", Format::kProtobuf, {}).outcome.accepted, 0U);
  EXPECT_EQ(decode_ok("{}", Format::kJson, {}).outcome.accepted, 0U);
}

TEST(DecodeTraces, RefusesWhatIsNoRequest) {
  EventList sink;
  for (const char* body : {"\x0a\x05xx", "\x07", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    const auto outcome = decode_traces(body, Format::kProtobuf, {}, sink);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::kMalformed);
    EXPECT_TRUE(outcome.error().message.starts_with("failed to parse OTLP request body: "));
  }
}

}  // namespace
}  // namespace tracery::otlp
