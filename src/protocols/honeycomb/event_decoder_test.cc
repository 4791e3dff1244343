// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/event_decoder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "model/event.h"

namespace tracery::honeycomb {
namespace {

using model::Event;
using model::Value;

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;
const EventContext kContext = {.dataset = "My Data", .now_ns = kNow};

Value field(const Event& event, std::string_view name) {
  const Value* const value = model::find_field(event, name);
  return value == nullptr ? Value() : *value;
}

std::string to_msgpack(const std::string& json) {
  const auto bytes = nlohmann::json::to_msgpack(nlohmann::json::parse(json));
  return {bytes.begin(), bytes.end()};
}

/// Every test of what an event becomes holds for both encodings.
class Encoding : public testing::TestWithParam<Format> {
 protected:
  static std::string encode(const std::string& json) {
    return GetParam() == Format::kJson ? json : to_msgpack(json);
  }
  static Status decode(const std::string& json, model::EventSink& sink,
                       const EventContext& context = kContext) {
    return decode_event(encode(json), GetParam(), context, sink);
  }
  static BatchOutcome decode_all(const std::string& json, model::EventSink& sink) {
    auto outcome = decode_batch(encode(json), GetParam(), kContext, sink);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    return outcome.ok() ? *std::move(outcome) : BatchOutcome();
  }
};

INSTANTIATE_TEST_SUITE_P(Both, Encoding, testing::Values(Format::kJson, Format::kMsgpack),
                         [](const auto& test) {
                           return test.param == Format::kJson ? "json" : "msgpack";
                         });

TEST_P(Encoding, KeepsEveryKindOfValue) {
  model::EventList sink;
  ASSERT_TRUE(decode(R"({"s":"x","b":true,"i":-3,"big":18446744073709551615,"d":1.5,"n":null,
                         "o":{"a":[1,{"b":null}]},"l":["é",2.5],"":1})",
                     sink)
                  .ok());

  const Event& event = sink.events().at(0);
  EXPECT_EQ(event.dataset, "My Data");
  EXPECT_EQ(event.time_ns, kNow);
  EXPECT_EQ(event.sample_rate, 1U);
  EXPECT_EQ(field(event, "s"), Value(std::string("x")));
  EXPECT_EQ(field(event, "b"), Value(true));
  EXPECT_EQ(field(event, "i"), Value(std::int64_t{-3}));
  EXPECT_EQ(field(event, "big"), Value(18446744073709551615.0));
  EXPECT_EQ(field(event, "d"), Value(1.5));
  EXPECT_EQ(field(event, "n"), Value());
  EXPECT_EQ(field(event, "o"), Value(std::string(R"({"a":[1,{"b":null}]})")));
  EXPECT_EQ(field(event, "l"), Value(std::string("[\"é\",2.5]")));
  EXPECT_EQ(field(event, "meta.source"), Value(std::string("honeycomb")));
  EXPECT_EQ(field(event, "meta.signal_type"), Value(std::string("log")));
  EXPECT_EQ(event.fields.size(), 9U);
}

TEST_P(Encoding, TellsSpansFromOtherEventsByTheirTrace) {
  model::EventList sink;
  ASSERT_EQ(decode_all(R"([{"data":{"trace.trace_id":"t","name":"span"}}, {"data":{"name":"line"}},
                           {"data":{"trace.trace_id":null}},
                           {"data":{"meta.signal_type":"metric","trace.trace_id":"t"}}])",
                       sink)
                .accepted,
            4U);

  const auto signal = [&](std::size_t i) { return field(sink.events().at(i), "meta.signal_type"); };
  EXPECT_EQ(signal(0), Value(std::string("trace")));
  EXPECT_EQ(signal(1), Value(std::string("log")));
  EXPECT_EQ(signal(2), Value(std::string("log")));
  EXPECT_EQ(signal(3), Value(std::string("metric")));
}

TEST_P(Encoding, UnpacksNestedObjectsAsDeepAsAsked) {
  model::EventList sink;
  ASSERT_TRUE(decode(R"({"a":{"b":{"c":1},"d":2,"l":[1]}})", sink,
                     {.dataset = "d", .now_ns = kNow, .expand_json_depth = 1})
                  .ok());

  const Event& event = sink.events().at(0);
  EXPECT_EQ(field(event, "a"), Value());
  EXPECT_EQ(field(event, "a.d"), Value(std::int64_t{2}));
  EXPECT_EQ(field(event, "a.b"), Value(std::string(R"({"c":1})")));
  EXPECT_EQ(field(event, "a.l"), Value(std::string("[1]")));
}

TEST_P(Encoding, ReadsTimeAndSampleRateFromHeaders) {
  model::EventList sink;
  ASSERT_TRUE(
      decode(R"({"a":1})", sink,
             {.dataset = "d", .event_time = "1700000001", .samplerate = "4", .now_ns = kNow})
          .ok());

  EXPECT_EQ(sink.events().at(0).time_ns, 1'700'000'001'000'000'000);
  EXPECT_EQ(sink.events().at(0).sample_rate, 4U);
}

