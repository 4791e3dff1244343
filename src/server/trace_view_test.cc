// SPDX-License-Identifier: Apache-2.0
#include "server/trace_view.h"

#include <gtest/gtest.h>

#include "api/trace_columns.h"
#include "query/trace.h"

namespace tracery::server {
namespace {

query::Trace two_spans() {
  query::Trace trace;
  trace.services = {"web", "db"};
  trace.names = {"GET /", "SELECT"};
  trace.kinds = {"server", "client"};
  trace.start_ns = 1'767'322'984'000'000'000;
  query::TraceRow root;
  root.end = 2;
  root.start_ns = trace.start_ns;
  root.duration_ns = 40'000'000;
  root.span_id = 0xAB;
  query::TraceRow child = root;
  child.parent = 0;
  child.depth = 1;
  child.start_ns = trace.start_ns + 20'000'000;
  child.duration_ns = 10'000'000;
  child.service = 1;
  child.name = 1;
  child.kind = 1;
  child.error = true;
  child.span_id = 0xCD;
  trace.rows = {root, child};
  return trace;
}

TEST(DecodeTraceView, ReadsWhatTheServerWrites) {
  const auto trace = decode_trace_view(api::encode_trace_columns(two_spans()));

  ASSERT_TRUE(trace.ok()) << trace.error().message;
  ASSERT_EQ(trace->rows.size(), 2U);
  EXPECT_EQ(trace->start_ns, 1'767'322'984'000'000'000);
  EXPECT_EQ(trace->duration_ns, 40'000'000);
  EXPECT_EQ(trace->rows[1].parent, 0);
  EXPECT_EQ(trace->rows[1].service, "db");
  EXPECT_EQ(trace->rows[1].name, "SELECT");
  EXPECT_TRUE(trace->rows[1].is_error);
  EXPECT_EQ(trace->rows[1].span_id, 0xCDU);
}

TEST(DecodeTraceView, RefusesEveryTruncation) {
  const std::string whole = api::encode_trace_columns(two_spans());
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_FALSE(decode_trace_view(std::string_view(whole).substr(0, bytes)).ok()) << bytes;
  }
}

TEST(DrawWaterfall, ShowsTreeDurationsAndBars) {
  const auto trace = decode_trace_view(api::encode_trace_columns(two_spans()));
  ASSERT_TRUE(trace.ok());

  const std::string text = draw_waterfall(*trace, 80, Paint(false));

  EXPECT_NE(text.find("2026-01-02T03:03:04Z  40.0 ms  2 spans\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nweb GET / "), std::string::npos) << text;
  EXPECT_NE(text.find("\n  db SELECT "), std::string::npos) << text;
  EXPECT_NE(text.find("10.0 ms"), std::string::npos) << text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    EXPECT_LE(display_width(std::string_view(text).substr(at, end - at)), 80U);
    at = end + 1;
  }
}

TEST(EncodeTraceView, NamesParentsById) {
  const auto trace = decode_trace_view(api::encode_trace_columns(two_spans()));
  ASSERT_TRUE(trace.ok());

  const std::string json = encode_trace_view(*trace, "abc");

  EXPECT_NE(json.find(R"("span_id":"00000000000000ab","parent":null)"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("span_id":"00000000000000cd","parent":"00000000000000ab")"),
            std::string::npos)
      << json;
}

}  // namespace
}  // namespace tracery::server
