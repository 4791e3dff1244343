// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "model/names.h"
#include "store/event_store.h"
#include "store/memory_source.h"
#include "store/overflow_fields.h"
#include "store/overflow_source.h"
#include "store/testing_events.h"
#include "store/testing_store.h"

namespace tracery::store {
namespace {

constexpr std::size_t kColumnsMax = 12;

std::vector<model::Event> events_of_seed(const std::string& seed) {
  std::mt19937_64 random(std::stoull(seed));
  return make_events(random, {.count = 1 + random() % 300});
}

Result<std::unique_ptr<EventBatch>> replay_seed(const LogRecord& record) {
  auto batch = std::make_unique<EventBatch>();
  for (const model::Event& event : events_of_seed(record.payload)) {
    model::push_event(event, *batch);
  }
  return batch;
}

class OverflowTest : public testing::TestWithParam<std::uint64_t> {
 protected:
  std::unique_ptr<EventStore> open() {
    auto store = EventStore::open({.directory = directory_.path(),
                                   .memory_bytes = 64 << 20,
                                   .merge_in_background = false,
                                   .columns_per_dataset = kColumnsMax,
                                   .files = &files_},
                                  clock_, replay_seed);
    EXPECT_TRUE(store.ok()) << to_string(store.error());
    return *std::move(store);
  }

  void append(EventStore& store, std::uint64_t seed) {
    LogRecord record;
    record.payload = std::to_string(seed);
    for (const model::Event& event : events_of_seed(record.payload)) expected_.push_back(event);
    auto batch = replay_seed(record);
    Answer answer;
    store.append(std::move(record), *std::move(batch), answer.done());
    ASSERT_TRUE(answer.get().ok());
  }

  static std::vector<std::string> lines_of(std::vector<model::Event> events) {
    std::vector<std::string> lines;
    for (const model::Event& event : events) lines.push_back(to_line(event));
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  void expect_everything_in(const EventStore& store) {
    EXPECT_EQ(lines_of(events_in(*store.snapshot())), lines_of(expected_));
  }

  /// Values of one column in all rows, by asking for it by name.
  static std::size_t values_of(const Snapshot& snapshot, std::string_view column) {
    std::size_t values = 0;
    for (const auto& source : snapshot.sources) {
      for (const StreamRef& stream : source->streams(column)) {
        for (std::uint32_t group = 0; group < source->groups(); ++group) {
          values += source->zone(stream.id, group).present_rows;
        }
      }
    }
    return values;
  }

  TemporaryDirectory directory_;
  FaultFileSystem files_;
  HandClock clock_;
  std::vector<model::Event> expected_;
};

TEST_P(OverflowTest, KeepsEveryFieldThroughSealsMergesAndCrashes) {
  auto store = open();
  const std::uint64_t seed = GetParam() * 1'000;
  append(*store, seed);
  append(*store, seed + 1);
  expect_everything_in(*store);
  for (std::uint64_t i = 2; i < 10; ++i) {
    append(*store, seed + i);
    ASSERT_TRUE(store->seal().ok());
  }
  expect_everything_in(*store);
  ASSERT_TRUE(store->merge().ok());
  append(*store, seed + 10);
  expect_everything_in(*store);
  EXPECT_GT(store->stats().values_overflowed, 100U);

  files_.kill_at(files_.calls());
  store.reset();
  files_.restart(nullptr);
  store = open();

  expect_everything_in(*store);
}

TEST_P(OverflowTest, FindsAFieldByNameWhereverItLies) {
  const auto store = open();
  for (std::uint64_t i = 0; i < 6; ++i) {
    append(*store, GetParam() + i);
    if (i != 3) continue;
    ASSERT_TRUE(store->seal().ok());
  }
  const auto snapshot = store->snapshot();
  for (int key = 0; key < 200; key += 7) {
    const std::string name = "sparse." + std::to_string(key);
    const auto has = [&](const model::Event& e) { return model::find_field(e, name) != nullptr; };
    EXPECT_EQ(values_of(*snapshot, name),
              static_cast<std::size_t>(std::count_if(expected_.begin(), expected_.end(), has)));
  }
  EXPECT_EQ(values_of(*snapshot, "sparse.none"), 0U);
  EXPECT_EQ(values_of(*snapshot, kOverflowColumn), 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OverflowTest, testing::Range<std::uint64_t>(1, 6));

TEST_F(OverflowTest, ListsNoMoreColumnsThanTheLimitAndTheBuiltInOnes) {
  const auto store = open();
  for (std::uint64_t i = 0; i < 6; ++i) append(*store, i);

  const auto snapshot = store->snapshot();
  for (const auto& [name, dataset] : snapshot->catalogue->datasets) {
    const auto counts = [](const auto& column) { return !always_has_column(column.first); };
    EXPECT_LE(std::count_if(dataset.columns.begin(), dataset.columns.end(), counts),
              static_cast<std::ptrdiff_t>(kColumnsMax));
    EXPECT_TRUE(dataset.columns.contains(model::names::kTraceId));
    EXPECT_FALSE(dataset.columns.contains(kOverflowColumn));
  }
}

TEST(OverflowFields, GivesBackWhatWasPutAndStopsAtBadBytes) {
  std::string bytes;
  const std::int64_t number = -7;
  put_overflow_field(bytes, "a", StreamType::kInt,
                     {reinterpret_cast<const char*>(&number), sizeof(number)});
  put_overflow_field(bytes, "", StreamType::kString, "text");
  put_overflow_field(bytes, "c", StreamType::kBool, "\2");

  OverflowField field;
  ByteReader rest(bytes);
  ASSERT_TRUE(next_overflow_field(rest, field));
  EXPECT_EQ(field.name, "a");
  EXPECT_EQ(field.number<std::int64_t>(), -7);
  ASSERT_TRUE(next_overflow_field(rest, field));
  EXPECT_EQ(field.value, "text");
  ASSERT_TRUE(next_overflow_field(rest, field));
  EXPECT_EQ(field.type, StreamType::kBool);
  EXPECT_FALSE(next_overflow_field(rest, field));

  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    ByteReader torn(std::string_view(bytes).substr(0, cut));
    int fields = 0;
    while (next_overflow_field(torn, field)) ++fields;
    EXPECT_LT(fields, 3);
  }
}

}  // namespace
}  // namespace tracery::store
