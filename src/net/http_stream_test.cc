// SPDX-License-Identifier: Apache-2.0
#include "net/http_stream.h"

#include <gtest/gtest.h>

namespace tracery::net {
namespace {

constexpr std::size_t kLimit = 10;

TEST(HttpStream, RefusesPiecesOnceMoreThanTheLimitWaits) {
  HttpStream stream([] {}, false, kLimit);
  EXPECT_TRUE(stream.write("0123456789"));
  EXPECT_TRUE(stream.write("a"));
  EXPECT_FALSE(stream.write("b"));
  EXPECT_EQ(stream.take().bytes, "0123456789a");
  EXPECT_TRUE(stream.write("c"));
}

TEST(HttpStream, TakesAPieceLargerThanTheLimitAfterAnother) {
  HttpStream stream([] {}, false, kLimit);
  EXPECT_TRUE(stream.write("small"));
  EXPECT_TRUE(stream.write(std::string(3 * kLimit, 'x')));
  stream.close();
  const HttpStream::Taken taken = stream.take();
  EXPECT_EQ(taken.bytes.size(), 5 + 3 * kLimit);
  EXPECT_TRUE(taken.is_closed);
}

}  // namespace
}  // namespace tracery::net
