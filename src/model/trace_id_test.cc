// SPDX-License-Identifier: Apache-2.0
#include "model/trace_id.h"

#include <gtest/gtest.h>

namespace tracery::model {
namespace {

TEST(TraceId, ReadsEverySpellingAsTheSameId) {
  const auto id = parse_trace_id("5759e988bd862e3fe1be46a994272793");
  ASSERT_TRUE(id);
  EXPECT_EQ(parse_trace_id("1-5759e988-bd862e3fe1be46a994272793"), id);
  EXPECT_EQ(parse_trace_id("5759E988BD862E3FE1BE46A994272793"), id);
  EXPECT_EQ(format_trace_id(*id), "5759e988bd862e3fe1be46a994272793");
}

TEST(TraceId, ShowsShortIdsShort) {
  const auto id = parse_trace_id("00000000000000000123456789abcdef");
  ASSERT_TRUE(id);
  EXPECT_EQ(parse_trace_id("0123456789abcdef"), id);
  EXPECT_EQ(format_trace_id(*id), "0123456789abcdef");
}

TEST(TraceId, RefusesZeroAndOtherText) {
  EXPECT_FALSE(parse_trace_id("00000000000000000000000000000000"));
  EXPECT_FALSE(parse_trace_id("hello"));
  EXPECT_FALSE(parse_trace_id(""));
}

}  // namespace
}  // namespace tracery::model
