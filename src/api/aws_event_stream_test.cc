// SPDX-License-Identifier: Apache-2.0
#include "api/aws_event_stream.h"

#include <gtest/gtest.h>

#include "base/crc32.h"

namespace tracery::api {
namespace {

std::uint32_t u32_at(const std::string& text, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8 | static_cast<std::uint8_t>(text[at + i]);
  }
  return number;
}

TEST(AwsEventStream, FramesAMessage) {
  const std::string message = encode_event_message({{":a", "bc"}}, "{}");

  ASSERT_EQ(message.size(), 16U + 8U + 2U);
  EXPECT_EQ(u32_at(message, 0), message.size());
  EXPECT_EQ(u32_at(message, 4), 8U);
  EXPECT_EQ(u32_at(message, 8), crc32(message.substr(0, 8)));
  EXPECT_EQ(message.substr(12, 8), std::string("\x02:a\x07\x00\x02"
                                               "bc",
                                               8));
  EXPECT_EQ(message.substr(20, 2), "{}");
  EXPECT_EQ(u32_at(message, 22), crc32(message.substr(0, 22)));
}

TEST(AwsEventStream, MatchesThePublishedEmptyMessage) {
  EXPECT_EQ(encode_event_message({}, ""),
            std::string("\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2\x48\xeb\x7d\x98\xc8\xff", 16));
}

}  // namespace
}  // namespace tracery::api
