// SPDX-License-Identifier: Apache-2.0
#include "store/seen_requests.h"

#include <gtest/gtest.h>

#include "store/fault_file_system.h"

namespace tracery::store {
namespace {

const std::vector<SeenRequest> kRequests = {{{1, 2}, 10}, {{3, 4}, 30}, {{5, 6}, 20}};

TEST(SeenRequests, GivesBackWhatWasWritten) {
  FaultFileSystem files;
  ASSERT_TRUE(files.create_directories("/log").ok());

  const auto written = write_seen_requests(files, "/log", 7, kRequests);
  const auto read = read_seen_requests(files, "/log");

  ASSERT_TRUE(written.ok() && read.ok());
  EXPECT_EQ(written->newest_ns, 30);
  ASSERT_EQ(read->files.size(), 1U);
  EXPECT_EQ(read->files[0].newest_ns, 30);
  ASSERT_EQ(read->requests.size(), 3U);
  EXPECT_EQ(read->requests[1].hash, kRequests[1].hash);
  EXPECT_EQ(read->requests[2].time_ns, 20);
}

TEST(SeenRequests, TakesNothingFromDamagedBytes) {
  const std::string whole = encode_seen_requests(kRequests);
  ASSERT_TRUE(decode_seen_requests(whole).ok());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(decode_seen_requests(whole.substr(0, i)).ok()) << i;
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(decode_seen_requests(flipped).ok()) << i;
  }
}

}  // namespace
}  // namespace tracery::store
