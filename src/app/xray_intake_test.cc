// SPDX-License-Identifier: Apache-2.0
#include "app/xray_intake.h"

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "app/random_id.h"
#include "app/testing_clock.h"

namespace tracery::app {
namespace {

std::string datagram(int number) {
  std::string id = std::to_string(number);
  id.insert(0, 16 - id.size(), '0');
  id[0] = 'a';
  return "{\"format\":\"json\",\"version\":1}\n"
         R"({"trace_id":"1-5759e988-bd862e3fe1be46a994272793","name":"shop","start_time":1,)"
         R"("end_time":2,"id":")" +
         id + "\"}";
}

struct XrayIntakeTest : testing::Test {
  XrayIntakeTest() {
    store::StoreOptions options;
    options.directory = directory;
    options.durability = store::Durability::kNone;
    options.retention_ns = std::int64_t{1} << 62;
    std::filesystem::create_directories(directory);
    store = *store::EventStore::open(options, clock, ingest.replay());
    ingest.attach(*store);
  }
  ~XrayIntakeTest() override {
    store.reset();
    std::filesystem::remove_all(directory);
  }

  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("xray_intake_" + random_base36(12));
  TestingClock clock;
  LiveFeed feed;
  Ingest ingest{clock, feed, 64 << 20};
  std::unique_ptr<store::EventStore> store;
};

TEST_F(XrayIntakeTest, StoresEveryDatagramItTookBeforeItEnds) {
  XrayIntakeCounters counters;
  {
    XrayIntake intake(ingest, clock);
    for (int i = 0; i < 1000; ++i) {
      const std::string text = datagram(i);
      const std::string_view view = text;
      intake.take_datagrams({&view, 1});
    }
  }
  EXPECT_EQ(store->stats().events_appended, 1000u);
  EXPECT_EQ(ingest.counters().events_accepted, 1000u);
}

TEST_F(XrayIntakeTest, CountsWhatItRejectsByReason) {
  auto intake = std::make_unique<XrayIntake>(ingest, clock);
  const std::vector<std::string> texts = {datagram(1), "no header",
                                          "{\"format\":\"json\",\"version\":1}\n{\"name\":\"x\"}"};
  const std::vector<std::string_view> views(texts.begin(), texts.end());

  intake->take_datagrams(views);
  while (intake->counters().documents_accepted == 0) std::this_thread::yield();

  const XrayIntakeCounters counters = intake->counters();
  EXPECT_EQ(counters.rejected.size(), 2u);
  EXPECT_EQ(counters.rejected.at("MissingId"), 1u);
  EXPECT_EQ(counters.rejected.at("BadHeader"), 1u);
  const auto rejections = intake->rejections();
  ASSERT_EQ(rejections.size(), 2u);
  EXPECT_EQ(rejections[1].excerpt, "no header");
  EXPECT_EQ(rejections[1].via, "udp");
}

TEST_F(XrayIntakeTest, DropsAndCountsWhatGoesOverItsLimit) {
  XrayIntake intake(ingest, clock, {.waiting_bytes_max = 0});
  const std::string text = datagram(1);
  const std::string_view view = text;

  intake.take_datagrams({&view, 1});

  EXPECT_EQ(intake.counters().datagrams_dropped, 1u);
}

}  // namespace
}  // namespace tracery::app
