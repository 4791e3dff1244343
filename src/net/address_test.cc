// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <gtest/gtest.h>

namespace tracery::net {
namespace {

TEST(ParseAddress, ReadsEveryForm) {
  const auto v4 = parse_address("127.0.0.1:8080");
  const auto v6 = parse_address("[::1]:0");
  const auto any = parse_address(":4318");

  ASSERT_TRUE(v4.ok() && v6.ok() && any.ok());
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 8080);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(any->host, "0.0.0.0");
}

TEST(ParseAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "8080", "host", "host:", "host:x", "host:70000", "::1:80", "[]:1"}) {
    EXPECT_FALSE(parse_address(text).ok()) << text;
  }
}

TEST(FormatAddress, BracketsIpv6) {
  EXPECT_EQ(format_address("::1", 80), "[::1]:80");
  EXPECT_EQ(format_address("10.0.0.1", 80), "10.0.0.1:80");
}

TEST(IsLoopbackHost, KnowsOnlyNumbersAndLocalhost) {
  EXPECT_TRUE(is_loopback_host("127.0.0.1"));
  EXPECT_TRUE(is_loopback_host("127.8.8.8"));
  EXPECT_TRUE(is_loopback_host("::1"));
  EXPECT_TRUE(is_loopback_host("localhost"));
  EXPECT_FALSE(is_loopback_host("0.0.0.0"));
  EXPECT_FALSE(is_loopback_host("127.evil.example"));
}

}  // namespace
}  // namespace tracery::net
