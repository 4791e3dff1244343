// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "store/fault_file_system.h"
#include "store/log_reader.h"
#include "store/log_writer.h"

namespace tracery::store {
namespace {

/// When no request is remembered any more.
constexpr std::int64_t kMuchLater = std::numeric_limits<std::int64_t>::max();

const std::filesystem::path kDirectory = "/log";

std::string payload_of(int number) {
  std::string payload = "payload " + std::to_string(number) + ' ';
  for (int i = 0; i < number * 100; ++i) payload += static_cast<char>('a' + i % 7);
  return payload;
}

struct Log {
  explicit Log(std::uint64_t segment_bytes_max = 64 << 20, LogEnd end = {})
      : writer(files, {kDirectory, segment_bytes_max}, std::move(end)) {}

  Status write(int first, int count, bool sync = true) {
    std::vector<LogFrame> frames;
    for (int i = first; i < first + count; ++i) {
      LogRecord record;
      record.kind = static_cast<std::uint8_t>(i);
      record.header = "header " + std::to_string(i);
      record.payload = payload_of(i);
      if (i % 2 == 0) record.request_hash = Hash128{1, static_cast<std::uint64_t>(i)};
      frames.push_back(make_log_frame(std::move(record), 1'000 + i));
    }
    std::vector<LogFrame*> pointers;
    for (LogFrame& frame : frames) pointers.push_back(&frame);
    return writer.write(pointers, sync);
  }

  FaultFileSystem files;
  LogWriter writer;
};

/// The numbers of the records in the log; each checked against what was written.
std::vector<int> numbers_in(FileSystem& files, LogReading* reading = nullptr) {
  std::vector<int> numbers;
  auto read = read_log(files, kDirectory, [&](const LogFrame& frame) {
    const int number = std::stoi(frame.record.header.substr(7));
    LogFrame unpacked = frame;
    EXPECT_TRUE(unpack_payload(unpacked).ok());
    EXPECT_EQ(unpacked.record.payload, payload_of(number));
    EXPECT_EQ(frame.record.kind, static_cast<std::uint8_t>(number));
    EXPECT_EQ(frame.record.request_hash.has_value(), number % 2 == 0);
    EXPECT_EQ(frame.time_ns, 1'000 + number);
    numbers.push_back(number);
  });
  EXPECT_TRUE(read.ok());
  if (reading != nullptr) *reading = *read;
  return numbers;
}

TEST(Log, GivesBackWhatWasWritten) {
  Log log;
  ASSERT_TRUE(log.write(0, 3).ok());
  ASSERT_TRUE(log.write(3, 20).ok());

  LogReading reading;
  const auto numbers = numbers_in(log.files, &reading);

  EXPECT_EQ(numbers.size(), 23U);
  EXPECT_EQ(reading.end.next_sequence, 24U);
  EXPECT_EQ(reading.damaged_segments, 0U);
  EXPECT_EQ(log.writer.syncs(), 2U);
}

TEST(Log, PacksLongPayloads) {
  LogRecord record;
  record.payload = std::string(100'000, 'x');
  LogFrame frame = make_log_frame(record, 1);

  EXPECT_TRUE(frame.is_packed);
  EXPECT_LT(frame.record.payload.size(), 1'000U);
  ASSERT_TRUE(unpack_payload(frame).ok());
  EXPECT_EQ(frame.record.payload, record.payload);
  record.payload_compressed = true;
  EXPECT_FALSE(make_log_frame(record, 1).is_packed);
}

TEST(Log, BeginsANewSegmentWhenOneIsFull) {
  Log log(2'000);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(log.write(i, 1).ok());

  EXPECT_GT(log.files.list(kDirectory)->size(), 3U);
  EXPECT_EQ(numbers_in(log.files).size(), 20U);
}

TEST(Log, RemovesSegmentsOnceAllIsBelowTheMark) {
  Log log(2'000);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(log.write(i, 1).ok());

  log.writer.remove_before(11, kMuchLater);
  const auto numbers = numbers_in(log.files);
  EXPECT_LE(numbers.front(), 10);
  EXPECT_GT(numbers.front(), 0);
  log.writer.close();
  log.writer.remove_before(log.writer.next_sequence(), kMuchLater);
  EXPECT_TRUE(log.files.list(kDirectory)->empty());
}

TEST(Log, GivesEveryWholeFrameOfALogCutAnywhere) {
  Log log;
  ASSERT_TRUE(log.write(0, 4).ok());
  const auto path = kDirectory / segment_file_name(1);
  const std::string whole = log.files.content(path);

  std::size_t last = 0;
  for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
    log.files.set_content(path, whole.substr(0, bytes));
    const auto numbers = numbers_in(log.files);
    ASSERT_GE(numbers.size(), last);
    ASSERT_LE(numbers.size(), last + 1);
    for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], static_cast<int>(i));
    last = numbers.size();
  }
  EXPECT_EQ(last, 4U);
}

TEST(Log, LosesAtMostOneFrameToAFlippedBit) {
  Log log;
  ASSERT_TRUE(log.write(0, 4).ok());
  const auto path = kDirectory / segment_file_name(1);
  const std::string whole = log.files.content(path);

  for (std::size_t at = kSegmentHeaderBytes; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    log.files.set_content(path, damaged);
    LogReading reading;
    const auto numbers = numbers_in(log.files, &reading);
    ASSERT_EQ(numbers.size(), 3U) << at;
    const bool was_last = numbers.back() == 2;
    ASSERT_EQ(reading.damaged_segments, was_last ? 0U : 1U);
    ASSERT_EQ(reading.torn_bytes != 0, was_last);
  }
}

TEST(Log, SurvivesAFlippedBitInASegmentHeader) {
  Log log;
  ASSERT_TRUE(log.write(0, 4).ok());
  const auto path = kDirectory / segment_file_name(1);
  const std::string whole = log.files.content(path);

  for (std::size_t at = 0; at < kSegmentHeaderBytes; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    log.files.set_content(path, damaged);
    const bool hits_salt = at >= 8 && at < 12;
    ASSERT_EQ(numbers_in(log.files).size(), hits_salt ? 0U : 4U) << at;
  }
}

TEST(Log, RefusesALogOfAnotherVersion) {
  Log log;
  SegmentHeader header{.salt = 1, .first_sequence = 1};
  std::string bytes = encode_segment_header(header);
  bytes[7] = '2';
  bytes.resize(kSegmentHeaderBytes - 4);
  const std::uint32_t crc = crc32c(bytes);
  bytes.append(reinterpret_cast<const char*>(&crc), 4);
  log.files.set_content(kDirectory / segment_file_name(1), bytes);

  const auto read = read_log(log.files, kDirectory, [](const LogFrame&) {});

  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);
}

TEST(Log, AFullDiskStoresNothingAndHarmsNothing) {
  for (std::uint64_t space = 0; space < 2'000; space += 7) {
    Log log;
    ASSERT_TRUE(log.write(0, 3).ok());
    log.files.set_space(space);
    const Status refused = log.write(3, 5);
    log.files.set_space({});
    if (refused.ok()) continue;
    ASSERT_EQ(refused.error().code, ErrorCode::kUnavailable);
    ASSERT_EQ(numbers_in(log.files), (std::vector{0, 1, 2})) << space;

    ASSERT_TRUE(log.write(8, 2).ok());

    LogReading reading;
    ASSERT_EQ(numbers_in(log.files, &reading), (std::vector{0, 1, 2, 8, 9})) << space;
    ASSERT_EQ(reading.damaged_segments, 0U);
  }
}

TEST(Log, NeverTrustsASegmentWhoseSyncFailed) {
  Log log;
  ASSERT_TRUE(log.write(0, 3).ok());
  log.files.fail_next(FaultFileSystem::Call::kSync);
  ASSERT_TRUE(log.write(3, 2).ok());
  ASSERT_TRUE(log.write(5, 2).ok());

  std::mt19937_64 random(1);
  log.files.restart(&random);

  LogReading reading;
  EXPECT_EQ(numbers_in(log.files, &reading), (std::vector{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(reading.damaged_segments, 0U);
  EXPECT_EQ(reading.end.segments.size(), 2U);
}

TEST(Log, RefusesWhenSyncFailsAgainAndRecoversLater) {
  Log log;
  ASSERT_TRUE(log.write(0, 3).ok());
  log.files.fail_next(FaultFileSystem::Call::kSync, 2);
  ASSERT_FALSE(log.write(3, 2).ok());
  ASSERT_TRUE(log.write(5, 2).ok());

  EXPECT_EQ(numbers_in(log.files), (std::vector{0, 1, 2, 5, 6}));
}

TEST(Log, GoesOnAfterARestartWithATornEnd) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 50; ++round) {
    Log log;
    ASSERT_TRUE(log.write(0, 3).ok());
    ASSERT_TRUE(log.write(3, 2, false).ok());
    log.files.restart(&random);
    LogReading reading;
    const std::size_t before = numbers_in(log.files, &reading).size();
    ASSERT_GE(before, 3U);

    LogWriter next(log.files, {kDirectory}, reading.end);
    LogFrame frame =
        make_log_frame({.kind = 9, .header = "header 9", .payload = payload_of(9)}, 1'009);
    LogFrame* const pointer = &frame;
    ASSERT_TRUE(next.write({&pointer, 1}, true).ok());

    const auto numbers = numbers_in(log.files, &reading);
    ASSERT_EQ(numbers.size(), before + 1);
    ASSERT_EQ(numbers.back(), 9);
    ASSERT_EQ(reading.damaged_segments, 0U);
  }
}

TEST(Log, KeepsADamagedSegmentAside) {
  Log log(1'000);
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(log.write(i, 1).ok());
  const auto path = kDirectory / segment_file_name(1);
  std::string bytes = log.files.content(path);
  bytes[kSegmentHeaderBytes + kFrameHeadBytes] ^= 1;
  log.files.set_content(path, bytes);
  LogReading reading;
  EXPECT_EQ(numbers_in(log.files, &reading).size(), 11U);
  EXPECT_EQ(reading.damaged_segments, 1U);

  LogWriter next(log.files, {kDirectory}, reading.end);
  next.remove_before(reading.end.next_sequence, kMuchLater);

  EXPECT_EQ(*log.files.list(kDirectory), std::vector<std::string>{segment_file_name(1) + ".bad"});
}

}  // namespace
}  // namespace tracery::store
