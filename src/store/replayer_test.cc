// SPDX-License-Identifier: Apache-2.0
#include "store/replayer.h"

#include <gtest/gtest.h>

#include "store/testing_store.h"

namespace tracery::store {
namespace {

LogFrame frame_of(int number) {
  LogFrame frame = make_log_frame(request_record(number, 1'000, 3'000), 1'000);
  frame.sequence = static_cast<std::uint64_t>(number);
  return frame;
}

TEST(Replayer, AppliesRecordsInTheirOrderWhoeverDecodesThem) {
  std::vector<std::uint64_t> applied;
  const EventStore::Replay replay = replay_request;
  Replayer replayer(replay, [&](const LogFrame& frame, const auto& batch) {
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ((*batch)->rows(), static_cast<std::uint32_t>(events_per_request()));
    applied.push_back(frame.sequence);
  });

  for (int i = 0; i < 500; ++i) replayer.add(frame_of(i));
  replayer.finish();

  ASSERT_EQ(applied.size(), 500U);
  EXPECT_TRUE(std::is_sorted(applied.begin(), applied.end()));
}

TEST(Replayer, TellsOfRecordsThatDoNotDecode) {
  int bad = 0;
  const EventStore::Replay replay = [](const LogRecord& record) {
    if (record.payload.starts_with("7 "))
      return Result<std::unique_ptr<EventBatch>>(Error{ErrorCode::kCorrupt, "no such request"});
    return replay_request(record);
  };
  Replayer replayer(replay, [&](const LogFrame& frame, const auto& batch) {
    if (batch.ok()) return;
    ++bad;
    EXPECT_EQ(frame.sequence, 7U);
  });

  for (int i = 0; i < 10; ++i) replayer.add(frame_of(i));
  replayer.finish();

  EXPECT_EQ(bad, 1);
}

TEST(Replayer, EndsWithWorkLeftUndone) {
  const EventStore::Replay replay = replay_request;
  Replayer replayer(replay, [](const LogFrame&, const auto&) { FAIL(); });
  for (int i = 0; i < 10; ++i) replayer.add(frame_of(i));
}

}  // namespace
}  // namespace tracery::store
