// SPDX-License-Identifier: Apache-2.0
#include "protocols/rollbar/item_decoder.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "model/event.h"

namespace tracery::rollbar {
namespace {

using model::Value;

constexpr std::int64_t kNowNs = 1'700'000'000 * kNsPerSecond + 123;

constexpr std::string_view kFlaskBody = R"({"access_token":"t","data":{
  "timestamp":1700000000,"environment":"production","level":"error","language":"python 3.11.2",
  "framework":"flask","context":"/api/activities/home","uuid":"f3c0","notifier":{"name":"pyrollbar",
  "version":"1.4.0","configured_options":{"root":"/srv"}},
  "body":{"trace":{"frames":[{"filename":"/srv/app.py","lineno":71,"method":"data_home"},
    {"filename":"/usr/lib/python3.11/json/decoder.py","lineno":355,"method":"raw_decode"}],
    "exception":{"class":"ValueError","message":"bad é"}}},
  "request":{"url":"http://localhost/api?x=1","GET":{"x":["1"]},"user_ip":"$remote_ip",
    "headers":{"User-Agent":"curl","Cookie":"secret"},"method":"GET"},
  "person":{"id":7,"username":"andrew","email":null},
  "custom":{"cart":{"items":3,"tags":["a"]}},
  "server":{"host":"c0ffee","pid":7,"root":"/srv","argv":["flask"]}}})";

model::Event decode(std::string_view body, const ItemContext& context) {
  model::EventList sink;
  const Status decoded = decode_item(body, "shop", context, kNowNs, sink);
  EXPECT_TRUE(decoded.ok()) << decoded.error().message;
  auto events = sink.take();
  return events.size() == 1 ? std::move(events[0]) : model::Event();
}

Value value_of(const model::Event& event, std::string_view name) {
  const Value* value = model::find_field(event, name);
  return value == nullptr ? Value() : *value;
}

TEST(DecodeItem, MakesOneWideEvent) {
  ItemContext context;
  context.id = 42;
  context.item.fill(0xab);
  context.remote_ip = "10.1.2.3";
  const model::Event event = decode(kFlaskBody, context);

  EXPECT_EQ(event.dataset, "shop");
  EXPECT_EQ(event.time_ns, kNowNs) << "a whole second that is now's";
  const auto is = [&](std::string_view name, const Value& expected) {
    EXPECT_EQ(value_of(event, name), expected) << name;
  };
  is("meta.error_id", std::int64_t{42});
  is("meta.error_item", std::string("abababababababababababababababab"));
  is("meta.error_uuid", std::string("f3c0"));
  is("meta.error_title", std::string("ValueError: bad é"));
  is("meta.signal_type", std::string("error"));
  is("meta.source", std::string("rollbar"));
  is("exception.type", std::string("ValueError"));
  is("code.filepath", std::string("/srv/app.py"));
  is("code.lineno", std::int64_t{71});
  is("request.user_ip", std::string("10.1.2.3"));
  is("request.url", std::string("http://localhost/api?x=1"));
  is("request.headers.user-agent", std::string("curl"));
  is("request.headers.cookie", Value());
  is("person.id", std::int64_t{7});
  is("person.username", std::string("andrew"));
  is("person.email", Value());
  is("custom.cart.items", std::int64_t{3});
  is("custom.cart.tags", std::string(R"(["a"])"));
  is("server.host", std::string("c0ffee"));
  is("framework", std::string("flask"));
  is("error", true);
  is("meta.error_duplicate_of", Value());
  EXPECT_TRUE(std::get<std::string>(value_of(event, "meta.document"))
                  .starts_with("{\n  \"timestamp\":1700000000,"));
}

TEST(DecodeItem, TakesADrawnUuidAndTheTimeOfReceiptWhenNoneAreSent) {
  ItemContext context;
  context.uuid = "drawn";
  const model::Event event =
      decode(R"({"data":{"environment":"e","body":{"message":{"body":"hi\nthere"}}}})", context);
  EXPECT_EQ(value_of(event, "meta.error_uuid"), Value(std::string("drawn")));
  EXPECT_EQ(value_of(event, "meta.error_title"), Value(std::string("hi")));
  EXPECT_EQ(value_of(event, "message"), Value(std::string("hi\nthere")));
  EXPECT_EQ(event.time_ns, kNowNs);
}

TEST(DecodeItem, KeepsATimeOfTheLastDay) {
  const auto decode_at = [](std::string_view timestamp) {
    return decode(R"({"data":{"environment":"e","body":{"message":{"body":"x"}},"timestamp":)" +
                      std::string(timestamp) + "}}",
                  {});
  };
  EXPECT_EQ(decode_at("1699999000").time_ns, 1'699'999'000 * kNsPerSecond);
  const model::Event held_back = decode_at("1600000000");
  EXPECT_EQ(held_back.time_ns, kNowNs);
  EXPECT_EQ(value_of(held_back, "meta.original_timestamp"), Value(1'600'000'000 * kNsPerSecond));
}

TEST(ItemContext, ReadsBackWhatItWrote) {
  ItemContext context;
  context.id = 7'379'000'000'000'001;
  context.item = {1, 2, 3};
  context.duplicate_of = 5;
  context.uuid = "a-b";
  context.remote_ip = "::1";
  const auto back = ItemContext::decode(context.encode());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->encode(), context.encode());
  EXPECT_FALSE(ItemContext::decode("1"));
  EXPECT_FALSE(ItemContext::decode(context.encode() + "\x1fmore"));
}

TEST(UserIp, IsResolvedAndAnonymized) {
  EXPECT_EQ(resolve_user_ip("$remote_ip", "10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(resolve_user_ip("$remote_ip_anonymize", "10.1.2.3"), "10.1.2.0");
  EXPECT_EQ(resolve_user_ip("$remote_ip_anonymize", "2001:db8:1:2:3:4:5:6"), "2001:db8:1::");
  EXPECT_EQ(resolve_user_ip("192.0.2.1", "10.1.2.3"), "192.0.2.1");
}

}  // namespace
}  // namespace tracery::rollbar
