// SPDX-License-Identifier: Apache-2.0
#include "store/event_store.h"

#include <algorithm>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "base/time.h"
#include "model/names.h"
#include "store/part.h"
#include "store/testing_events.h"
#include "store/testing_store.h"
#include "store/version_set.h"

namespace tracery::store {
namespace {

class EventStoreTest : public testing::Test {
 protected:
  StoreOptions options() {
    return {.directory = directory_.path(),
            .memory_bytes = 64 << 20,
            .merge_in_background = false,
            .files = &files_};
  }
  std::unique_ptr<EventStore> open(StoreOptions options) {
    auto store = EventStore::open(std::move(options), clock_, replay_request);
    EXPECT_TRUE(store.ok()) << to_string(store.error());
    return *std::move(store);
  }
  std::unique_ptr<EventStore> open() { return open(options()); }

  std::vector<std::string> files_in(std::string_view folder) {
    return *files_.list(directory_.path() / folder);
  }

  TemporaryDirectory directory_;
  FaultFileSystem files_;
  HandClock clock_;
};

TEST_F(EventStoreTest, ShowsAnEventOnceItIsAcknowledged) {
  const auto store = open();

  ASSERT_TRUE(append_request(*store, clock_, 7).get().ok());

  const auto snapshot = store->snapshot();
  auto expected = request_events(7, clock_.now_ns());
  normalise(expected);
  EXPECT_EQ(events_in(*snapshot), expected);
  EXPECT_EQ(snapshot->catalogue->datasets.at("shop").rows, 2U);
  EXPECT_TRUE(snapshot->catalogue->datasets.at("bank").columns.contains("request"));
  EXPECT_EQ(store->stats().events_appended, 4U);
  EXPECT_EQ(store->stats().log_syncs, 1U);
}

TEST_F(EventStoreTest, HasEverythingAgainAfterACrash) {
  {
    const auto store = open();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(append_request(*store, clock_, i).get().ok());
    files_.kill_at(files_.calls());
  }
  std::mt19937_64 random(1);
  files_.restart(&random);

  const auto store = open();

  const auto counts = requests_in(*store);
  EXPECT_EQ(counts.size(), 20U);
  for (const auto& [number, events] : counts) EXPECT_EQ(events, events_per_request());
  EXPECT_EQ(store->stats().records_replayed, 20U);
  EXPECT_EQ(store->snapshot()->catalogue->datasets.at("shop").rows, 40U);
}

TEST_F(EventStoreTest, SealsIntoOnePartPerDayAndEmptiesTheLog) {
  auto store = open();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(append_request(*store, clock_, i).get().ok());

  ASSERT_TRUE(store->seal().ok());

  EXPECT_EQ(requests_in(*store).size(), 10U);
  EXPECT_EQ(store->stats().parts, 2U);
  EXPECT_EQ(store->stats().head_rows, 0U);
  EXPECT_EQ(store->stats().part_rows, 40U);
  store.reset();
  EXPECT_TRUE(files_in("log").empty());
  store = open();
  EXPECT_EQ(requests_in(*store).size(), 10U);
  EXPECT_EQ(store->stats().records_replayed, 0U);
  EXPECT_EQ(store->snapshot()->catalogue->datasets.at("bank").rows, 20U);
}

TEST_F(EventStoreTest, SealsByItselfWhenTheHeadIsOld) {
  const auto store = open();
  ASSERT_TRUE(append_request(*store, clock_, 1).get().ok());

  clock_.move(61 * kNsPerSecond);

  while (store->stats().parts == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(requests_in(*store).at(1), events_per_request());
}

TEST_F(EventStoreTest, ClosesWithoutALogToReplay) {
  auto store = open();
  ASSERT_TRUE(append_request(*store, clock_, 1).get().ok());

  store.reset();

  EXPECT_TRUE(files_in("log").empty());
  EXPECT_EQ(files_in("parts").size(), 2U);
}

TEST_F(EventStoreTest, FindsATraceInHeadAndParts) {
  const auto store = open();
  ASSERT_TRUE(append_request(*store, clock_, 5).get().ok());
  ASSERT_TRUE(store->seal().ok());
  ASSERT_TRUE(append_request(*store, clock_, 5).get().ok());

  const auto id = model::parse_trace_id("0102030405060005");
  std::uint32_t rows = 0;
  const auto snapshot = store->snapshot();
  for (const auto& source : snapshot->sources) {
    const auto ranges = source->find_trace(*id);
    ASSERT_TRUE(ranges.ok());
    for (const RowRange& range : *ranges) rows += range.rows;
  }
  EXPECT_EQ(rows, 8U);
}

TEST_F(EventStoreTest, MergesPartsAndKeepsThemForOldSnapshots) {
  const auto store = open();
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(append_request(*store, clock_, i).get().ok());
    ASSERT_TRUE(store->seal().ok());
  }
  auto before = store->snapshot();
  const auto events = events_in(*before);

  ASSERT_TRUE(store->merge().ok());

  EXPECT_EQ(store->stats().parts, 2U);
  EXPECT_EQ(store->stats().merges, 2U);
  EXPECT_EQ(events_in(*store->snapshot()), events);
  EXPECT_EQ(events_in(*before), events);
  EXPECT_EQ(files_in("parts").size(), 18U);
  before.reset();
  EXPECT_EQ(files_in("parts").size(), 2U);
}

TEST_F(EventStoreTest, OrdersTheSourcesOfASnapshotNewestFirst) {
  const auto store = open();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(append_request(*store, clock_, i).get().ok());
    ASSERT_TRUE(store->seal().ok());
    clock_.move(-kNsPerSecond);
  }
  ASSERT_TRUE(append_request(*store, clock_, 9).get().ok());

