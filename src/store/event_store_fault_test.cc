// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "store/event_store.h"
#include "store/testing_events.h"
#include "store/testing_store.h"

namespace tracery::store {
namespace {

struct Disk {
  StoreOptions options() {
    return {.directory = directory.path(),
            .memory_bytes = 64 << 20,
            .merge_in_background = false,
            .files = &files};
  }

  TemporaryDirectory directory;
  FaultFileSystem files;
  HandClock clock;
};

struct Attempt {
  std::set<int> sent;
  std::set<int> acknowledged;
};

/// A short life of a store: appends, seals, merges. Whatever fails, fails.
void live(Disk& disk, Attempt& attempt, int first) {
  auto store = EventStore::open(disk.options(), disk.clock, replay_request);
  if (!store.ok()) return;
  for (int i = first; i < first + 12; ++i) {
    attempt.sent.insert(i);
    if (append_request(**store, disk.clock, i).get().ok()) attempt.acknowledged.insert(i);
    if (i % 2 == 1) static_cast<void>((*store)->seal().ok());
  }
  static_cast<void>((*store)->merge().ok());
}

void expect_consistent(Disk& disk, const Attempt& attempt) {
  const auto store = EventStore::open(disk.options(), disk.clock, replay_request);
  ASSERT_TRUE(store.ok()) << to_string(store.error());
  const auto counts = requests_in(**store);
  for (const int number : attempt.acknowledged) {
    ASSERT_TRUE(counts.contains(number)) << "lost: " << number;
  }
  for (const auto& [number, events] : counts) {
    ASSERT_EQ(events, events_per_request()) << "in part or twice: " << number;
    ASSERT_TRUE(attempt.sent.contains(number));
  }
  ASSERT_EQ((*store)->stats().log_segments_damaged, 0U);
  ASSERT_EQ((*store)->stats().parts_unreadable, 0U);
}

/// Kills the store at every `step`-th changing call, from `from` on, then looks what is left.
void kill_everywhere(std::uint64_t from, std::uint64_t step, bool loses_power) {
  std::mt19937_64 random(from);
  for (std::uint64_t kill = from;; kill += step) {
    Disk disk;
    Attempt attempt;
    disk.files.kill_at(kill);
    live(disk, attempt, 0);
    const bool was_killed = disk.files.is_killed();
    disk.files.restart(loses_power ? &random : nullptr);
    ASSERT_NO_FATAL_FAILURE(expect_consistent(disk, attempt)) << "killed at call " << kill;
    // And on: what the first life left must not harm a second one.
    live(disk, attempt, 100);
    disk.files.restart(loses_power ? &random : nullptr);
    ASSERT_NO_FATAL_FAILURE(expect_consistent(disk, attempt)) << "second life after " << kill;
    if (!was_killed) break;
  }
}

TEST(EventStoreFault, KeepsWhatItAcknowledgedWhereverTheProcessIsKilled) {
  kill_everywhere(0, 2, false);
}

TEST(EventStoreFault, KeepsWhatItAcknowledgedWhereverThePowerFails) { kill_everywhere(0, 1, true); }

TEST(EventStoreFault, SurvivesASecondCrashDuringRecovery) {
  std::mt19937_64 random(11);
  for (std::uint64_t kill = 40; kill < 140; kill += 9) {
    for (std::uint64_t again = 0; again < 12; again += 2) {
      Disk disk;
      Attempt attempt;
      disk.files.kill_at(kill);
      live(disk, attempt, 0);
      disk.files.restart(&random);
      disk.files.kill_at(disk.files.calls() + again);
      live(disk, attempt, 100);
      disk.files.restart(&random);
      ASSERT_NO_FATAL_FAILURE(expect_consistent(disk, attempt)) << kill << " and " << again;
    }
  }
}

TEST(EventStoreFault, RefusesWhileTheDiskIsFullAndRecoversByItself) {
  for (std::uint64_t space = 0; space < 6'000; space += 487) {
    Disk disk;
    Attempt attempt;
    {
      auto store = *EventStore::open(disk.options(), disk.clock, replay_request);
      for (int i = 0; i < 30; ++i) {
        if (i == 10) disk.files.set_space(space);
        if (i == 20) disk.files.set_space({});
        const Status answer = append_request(*store, disk.clock, i, 100).get();
        if (answer.ok()) {
          attempt.sent.insert(i);
          attempt.acknowledged.insert(i);
        } else {
          ASSERT_EQ(answer.error().code, ErrorCode::kUnavailable);
          ASSERT_FALSE(store->stats().writable);
        }
        // Queries go on, and a refused request is nowhere.
        const auto counts = requests_in(*store);
        ASSERT_EQ(counts.size(), attempt.acknowledged.size());
        ASSERT_TRUE(i < 20 || answer.ok()) << "space " << space;
      }
      ASSERT_TRUE(store->stats().writable);
    }
    disk.files.restart(nullptr);
    ASSERT_NO_FATAL_FAILURE(expect_consistent(disk, attempt)) << "space " << space;
  }
}

TEST(EventStoreFault, OpensOnAFullDisk) {
  Disk disk;
  Attempt attempt;
  live(disk, attempt, 0);
  disk.files.set_space(0);

  auto store = *EventStore::open(disk.options(), disk.clock, replay_request);

  EXPECT_EQ(requests_in(*store).size(), attempt.acknowledged.size());
  EXPECT_FALSE(append_request(*store, disk.clock, 50).get().ok());
  disk.files.set_space({});
  EXPECT_TRUE(append_request(*store, disk.clock, 51).get().ok());
}

TEST(EventStoreFault, SavesWhatAFailedSyncMayHaveLost) {
  Disk disk;
  auto options = disk.options();
  options.durability = Durability::kInterval;
  Attempt attempt;
  {
    auto store = *EventStore::open(options, disk.clock, replay_request);
    disk.files.fail_next(FaultFileSystem::Call::kSync, 0);
    ASSERT_TRUE(append_request(*store, disk.clock, 1).get().ok());
    attempt.sent = attempt.acknowledged = {1};
    disk.files.fail_next(FaultFileSystem::Call::kSync);
    // The interval's sync fails, and the head goes to parts at once.
    while (store->stats().parts == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    disk.files.kill_at(disk.files.calls());
  }
  std::mt19937_64 random(1);
  disk.files.restart(&random);
  expect_consistent(disk, attempt);
}

TEST(EventStoreFault, KeepsTheHeadReadableUntilItsPartsFit) {
  Disk disk;
  auto store = *EventStore::open(disk.options(), disk.clock, replay_request);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(append_request(*store, disk.clock, i).get().ok());
  disk.files.set_space(100);

  EXPECT_FALSE(store->seal().ok());

  EXPECT_EQ(requests_in(*store).size(), 5U);
  EXPECT_EQ(store->stats().parts, 0U);
  disk.files.set_space({});
  EXPECT_TRUE(store->seal().ok());
  EXPECT_EQ(requests_in(*store).size(), 5U);
  EXPECT_EQ(store->stats().parts, 2U);
  EXPECT_EQ(store->stats().head_rows, 0U);
}

TEST(EventStoreFault, TurnsAppendsAwayWhenMemoryIsFullAndPartsCannotBeWritten) {
  Disk disk;
  auto options = disk.options();
  options.memory_bytes = 1 << 20;
  auto store = *EventStore::open(options, disk.clock, replay_request);
  // No part can ever be renamed into place.
  disk.files.fail_next(FaultFileSystem::Call::kRename, 1'000'000);
  Attempt attempt;
  bool was_refused = false;
  for (int i = 0; i < 20'000 && !was_refused; ++i) {
    const Status answer = append_request(*store, disk.clock, i).get();
    if (answer.ok()) attempt.acknowledged.insert(i);
    was_refused = !answer.ok() && answer.error().code == ErrorCode::kUnavailable;
  }
  EXPECT_TRUE(was_refused);
  EXPECT_LT(store->stats().head_bytes, 1U << 20);
  disk.files.fail_next(FaultFileSystem::Call::kRename, 0);

  EXPECT_TRUE(store->seal().ok());

  EXPECT_EQ(requests_in(*store).size(), attempt.acknowledged.size());
  while (!append_request(*store, disk.clock, 30'000).get().ok()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST(EventStoreFault, SurvivesEveryCallFailingOnce) {
  for (std::uint64_t call = 0; call < 60; ++call) {
    Disk disk;
    Attempt attempt;
    {
      auto store = *EventStore::open(disk.options(), disk.clock, replay_request);
      std::mt19937_64 random(call);
      for (int i = 0; i < 20; ++i) {
        if (random() % 3 == 0) disk.files.fail_next(FaultFileSystem::Call::kAny);
        attempt.sent.insert(i);
        if (append_request(*store, disk.clock, i).get().ok()) attempt.acknowledged.insert(i);
        if (random() % 4 == 0) static_cast<void>(store->seal().ok());
        if (random() % 6 == 0) static_cast<void>(store->merge().ok());
        disk.files.fail_next(FaultFileSystem::Call::kAny, 0);
      }
    }
    std::mt19937_64 random(call);
    disk.files.restart(&random);
    ASSERT_NO_FATAL_FAILURE(expect_consistent(disk, attempt)) << "seed " << call;
  }
}

}  // namespace
}  // namespace tracery::store
