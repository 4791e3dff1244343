// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/put_decoder.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "model/event.h"
#include "model/names.h"
#include "protocols/cwlogs/names.h"
#include "protocols/cwlogs/page_token.h"

namespace tracery::cwlogs {
namespace {

constexpr std::int64_t kNowMs = 1'767'330'000'000;
constexpr std::int64_t kDayMs = 86'400'000;

std::string make_body(const std::string& events) {
  return R"({"logGroupName":"g","logStreamName":"s","logEvents":[)" + events + "]}";
}

std::string make_event(std::int64_t time_ms, const std::string& json_message) {
  return R"({"timestamp":)" + std::to_string(time_ms) + R"(,"message":)" + json_message + "}";
}

Result<PutOutcome> decode(const std::string& body, model::EventList& list,
                          std::int64_t retention_days = 0) {
  return decode_put(
      body, {.now_ns = kNowMs * kNsPerMs, .sequence = 1000, .retention_days = retention_days},
      list);
}

model::Value field(const model::Event& event, std::string_view name) {
  const model::Value* value = model::find_field(event, name);
  return value == nullptr ? model::Value() : *value;
}

TEST(DecodePut, WritesTheColumnsOfALogEvent) {
  model::EventList list;
  const auto outcome = decode(
      make_body(make_event(kNowMs, R"("ERROR x")") + "," + make_event(kNowMs + 1, R"("y\n")")),
      list);

  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->accepted, 2u);
  EXPECT_EQ(outcome->bytes, 7 + 2 + 2 * 26);
  EXPECT_EQ(outcome->last_sequence, 1001);
  const auto events = list.take();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].dataset, "g");
  EXPECT_EQ(events[0].time_ns, kNowMs * kNsPerMs);
  EXPECT_EQ(field(events[0], model::names::kBody), model::Value("ERROR x"));
  EXPECT_EQ(field(events[1], model::names::kBody), model::Value("y\n"));
  EXPECT_EQ(field(events[0], names::kLogStream), model::Value("s"));
  EXPECT_EQ(field(events[1], names::kSequence), model::Value(std::int64_t{1001}));
  EXPECT_EQ(field(events[0], names::kBatchBytes), model::Value(outcome->bytes));
  EXPECT_EQ(field(events[1], names::kBatchBytes), model::Value());
  EXPECT_EQ(field(events[0], names::kSeverity), model::Value("error"));
  EXPECT_EQ(field(events[0], model::names::kSignalType), model::Value("log"));
  EXPECT_EQ(field(events[0], model::names::kSource), model::Value("cloudwatch"));
}

TEST(DecodePut, DiscoversTheFieldsOfJsonMessages) {
  model::EventList list;
  const std::string message =
      R"("req {\"user\":{\"id\":7},\"ok\":true,\"tags\":[\"a\",{\"b\":1.5}],\"none\":null,)"
      R"(\"severity\":\"WARNING\",\"meta.source\":\"x\",\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"}")";
  ASSERT_TRUE(decode(make_body(make_event(kNowMs, message)), list).ok());

  const model::Event event = list.take().at(0);
  EXPECT_EQ(field(event, "user.id"), model::Value(std::int64_t{7}));
  EXPECT_EQ(field(event, "ok"), model::Value(true));
  EXPECT_EQ(field(event, "tags.0"), model::Value("a"));
  EXPECT_EQ(field(event, "tags.1.b"), model::Value(1.5));
  EXPECT_EQ(field(event, "none"), model::Value());
  EXPECT_EQ(field(event, "severity"), model::Value("WARNING"));
  EXPECT_EQ(field(event, "json.meta.source"), model::Value("x"));
  EXPECT_EQ(field(event, model::names::kSource), model::Value("cloudwatch"));
  EXPECT_EQ(field(event, model::names::kTraceId), model::Value("0af7651916cd43dd8448eb211c80319c"));
}

TEST(DecodePut, BoundsWhatItDiscovers) {
  std::string object = "{";
  for (int i = 0; i < 500; ++i) object += "\\\"k" + std::to_string(i) + "\\\":1,";
  model::EventList list;
  ASSERT_TRUE(
      decode(make_body(make_event(kNowMs, "\"" + object + "\\\"last\\\":1}\"")), list).ok());
  std::size_t discovered = 0;
  const std::vector<model::Event> events = list.take();
  for (const model::Field& each : events.at(0).fields) {
    discovered += each.name.starts_with("k") ? 1U : 0U;
  }
  EXPECT_EQ(discovered, 200u);
}

TEST(DecodePut, SaysWhichEventsItLeftOut) {
  model::EventList list;
  const std::string body = make_body(
      make_event(kNowMs - 30 * kDayMs, "\"a\"") + "," + make_event(kNowMs - 3 * kDayMs, "\"b\"") +
      "," + make_event(kNowMs, "\"c\"") + "," + make_event(kNowMs + kDayMs, "\"d\""));
  const auto outcome = decode(body, list, 2);

  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->accepted, 1u);
  EXPECT_EQ(outcome->rejected, 3u);
  EXPECT_EQ(outcome->too_old_end, 1u);
  EXPECT_EQ(outcome->expired_end, 2u);
  EXPECT_EQ(outcome->too_new_start, 3u);
  EXPECT_EQ(encode_put_response(*outcome),
            R"({"nextSequenceToken":"40000000000000000000000000000000000000000000000000001000",)"
            R"("rejectedLogEventsInfo":{"tooNewLogEventStartIndex":3,"tooOldLogEventEndIndex":1,)"
            R"("expiredLogEventEndIndex":2}})");
}