  const auto snapshot = store->snapshot();

  EXPECT_EQ(snapshot->sources.size(), 7U);
  EXPECT_TRUE(std::is_sorted(
      snapshot->sources.begin(), snapshot->sources.end(),
      [](const auto& a, const auto& b) { return a->time().max_ns > b->time().max_ns; }));
}

TEST_F(EventStoreTest, DropsEventsOlderThanRetention) {
  auto with_retention = options();
  with_retention.retention_ns = kNsPerDay / 2;
  const auto store = open(with_retention);

  ASSERT_TRUE(append_request(*store, clock_, 1).get().ok());

  EXPECT_EQ(requests_in(*store).at(1), events_per_request() - 1);
  EXPECT_EQ(store->stats().events_expired, 1U);
}

TEST_F(EventStoreTest, DropsPartsOlderThanRetention) {
  auto with_retention = options();
  with_retention.retention_ns = 3 * kNsPerDay;
  const auto store = open(with_retention);
  ASSERT_TRUE(append_request(*store, clock_, 1).get().ok());
  ASSERT_TRUE(store->seal().ok());
  ASSERT_EQ(store->stats().parts, 2U);

  clock_.move(10 * kNsPerDay);
  ASSERT_TRUE(append_request(*store, clock_, 2).get().ok());
  ASSERT_TRUE(store->seal().ok());

  while (store->stats().parts != 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(requests_in(*store), (std::map<int, int>{{2, events_per_request()}}));
}

std::vector<model::Event> without_shop(std::vector<model::Event> events) {
  std::erase_if(events, [](const model::Event& event) { return event.dataset == "shop"; });
  return events;
}

TEST_F(EventStoreTest, RemovesADatasetForGoodAndKeepsWhatComesLater) {
  auto store = open();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(append_request(*store, clock_, i).get().ok());
    if (i == 5) {
      ASSERT_TRUE(store->seal().ok());
    }
  }
  const auto before = store->snapshot();
  const auto all = events_in(*before);

  ASSERT_TRUE(store->remove_datasets({"shop", "unknown"}).ok());

  EXPECT_EQ(events_in(*store->snapshot()), without_shop(all));
  EXPECT_EQ(events_in(*before), all);
  const auto catalogue = store->snapshot()->catalogue;
  EXPECT_FALSE(catalogue->datasets.contains("shop"));
  EXPECT_EQ(catalogue->datasets.at("bank").rows, 20U);

  clock_.move(kNsPerSecond);
  ASSERT_TRUE(append_request(*store, clock_, 11).get().ok());
  const auto later = events_in(*store->snapshot());
  EXPECT_EQ(later.size(), 24U);
  EXPECT_EQ(store->snapshot()->catalogue->datasets.at("shop").rows, 2U);
  ASSERT_TRUE(store->seal().ok());
  ASSERT_TRUE(store->merge().ok());
  store.reset();
  store = open();
  EXPECT_EQ(events_in(*store->snapshot()), later);
  EXPECT_EQ(store->snapshot()->catalogue->datasets.at("shop").rows, 2U);
}

TEST_F(EventStoreTest, RemovesSomeRowsOfADatasetForGood) {
  const auto store = open();
  const auto put = [&](const char* dataset, const char* stream, std::int64_t number) {
    auto batch = store->take_batch(clock_.now_ns());
    batch->begin_event(batch->dataset(dataset), clock_.now_ns() + number);
    batch->put(batch->field("stream"), std::string_view(stream));
    batch->put(batch->field("number"), number);
    batch->end_event();
    Answer answer;
    store->append(request_record(static_cast<int>(number), clock_.now_ns()), std::move(batch),
                  answer.done());
    ASSERT_TRUE(answer.get().ok());
  };
  put("logs", "a", 1);
  put("logs", "b", 2);
  put("other", "a", 3);
  put("logs", "a", 4);

  ASSERT_TRUE(store->remove_rows("logs", {"stream", "a", "number", 3}).ok());
  std::vector<std::int64_t> left;
  for (const model::Event& event : events_in(*store->snapshot())) {
    left.push_back(std::get<std::int64_t>(*model::find_field(event, "number")));
  }
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (std::vector<std::int64_t>{2, 3, 4}));
  EXPECT_EQ(store->snapshot()->catalogue->datasets.at("logs").rows, 2u);
  ASSERT_TRUE(store->remove_rows("logs", {"stream", "b", "number", 3}).ok());
  ASSERT_TRUE(store->remove_rows("logs", {"stream", "a", "number", 9}).ok());
  EXPECT_EQ(events_in(*store->snapshot()).size(), 1u);
}

