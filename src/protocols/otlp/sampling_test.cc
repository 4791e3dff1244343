// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/sampling.h"

#include <limits>

#include <gtest/gtest.h>

namespace tracery::otlp {
namespace {

constexpr std::uint32_t kRateMax = 0x7fffffffU;

TEST(SampleRate, ConvertsAttributesAsHuskyDoes) {
  const struct {
    const char* text;
    std::uint32_t rate;
  } kCases[] = {{"0", 1},
                {"1", 1},
                {"100", 100},
                {"100.0", 100},
                {"100.4", 100},
                {"100.6", 101},
                {"-100", 1},
                {"-100.6", 1},
                {"invalid", 1},
                {"", 1},
                {"2147483647", kRateMax},
                {"9223372036854775807", kRateMax},
                {"nan", 1}};
  for (const auto& c : kCases) {
    EXPECT_EQ(sample_rate_of(Scalar::of(std::string_view(c.text))), c.rate) << c.text;
  }
  EXPECT_EQ(sample_rate_of(Scalar::of(std::int64_t{0})), 1U);
  EXPECT_EQ(sample_rate_of(Scalar::of(std::int64_t{-5})), 1U);
  EXPECT_EQ(sample_rate_of(Scalar::of(std::int64_t{100})), 100U);
  EXPECT_EQ(sample_rate_of(Scalar::of(std::numeric_limits<std::int64_t>::max())), kRateMax);
  EXPECT_EQ(sample_rate_of(Scalar::of(100.6)), 101U);
  EXPECT_EQ(sample_rate_of(Scalar::of(1e300)), kRateMax);
  EXPECT_EQ(sample_rate_of(Scalar::of(true)), 1U);
}

TEST(SampleRate, ReadsThresholdsAsHuskyDoes) {
  const struct {
    const char* tracestate;
    std::uint32_t rate;
  } kCases[] = {
      {"ot=th:c", 4},
      {"ot=th:8", 2},
      {"ot=th:0", 1},
      {"policy=Bidder,ot=th:ff04298fdf6760", 260},
      {"ot=p:8;th:c;r:62", 4},
      {"ot=p:8;r:62;th:c", 4},
      {"ot=th:c;p:8;r:62", 4},
      {"vendor1=value1,ot=th:c,vendor2=value2", 4},
      {"vendor1=value1, ot=th:c", 4},
      {"ot=th:C", 4},
      {"ot=th:c,th=8", 4},
      {"ot=th:c,ot=th:8", 4},
      {"th=c", 4},
      {"th=c;other=value", 4},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(sample_rate_of_tracestate(c.tracestate, 0), c.rate) << c.tracestate;
}

TEST(SampleRate, FindsNoThresholdWhereHuskyFindsNone) {
  for (const char* tracestate :
       {"", "th=c,other=value", "ot=p:8;r:62", "policy=Bidder", "ot=th:", "ot=th: c ", "ot=th:xyz",
        "ot=th:123456789012345", "tenant@ot=th:c"}) {
    EXPECT_EQ(sample_rate_of_tracestate(tracestate, 0), std::nullopt) << tracestate;
  }
}

TEST(SampleRate, RoundsSmallCountsByChanceAndLargeOnesDown) {
  // One in 1.5 kept, and one in 999.9…
  EXPECT_EQ(sample_rate_of_tracestate("ot=th:55555555555555", 0), 2U);
  EXPECT_EQ(sample_rate_of_tracestate("ot=th:55555555555555", ~0ULL), 1U);
  EXPECT_EQ(sample_rate_of_tracestate("ot=th:ffbe76c8b43958", 0), 999U);
}

}  // namespace
}  // namespace tracery::otlp
