// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "record/exception_report.h"
#include "record/traceparent.h"
#include "record/value.h"
#include "wire/hex.h"
#include "wire/json_writer.h"

namespace tracery::app {
namespace {

constexpr std::string_view kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Traceparent, RoundTrips) {
  const auto parent = record::parse_traceparent(kParent);

  ASSERT_TRUE(parent.has_value());
  EXPECT_EQ(parent->flags, 1);
  EXPECT_EQ(record::format_traceparent(*parent), kParent);
}

TEST(Traceparent, RefusesWhatTheStandardForbids) {
  for (const std::string_view bad : {
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",    // upper case
           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",    // no trace
           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",    // no span
           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",    // version
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",  // more in version 0
           "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",   // more without a dash
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",       // too short
           "",
       }) {
    EXPECT_FALSE(record::parse_traceparent(bad).has_value()) << bad;
  }
  EXPECT_TRUE(
      record::parse_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")
          .has_value());
}

TEST(XrayHeader, ReadsPairsInAnyOrderAndKeepsCountOfTheDecision) {
  const auto header = record::parse_xray_header(
      "Sampled=1; Self=x; Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793");

  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->sampled, record::XraySampled::kYes);
  EXPECT_EQ(wire::to_hex(header->parent.trace_id), "5759e988bd862e3fe1be46a994272793");
  EXPECT_EQ(record::format_xray_header(header->parent),
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
  EXPECT_EQ(
      record::parse_xray_header("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?")->sampled,
      record::XraySampled::kAsked);
  EXPECT_FALSE(record::parse_xray_header("Parent=53995c3f42cd8ad8").has_value());
}

TEST(Value, IsCutBetweenCharacters) {
  EXPECT_EQ(record::cut_utf8("a\xC3\xA4z", 2), "a");
  EXPECT_EQ(record::cut_utf8("a\xC3\xA4z", 3), "a\xC3\xA4");
}

TEST(SetField, ReplacesAndStopsAtTheLimit) {
  record::Fields fields;

  EXPECT_TRUE(record::set_field(fields, "a", std::int64_t{1}, 1));
  EXPECT_TRUE(record::set_field(fields, "a", std::int64_t{2}, 1));
  EXPECT_FALSE(record::set_field(fields, "b", true, 1));
  ASSERT_EQ(fields.size(), 1u);
  EXPECT_EQ(std::get<std::int64_t>(fields[0].value), 2);
}

TEST(JsonWriter, EscapesAndRepairsText) {
  wire::JsonWriter out;
  out.begin_object().key("a\"b").text("x\n\x01\xFFy\xC3\xA4").key("n").number(1.5).end_object();

  EXPECT_EQ(std::move(out).take(), "{\"a\\\"b\":\"x\\n\\u0001\xEF\xBF\xBDy\xC3\xA4\",\"n\":1.5}");
}

TEST(DescribeException, FollowsTheChain) {
  try {
    try {
      throw std::invalid_argument("inner");
    } catch (...) {
      std::throw_with_nested(std::runtime_error("outer"));
    }
  } catch (...) {
    const auto chain = record::describe_current();
    ASSERT_EQ(chain.size(), 2u);
    EXPECT_EQ(chain[0].type, "std::runtime_error");
    EXPECT_EQ(chain[0].message, "outer");
    EXPECT_EQ(chain[1].type, "std::invalid_argument");
    EXPECT_EQ(chain[1].message, "inner");
  }
  try {
    throw 7;
  } catch (...) {
    EXPECT_EQ(record::describe_current().front().type, "int");
  }
}

}  // namespace
}  // namespace tracery::app
