// SPDX-License-Identifier: Apache-2.0
#include "store/live_catalogue.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/time.h"

namespace tracery::store {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;
constexpr std::int64_t kAnyTime = std::numeric_limits<std::int64_t>::min();

void push(EventBatch& batch, std::string_view dataset, std::string_view column,
          std::int64_t time_ns = kNow) {
  batch.begin_event(batch.dataset(dataset), time_ns);
  batch.put(batch.field(column), true);
  batch.end_event();
}

TEST(LiveCatalogue, KnowsWhichDatasetHasWhichColumn) {
  EventBatch batch;
  push(batch, "shop", "a");
  push(batch, "bank", "b");
  push(batch, "shop", "c");
  push(batch, "shop", "b");
  push(batch, "bank", "b", kNow - 5);
  LiveCatalogue live(10'000);
  live.record(batch.contents(), kAnyTime, kNow + 1);

  const auto catalogue = live.snapshot(kNow);

  const DatasetInfo& shop = catalogue->datasets.at("shop");
  const DatasetInfo& bank = catalogue->datasets.at("bank");
  EXPECT_EQ(shop.columns.size(), 3U);
  EXPECT_EQ(bank.columns.size(), 1U);
  EXPECT_TRUE(bank.columns.at("b").has(StreamType::kBool));
  EXPECT_FALSE(bank.columns.at("b").has(StreamType::kInt));
  EXPECT_EQ(bank.columns.at("b").last_written_ns, kNow + 1);
  EXPECT_EQ(shop.rows, 3U);
  EXPECT_EQ(bank.min_time_ns, kNow - 5);
  EXPECT_EQ(bank.max_time_ns, kNow);
}

TEST(LiveCatalogue, ShowsNewColumnsAtOnceAndCountsWithinASecond) {
  LiveCatalogue live(10'000);
  EventBatch batch;
  push(batch, "shop", "a");
  live.record(batch.contents(), kAnyTime, kNow);
  const auto first = live.snapshot(kNow);
  live.record(batch.contents(), kAnyTime, kNow);

  EXPECT_EQ(live.snapshot(kNow + 1), first);
  EXPECT_EQ(live.snapshot(kNow + kNsPerSecond)->datasets.at("shop").rows, 2U);
  push(batch, "shop", "b");
  live.record(batch.contents(), kAnyTime, kNow);
  EXPECT_EQ(live.snapshot(kNow + kNsPerSecond)->datasets.at("shop").columns.size(), 2U);
}

TEST(LiveCatalogue, ForgetsWhatNobodyWritesAnyMore) {
  LiveCatalogue live(10'000);
  EventBatch batch;
  push(batch, "shop", "a");
  push(batch, "bank", "a");
  live.record(batch.contents(), kAnyTime, kNow);
  batch.clear();
  push(batch, "shop", "b");
  live.record(batch.contents(), kAnyTime, kNow + 10);

  live.forget_before(kNow + 5);

  const auto catalogue = live.snapshot(kNow);
  EXPECT_EQ(catalogue->datasets.size(), 1U);
  EXPECT_EQ(catalogue->datasets.at("shop").columns.size(), 1U);
}

}  // namespace
}  // namespace tracery::store