TEST(DecodePut, RefusesWhatBreaksARule) {
  struct Case {
    std::string body;
    ErrorCode code;
    std::string part;
  };
  std::string many = make_event(kNowMs, "\"x\"");
  for (int i = 1; i < 10'001; ++i) many += "," + make_event(kNowMs, "\"x\"");
  const Case cases[] = {
      {"", ErrorCode::kMalformed, "no JSON object"},
      {"[]", ErrorCode::kMalformed, "no JSON object"},
      {R"({"logGroupName":"g","logStreamName":"s"})", ErrorCode::kMalformed, "logEvents"},
      {R"({"logStreamName":"s","logEvents":[]})", ErrorCode::kMalformed, "logGroupName"},
      {make_body(""), ErrorCode::kInvalid, "'logEvents'"},
      {make_body("7"), ErrorCode::kMalformed, "no object"},
      {make_body(R"({"message":"x"})"), ErrorCode::kMalformed, "timestamp"},
      {make_body(make_event(-1, "\"x\"")), ErrorCode::kInvalid, "greater than or equal to 0"},
      {make_body(make_event(kNowMs, "\"\"")), ErrorCode::kInvalid, "logEvents.1.member.message"},
      {make_body(make_event(2, "\"x\"") + "," + make_event(1, "\"x\"")), ErrorCode::kInvalid,
       "chronological"},
      {make_body(many), ErrorCode::kInvalid, "10000"},
      {make_body(make_event(kNowMs, '"' + std::string(1'048'577, 'x') + '"')), ErrorCode::kInvalid,
       "Log event too large: 1048577"},
      {make_body(make_event(kNowMs, '"' + std::string(1'048'551, 'x') + '"')), ErrorCode::kInvalid,
       "Upload too large: 1048577"},
      {make_body(make_event(kNowMs - kDayMs - 1, "\"x\"") + "," + make_event(kNowMs, "\"x\"")),
       ErrorCode::kInvalid, "24 hours"},
  };
  for (const Case& each : cases) {
    model::EventList list;
    const auto outcome = decode(each.body, list);
    ASSERT_FALSE(outcome.ok()) << each.part;
    EXPECT_EQ(outcome.error().code, each.code) << each.part;
    EXPECT_NE(outcome.error().message.find(each.part), std::string::npos)
        << outcome.error().message;
  }
}

TEST(ReadPutTarget, ReadsTheTwoNamesWhateverTheirOrder) {
  const auto target = read_put_target(
      R"({"logEvents":[{"message":"logGroupName","timestamp":1}],"logStreamName":"s\u00e9","logGroupName":"g"})");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->group, "g");
  EXPECT_EQ(target->stream, "s\u00e9");
  EXPECT_FALSE(read_put_target("{}").ok());
  EXPECT_FALSE(read_put_target("nope").ok());
}

TEST(PutContext, IsReadBackFromItsText) {
  const PutContext context{.now_ns = 5, .sequence = 123, .retention_days = 7, .stream = "a stream"};
  const auto read = PutContext::parse(context.text(), 5);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->sequence, 123);
  EXPECT_EQ(read->retention_days, 7);
  EXPECT_EQ(read->stream, "a stream");
  EXPECT_FALSE(PutContext::parse("", 5).ok());
  EXPECT_FALSE(PutContext::parse("1 x", 5).ok());
}

TEST(PageTokens, AreReadBack) {
  const PageToken token{.is_forward = false, .time_ns = kNowMs * kNsPerMs, .tie = 7, .shown = 3};
  const std::string text = encode_stream_token(token);
  EXPECT_EQ(text.size(), 60u);
  EXPECT_EQ(parse_stream_token(text), token);
  EXPECT_FALSE(parse_stream_token("n" + text.substr(1)));
  EXPECT_FALSE(parse_stream_token(text.substr(1)));
  EXPECT_EQ(
      parse_filter_token(encode_filter_token("g/@1", "s@2", event_id(5, 7, 9), token), "g/@1"),
      (PageToken{.is_forward = false, .time_ns = 5, .tie = 7, .shown = 3}));
  const PageToken usual{.is_forward = true, .time_ns = 5, .tie = 7, .shown = 1};
  const std::string plain = encode_filter_token("g", "s", event_id(5, 7, 9), usual);
  EXPECT_EQ(plain, "g@s@" + event_id(5, 7, 9));
  EXPECT_EQ(parse_filter_token(plain, "g"), usual);
  EXPECT_FALSE(parse_filter_token(plain, "h"));
  EXPECT_FALSE(parse_filter_token("invalid-token", "g"));
  EXPECT_FALSE(parse_filter_token("g@s@999", "g"));
  EXPECT_FALSE(parse_filter_token(plain + "#x", "g"));
}

TEST(ReadPutTarget, FindsTheStreamBesideBadUtf8AsDecodingDoes) {
  const std::string body = make_body(make_event(kNowMs, "\"a \x9b b\""));
  const auto target = read_put_target(body);
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->group, "g");
  EXPECT_EQ(target->stream, "s");
  model::EventList list;
  ASSERT_TRUE(decode(body, list).ok());
  EXPECT_EQ(field(list.take()[0], model::names::kBody), model::Value("a \xef\xbf\xbd b"));
}

}  // namespace
}  // namespace tracery::cwlogs
