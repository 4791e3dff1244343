// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/msgpack_reader.h"

#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/event.h"
#include "protocols/honeycomb/event_decoder.h"

namespace tracery::honeycomb {
namespace {

using nlohmann::json;

constexpr unsigned kDepth = 64;

std::string bytes(std::initializer_list<int> list) {
  std::string out;
  for (const int byte : list) out.push_back(static_cast<char>(byte));
  return out;
}

std::string to_json(std::string_view packed) {
  JsonWriter out;
  MsgpackReader(packed).write_json(out);
  return out.take();
}

json random_value(std::mt19937_64& dice, int depth) {
  switch (dice() % (depth > 4 ? 7 : 9)) {
    case 0: return nullptr;
    case 1: return dice() % 2 == 0;
    case 2: return static_cast<std::int64_t>(dice() >> (dice() % 64));
    case 3: return -static_cast<std::int64_t>(dice() >> (1 + dice() % 63));
    case 4: return dice();
    case 5: return static_cast<double>(dice() % 100'000) / 16;
    case 6: return std::string(dice() % 3 == 0 ? dice() % 70'000 : dice() % 40, 'x');
    case 7: {
      json list = json::array();
      for (auto i = dice() % 20; i > 0; --i) list.push_back(random_value(dice, depth + 1));
      return list;
    }
    default: {
      json map = json::object();
      for (auto i = dice() % 20; i > 0; --i) {
        map["k" + std::to_string(dice() % 100)] = random_value(dice, depth + 1);
      }
      return map;
    }
  }
}

TEST(MsgpackReader, ReadsWhatAnotherLibraryWrites) {
  std::mt19937_64 dice(1);
  for (int i = 0; i < 60; ++i) {
    const json value = random_value(dice, 0);
    const auto packed = json::to_msgpack(value);
    const std::string body(packed.begin(), packed.end());

    MsgpackReader reader(body);
    ASSERT_TRUE(reader.skip(kDepth));
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(json::parse(to_json(body)), value);
  }
}

TEST(MsgpackReader, FailsOnEveryTruncationAsAnotherLibraryDoes) {
  const auto packed = json::to_msgpack(
      json{{"a", {1, -1, 300, -300, 70000, 5000000000, 1.5}}, {"b", {{"c", "text"}}}});
  for (std::size_t size = 0; size < packed.size(); ++size) {
    MsgpackReader reader(std::string_view(reinterpret_cast<const char*>(packed.data()), size));
    EXPECT_FALSE(reader.skip(kDepth)) << size;
  }
}

TEST(MsgpackReader, ReadsTheThreeTimestampsAndTheOneOfTinylib) {
  const std::string timestamp32 = bytes({0xd6, 0xff, 0, 0, 0, 5});
  const std::string timestamp64 = bytes({0xd7, 0xff, 0, 0, 0, 4, 0, 0, 0, 5});
  const std::string timestamp96 = bytes({0xc7, 12, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5});
  const std::string tinylib = bytes({0xc7, 12, 5, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1});

  EXPECT_EQ(MsgpackReader(timestamp32).next()->integer, 5'000'000'000);
  EXPECT_EQ(MsgpackReader(timestamp64).next()->integer, 5'000'000'001);
  EXPECT_EQ(MsgpackReader(timestamp96).next()->integer, 5'000'000'001);
  EXPECT_EQ(MsgpackReader(tinylib).next()->integer, 5'000'000'001);
  EXPECT_EQ(to_json(timestamp32), "\"1970-01-01T00:00:05Z\"");
}

TEST(MsgpackReader, TakesATimestampOutOfRangeForAnUnknownExtension) {
  const std::string far =
      bytes({0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
  EXPECT_EQ(MsgpackReader(far).next()->kind, MsgpackValue::Kind::kExtension);
}

TEST(MsgpackReader, RefusesDepthReservedCodesAndKeysThatAreNoText) {
  EXPECT_FALSE(MsgpackReader(std::string(65, '\x91') + "\x01").skip(kDepth));
  EXPECT_TRUE(MsgpackReader(std::string(64, '\x91') + "\x01").skip(kDepth));
  EXPECT_FALSE(MsgpackReader("\xc1").skip(kDepth));
  EXPECT_FALSE(MsgpackReader("\x81\x01\x01").skip(kDepth));
  EXPECT_FALSE(MsgpackReader("\xdd\xff\xff\xff\xff").skip(kDepth));
}

TEST(MsgpackEvents, TakeTheTimeOfAnExtension) {
  std::string body = bytes({0x91, 0x82, 0xa4});
  body += "data";
  body += bytes({0x81, 0xa1, 'a', 0xc4, 2, 'h', 'i', 0xa4});
  body += "time";
  body += bytes({0xd6, 0xff, 0, 0, 0, 5});
  model::EventList sink;

  const auto outcome = decode_batch(body, Format::kMsgpack, {.dataset = "d", .now_ns = 1}, sink);

  ASSERT_TRUE(outcome.ok());
  ASSERT_EQ(outcome->accepted, 1U);
  EXPECT_EQ(sink.events()[0].time_ns, 5'000'000'000);
  EXPECT_EQ(*model::find_field(sink.events()[0], "a"), model::Value(std::string("aGk=")));
}

}  // namespace
}  // namespace tracery::honeycomb
