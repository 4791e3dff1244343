// SPDX-License-Identifier: Apache-2.0
// Bodies recorded from unmodified SDKs; tests/data/honeycomb/ORIGIN.md says which.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/time.h"
#include "model/event.h"
#include "protocols/honeycomb/event_decoder.h"

namespace tracery::honeycomb {
namespace {

using model::Event;
using model::Value;

std::vector<Event> decode_file(const std::string& name) {
  std::ifstream file(std::string(TRACERY_TEST_DATA) + "/honeycomb/" + name, std::ios::binary);
  std::ostringstream body;
  body << file.rdbuf();
  model::EventList sink;
  const auto outcome =
      decode_batch(body.str(), Format::kJson, {.dataset = "capture data", .now_ns = 1}, sink);
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  if (outcome.ok()) EXPECT_EQ(outcome->accepted, outcome->entries.size());
  return sink.take();
}

TEST(RecordedBatches, OfLibhoneyPyDecode) {
  const auto events = decode_file("libhoney-py-2.4.0.batch.json");

  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].time_ns, *parse_rfc3339_ns("2026-01-02T03:04:05.000007Z"));
  EXPECT_EQ(events[1].sample_rate, 2U);
  EXPECT_EQ(*model::find_field(events[1], "duration_ms"), Value(13.5));
  EXPECT_EQ(*model::find_field(events[1], "user"),
            Value(std::string(R"({"id":1,"tags":["a","b"]})")));
  EXPECT_EQ(*model::find_field(events[1], "text"), Value(std::string("sévérité")));
  EXPECT_EQ(model::find_field(events[1], "none"), nullptr);
}

TEST(RecordedBatches, OfLibhoneyJsDecode) {
  const auto events = decode_file("libhoney-js-4.3.1.batch.json");

  ASSERT_EQ(events.size(), 1U);
  EXPECT_GT(events[0].time_ns, 1'700'000'000 * kNsPerSecond);
  EXPECT_EQ(*model::find_field(events[0], "nested"), Value(std::string(R"({"b":[1,2]})")));
}

}  // namespace
}  // namespace tracery::honeycomb