TEST_F(EventStoreTest, DropsPartsThatARemovedDatasetHasToItself) {
  const auto store = open();
  ASSERT_TRUE(append_request(*store, clock_, 1).get().ok());

  ASSERT_TRUE(store->remove_datasets({"shop"}).ok());
  ASSERT_TRUE(store->remove_datasets({"bank"}).ok());

  EXPECT_TRUE(store->snapshot()->sources.empty());
  EXPECT_EQ(store->stats().parts, 0U);
  EXPECT_TRUE(files_in("parts").empty());
}

TEST_F(EventStoreTest, RemovesAllOfADatasetOrNothingWhenKilled) {
  {
    const auto store = open();
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(append_request(*store, clock_, i).get().ok());
      ASSERT_TRUE(store->seal().ok());
    }
  }
  bool was_removed = false;
  for (int step = 0; !was_removed; ++step) {
    ASSERT_LT(step, 200);
    auto store = open();
    const auto all = events_in(*store->snapshot());
    files_.kill_at(files_.calls() + static_cast<std::uint64_t>(step));
    was_removed = store->remove_datasets({"shop"}).ok();
    store.reset();
    std::mt19937_64 random(static_cast<std::uint64_t>(step));
    files_.restart(&random);

    store = open();
    const auto left = events_in(*store->snapshot());
    EXPECT_TRUE(left == all || left == without_shop(all)) << "killed at call " << step;
    EXPECT_TRUE(left != all || !was_removed);
    if (left != all) was_removed = true;
  }
}

class RepeatedRequestTest : public EventStoreTest {
 protected:
  void send(EventStore& store) {
    LogRecord record = request_record(1, clock_.now_ns());
    record.request_hash = Hash128{1, 2};
    auto batch = replay_request(record);
    Answer answer;
    store.append(std::move(record), *std::move(batch), answer.done());
    ASSERT_TRUE(answer.get().ok());
  }
  /// Sent again it is not stored, until five minutes have gone.
  void expect_remembered(EventStore& store) {
    send(store);
    EXPECT_EQ(requests_in(store).at(1), events_per_request());
    clock_.move(301 * kNsPerSecond);
    send(store);
    EXPECT_EQ(requests_in(store).at(1), 2 * events_per_request());
  }
};

TEST_F(RepeatedRequestTest, IsStoredOnce) {
  const auto store = open();
  send(*store);
  send(*store);
  EXPECT_EQ(store->stats().requests_repeated, 1U);
  expect_remembered(*store);
}

