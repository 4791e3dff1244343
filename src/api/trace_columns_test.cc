// SPDX-License-Identifier: Apache-2.0
#include "api/trace_columns.h"

#include <cstring>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tracery::api {
namespace {

TEST(TraceColumns, PlacesEveryColumnWhereTheHeaderSays) {
  query::Trace trace;
  trace.services = {"api"};
  trace.names = {"GET /", "load"};
  trace.kinds = {"server"};
  trace.start_ns = 1000;
  trace.rows.resize(2);
  trace.rows[0].end = 2;
  trace.rows[0].start_ns = 1000;
  trace.rows[0].span_id = 0x1122334455667788;
  trace.rows[1].parent = 0;
  trace.rows[1].end = 2;
  trace.rows[1].start_ns = 1500;
  trace.rows[1].error = true;
  trace.rows[1].is_span = false;
  trace.rows[1].is_missing = true;
  trace.marks = {{1, 0, 1750}};

  const std::string bytes = encode_trace_columns(trace);

  std::uint32_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), 4);
  const auto header = nlohmann::json::parse(bytes.substr(4, header_bytes));
  EXPECT_EQ(header["n"], 2);
  EXPECT_EQ(header["t0_ns"], "1000");
  EXPECT_EQ(header["marks"], 1);
  const std::size_t data = (4 + header_bytes + 7) / 8 * 8;
  for (const auto& column : header["cols"]) {
    const auto offset = data + column["off"].get<std::size_t>();
    EXPECT_EQ(offset % 8, 0u);
    ASSERT_LE(offset + column["len"].get<std::size_t>(), bytes.size());
    if (column["k"] == "span_id") {
      std::uint64_t id = 0;
      std::memcpy(&id, bytes.data() + offset, 8);
      EXPECT_EQ(id, 0x1122334455667788u);
    }
    if (column["k"] == "start") {
      double start = 0;
      std::memcpy(&start, bytes.data() + offset + 8, 8);
      EXPECT_EQ(start, 500.0);
    }
    if (column["k"] == "flags") {
      std::uint16_t flags = 0;
      std::memcpy(&flags, bytes.data() + offset + 2, 2);
      EXPECT_EQ(flags, 1 + 1024);
    }
    if (column["k"] == "mark_at") {
      double at = 0;
      ASSERT_EQ(column["len"], 8);
      std::memcpy(&at, bytes.data() + offset, 8);
      EXPECT_EQ(at, 750.0);
    }
  }
}

}  // namespace
}  // namespace tracery::api
