// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/ids.h"

#include <gtest/gtest.h>

namespace tracery::xray {
namespace {

TEST(XRayIds, TraceIdsAreThoseOfOtlpInAnotherForm) {
  const auto id = parse_document_trace_id("1-5759e988-bd862e3fe1be46a994272793");

  ASSERT_TRUE(id);
  EXPECT_EQ(model::format_trace_id(*id), "5759e988bd862e3fe1be46a994272793");
  EXPECT_EQ(format_document_trace_id(*id), "1-5759e988-bd862e3fe1be46a994272793");
}

TEST(XRayIds, KeepTheZerosOfShortTraceIds) {
  EXPECT_EQ(format_document_trace_id(*model::parse_trace_id("00000000000000ab")),
            "1-00000000-0000000000000000000000ab");
}

TEST(XRayIds, RefuseOtherForms) {
  for (const char* text :
       {"", "5759e988bd862e3fe1be46a994272793", "1-5759e988-bd862e3fe1be46a9942",
        "2-5759e988-bd862e3fe1be46a994272793", "1-5759e98g-bd862e3fe1be46a994272793",
        "1-00000000-000000000000000000000000"}) {
    EXPECT_FALSE(parse_document_trace_id(text)) << text;
  }
  EXPECT_TRUE(is_entity_id("53995c3f42cd8ad8"));
  EXPECT_FALSE(is_entity_id("53995c3f42cd8ad"));
  EXPECT_FALSE(is_entity_id("53995c3f42cd8adz"));
  EXPECT_FALSE(is_entity_id("0000000000000000"));
}

}  // namespace
}  // namespace tracery::xray