TEST_F(RepeatedRequestTest, IsKnownAfterACrash) {
  {
    const auto store = open();
    send(*store);
    files_.kill_at(files_.calls());
  }
  files_.restart(nullptr);

  expect_remembered(*open());
}

TEST_F(RepeatedRequestTest, IsKnownAfterACleanStop) {
  send(*open());
  send(*open());
  EXPECT_EQ(files_in("log").size(), 1U);

  expect_remembered(*open());

  clock_.move(301 * kNsPerSecond);
  open().reset();
  EXPECT_TRUE(files_in("log").empty());
}

TEST_F(RepeatedRequestTest, IsKnownAfterItsSegmentWasRemovedAndThePowerFailed) {
  std::mt19937_64 random(1);
  {
    const auto store = open();
    send(*store);
    ASSERT_TRUE(store->seal().ok());
  }
  {
    const auto store = open();
    files_.kill_at(files_.calls());
  }
  files_.restart(&random);

  expect_remembered(*open());
}

TEST_F(EventStoreTest, RefusesEventsWhilePartsComeFasterThanTheyAreMerged) {
  const auto store = open();
  for (std::size_t i = 0; i <= kFullParts; ++i) {
    ASSERT_TRUE(append_request(*store, clock_, static_cast<int>(i)).get().ok());
    ASSERT_TRUE(store->seal().ok());
  }

  const Status refused = append_request(*store, clock_, 99).get();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(store->stats().requests_refused, 1U);

  ASSERT_TRUE(store->merge().ok());
  EXPECT_TRUE(append_request(*store, clock_, 99).get().ok());
  EXPECT_EQ(requests_in(*store).size(), kFullParts + 2);
}

TEST_F(EventStoreTest, SetsPartsAsideThatCannotBeMergedAndGoesOn) {
  auto store = open();
  const auto append_eight = [&](int first) {
    for (int i = first; i < first + 8; ++i) {
      ASSERT_TRUE(append_request(*store, clock_, i).get().ok());
      ASSERT_TRUE(store->seal().ok());
    }
  };
  append_eight(0);
  store.reset();
  const auto path = directory_.path() / "parts" / files_in("parts")[0];
  std::string bytes = files_.content(path);
  bytes[20] = static_cast<char>(bytes[20] ^ 1);
  files_.set_content(path, bytes);
  store = open();

  const Status merged = store->merge();

  ASSERT_FALSE(merged.ok());
  EXPECT_EQ(merged.error().code, ErrorCode::kCorrupt);
  ASSERT_TRUE(store->merge().ok());
  append_eight(8);
  ASSERT_TRUE(store->merge().ok());
  EXPECT_GE(store->stats().merges, 2U);
}

TEST_F(EventStoreTest, DividesADayOfManyRowsByTheHour) {
  auto crowded = options();
  crowded.day_rows_max = 20;
  const auto store = open(crowded);
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(append_request(*store, clock_, i).get().ok());
    clock_.move(kNsPerDay / 48);
    if (i % 10 != 9) continue;
    ASSERT_TRUE(store->seal().ok());
  }
  ASSERT_TRUE(store->merge().ok());

  EXPECT_EQ(requests_in(*store).size(), 30U);
  std::size_t within_an_hour = 0;
  const auto snapshot = store->snapshot();
  for (const auto& source : snapshot->sources) {
    const TimeBounds time = source->time();
    EXPECT_EQ(day_of(time.min_ns), day_of(time.max_ns));
    constexpr std::int64_t kHour = kNsPerDay / 24;
    if (time.min_ns / kHour == time.max_ns / kHour) ++within_an_hour;
  }
  EXPECT_GE(within_an_hour, 5U);
}

TEST_F(EventStoreTest, TakesEventsOfManyOldDaysInOneHead) {
  const auto store = open();
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(append_request(*store, clock_, i).get().ok());
    clock_.move(-kNsPerDay);
  }

  ASSERT_TRUE(store->seal().ok());

  EXPECT_EQ(store->stats().parts, 41U);
  EXPECT_EQ(requests_in(*store).size(), 40U);
}