TEST_P(Encoding, KeepsGoodEntriesAroundBadOnes) {
  model::EventList sink;
  const BatchOutcome outcome = decode_all(
      R"([{"data":{"a":1},"time":"2026-01-02T03:04:05.5Z","samplerate":2},7,{"samplerate":4},
          {"data":{}},{"data":null},{"data":[1]},{"data":{"a":2},"time":1700000001}])",
      sink);

  ASSERT_EQ(outcome.entries.size(), 7U);
  EXPECT_EQ(outcome.accepted, 2U);
  EXPECT_EQ(outcome.entries[0].status, 202);
  EXPECT_EQ(outcome.entries[1].error, "Request body is malformed and cannot be read.");
  EXPECT_EQ(outcome.entries[2].error, "empty event data");
  EXPECT_EQ(outcome.entries[3].error, "empty event data");
  EXPECT_EQ(outcome.entries[4].error, "empty event data");
  EXPECT_EQ(outcome.entries[5].status, 400);
  EXPECT_EQ(outcome.entries[6].status, 202);
  ASSERT_EQ(sink.events().size(), 2U);
  EXPECT_EQ(sink.events()[0].time_ns, *parse_rfc3339_ns("2026-01-02T03:04:05.5Z"));
  EXPECT_EQ(sink.events()[0].sample_rate, 2U);
  EXPECT_EQ(sink.events()[1].time_ns, 1'700'000'001'000'000'000);
}

TEST_P(Encoding, RefusesEventsOverALimit) {
  model::EventList sink;
  const std::string two = encode(R"({"a":1,"b":2})");

  const Status fields = decode_event(two, GetParam(), kContext, sink, {.fields_max = 1});
  const Status bytes = decode_event(two, GetParam(), kContext, sink, {.event_bytes_max = 5});

  EXPECT_EQ(fields.error().message, "Event has too many columns.");
  EXPECT_EQ(bytes.error().message, "Request body is too large.");
  EXPECT_EQ(bytes.error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(sink.events().empty());
}

TEST_P(Encoding, RefusesAnEntryOverTheSizeOfAnEvent) {
  model::EventList sink;
  const std::string body =
      encode(R"([{"data":{"a":")" + std::string(500, 'x') + R"("}},{"data":{"a":1}}])");

  const auto outcome = decode_batch(body, GetParam(), kContext, sink, {.event_bytes_max = 100});

  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->entries.at(0).error, "Request body is too large.");
  EXPECT_EQ(outcome->entries.at(1).status, 202);
}

TEST_P(Encoding, RefusesWhatIsNoEventOrBatch) {
  model::EventList sink;
  EXPECT_EQ(decode_event("", GetParam(), kContext, sink).error().message,
            "Request body should not be empty.");
  EXPECT_EQ(decode(R"([1])", sink).error().message,
            "Request body is malformed and cannot be read.");
  EXPECT_EQ(decode("{}", sink).error().message, "empty event data");
  EXPECT_EQ(decode_batch(encode("{}"), GetParam(), kContext, sink).error().code,
            ErrorCode::kMalformed);
  EXPECT_EQ(decode_event("\xff{", GetParam(), kContext, sink).error().code, ErrorCode::kMalformed);
}

TEST(DecodeEvent, KeepsTheLastOfEqualKeys) {
  model::EventList sink;
  ASSERT_TRUE(decode_event(R"({"a":1,"a":2})", Format::kJson, kContext, sink).ok());
  EXPECT_EQ(field(sink.events().at(0), "a"), Value(std::int64_t{2}));
}

TEST(DecodeEvent, MendsBadUtf8InJson) {
  model::EventList sink;
  ASSERT_TRUE(decode_event("{\"a\":\"x\xff\"}", Format::kJson, kContext, sink).ok());
  EXPECT_EQ(field(sink.events().at(0), "a"), Value(std::string("x\xef\xbf\xbd")));
}

struct TimeCase {
  const char* text;
  std::int64_t time_ns;
};

class EventTime : public testing::TestWithParam<TimeCase> {};

TEST_P(EventTime, ReadsTheFormsClientsSend) {
  EXPECT_EQ(parse_event_time_ns(GetParam().text, kNow), GetParam().time_ns) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, EventTime,
    testing::Values(TimeCase{"1970-01-01T00:00:01.25Z", 1'250'000'000},
                    TimeCase{"1970-01-01T01:00:00+01:00", 0},
                    TimeCase{"1452759330", 1'452'759'330'000'000'000},
                    TimeCase{"1452759330927", 1'452'759'330'927'000'000},
                    TimeCase{"1452759330927123", 1'452'759'330'927'123'000},
                    TimeCase{"1452759330927123456", 1'452'759'330'927'123'456},
                    TimeCase{"14527593309271234569", 1'452'759'330'927'123'456},
                    TimeCase{"1452759330.5", 1'452'759'330'500'000'000},
                    TimeCase{"1.4527593305e9", 1'452'759'330'500'000'000}, TimeCase{"", kNow},
                    TimeCase{"yesterday", kNow}, TimeCase{"12345", kNow}, TimeCase{"-5", kNow},
                    TimeCase{"9999999999", kNow}, TimeCase{"1e300", kNow},
                    TimeCase{"0001-01-01T00:00:00Z", kNow}));

TEST(EncodeBatchResponse, SaysTheErrorUnderBothNames) {
  const BatchOutcome outcome{.entries = {{}, {400, "empty event data"}}, .accepted = 1};

  const std::string json = encode_batch_response(outcome, Format::kJson);
  const std::string packed = encode_batch_response(outcome, Format::kMsgpack);

  EXPECT_EQ(json, R"([{"status":202},)"
                  R"({"status":400,"error":"empty event data","err":"empty event data"}])");
  EXPECT_EQ(nlohmann::json::from_msgpack(packed), nlohmann::json::parse(json));
}

}  // namespace
}  // namespace tracery::honeycomb