TEST_F(EventStoreTest, RefusesASecondStoreInItsDirectory) {
  const auto store = open();

  const auto second = EventStore::open(options(), clock_, replay_request);

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST_F(EventStoreTest, TurnsAppendsAwayWhenTheQueueIsFull) {
  auto small = options();
  small.memory_bytes = 1 << 20;
  const auto store = open(small);
  std::vector<Answer> answers;
  for (int i = 0; i < 300; ++i) answers.push_back(append_request(*store, clock_, i, 20'000));

  std::map<int, int> expected;
  for (int i = 0; i < 300; ++i) {
    const Status answer = answers[static_cast<std::size_t>(i)].get();
    if (answer.ok()) {
      expected[i] = events_per_request();
    } else {
      EXPECT_EQ(answer.error().code, ErrorCode::kOverloaded);
    }
  }
  EXPECT_LT(expected.size(), 300U);
  EXPECT_GT(expected.size(), 0U);
  EXPECT_EQ(requests_in(*store), expected);
  EXPECT_EQ(store->stats().log_queue_bytes, 0U);
}

TEST_F(EventStoreTest, AcknowledgesManyAppendsWithFewSyncs) {
  const auto store = open();
  std::vector<Answer> answers;
  for (int i = 0; i < 500; ++i) answers.push_back(append_request(*store, clock_, i));
  for (const Answer& answer : answers) ASSERT_TRUE(answer.get().ok());

  EXPECT_EQ(requests_in(*store).size(), 500U);
  EXPECT_LE(store->stats().log_syncs, 500U);
}

TEST_F(EventStoreTest, SyncsWithinTheIntervalWhenAskedTo) {
  auto relaxed = options();
  relaxed.durability = Durability::kInterval;
  const auto store = open(relaxed);

  ASSERT_TRUE(append_request(*store, clock_, 1).get().ok());

  while (store->stats().log_syncs == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST_F(EventStoreTest, GivesUsedBatchesAgain) {
  const auto store = open();
  auto batch = store->take_batch(clock_.now_ns());
  const EventBatch* const first = batch.get();
  LogRecord record = request_record(1, clock_.now_ns());
  for (const auto& event : request_events(1, clock_.now_ns())) model::push_event(event, *batch);
  Answer answer;
  store->append(std::move(record), std::move(batch), answer.done());
  ASSERT_TRUE(answer.get().ok());
  ASSERT_TRUE(store->seal().ok());

  const auto again = store->take_batch(clock_.now_ns());

  EXPECT_EQ(again.get(), first);
  EXPECT_EQ(again->rows(), 0U);
}

TEST_F(EventStoreTest, RefusesAStoreWhoseManifestIsGone) {
  {
    const auto store = open();
    ASSERT_TRUE(append_request(*store, clock_, 1).get().ok());
  }
  const auto names = files_.list(directory_.path());
  for (const std::string& name : *names) {
    ASSERT_TRUE(files_.remove(directory_.path() / name).ok());
  }

  const auto opened = EventStore::open(options(), clock_, replay_request);

  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
}

TEST_F(EventStoreTest, ServesTheRestWhenAPartIsBroken) {
  {
    const auto store = open();
    ASSERT_TRUE(append_request(*store, clock_, 1).get().ok());
  }
  const auto path = directory_.path() / "parts" / files_in("parts")[0];
  files_.set_content(path, "nonsense");

  const auto store = open();

  EXPECT_EQ(store->stats().parts, 1U);
  EXPECT_EQ(store->stats().parts_unreadable, 1U);
  EXPECT_EQ(files_.content(path), "nonsense");
}

TEST_F(EventStoreTest, IsReadWhileItIsWrittenSealedAndMerged) {
  auto busy = options();
  busy.memory_bytes = 4 << 20;
  busy.merge_in_background = true;
  const auto store = open(busy);
  std::atomic<int> acknowledged{0};
  std::jthread writer([&] {
    for (int i = 0; i < 200; ++i) {
      if (append_request(*store, clock_, i).get().ok()) ++acknowledged;
      if (i % 10 == 9) static_cast<void>(store->seal().ok());
    }
  });

  while (acknowledged < 200) {
    const int before = acknowledged;
    const auto counts = requests_in(*store);
    ASSERT_GE(static_cast<int>(counts.size()), before);
    for (const auto& [number, events] : counts) ASSERT_EQ(events, events_per_request()) << number;
  }
}

}  // namespace
}  // namespace tracery::store
