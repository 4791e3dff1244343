// SPDX-License-Identifier: Apache-2.0
#include "tracery/app/sqlite.h"

#include <cstdlib>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include "http_sink.h"
#include "tracery/app.h"

namespace tracery::app::sqlite {
namespace {

using nlohmann::json;

TEST(InstrumentSqlite, MakesASpanOfEachStatement) {
  test::HttpSink sink;
  setenv("OTEL_EXPORTER_OTLP_ENDPOINT", sink.url().c_str(), 1);
  setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", 1);
  setenv("OTEL_METRICS_EXPORTER", "none", 1);
  {
    Guard guard = init();
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(":memory:", &database), SQLITE_OK);
    instrument(database);
    TRACERY_SPAN(outer, "outer");
    sqlite3_exec(database, "CREATE TABLE posts (handle TEXT)", nullptr, nullptr, nullptr);
    sqlite3_exec(database, "INSERT INTO posts VALUES ('worf'), ('garek')", nullptr, nullptr,
                 nullptr);
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, "SELECT * FROM posts WHERE handle <> ?1", -1, &statement, nullptr);
    sqlite3_bind_text(statement, 1, "nobody", -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW) {
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
  }

  const json spans = json::parse(sink.wait_for(1)[0].body)["resourceSpans"][0]["scopeSpans"];
  std::map<std::string, std::map<std::string, json>> attributes;
  std::string outer_id, parent_id;
  for (const json& scope : spans) {
    for (const json& span : scope["spans"]) {
      if (span["name"] == "outer") outer_id = span["spanId"];
      if (span["name"] == "SELECT") parent_id = span["parentSpanId"];
      for (const json& field : span.value("attributes", json::array())) {
        attributes[span["name"]][field["key"]] = field["value"];
      }
    }
  }
  EXPECT_EQ(attributes.size(), 3u);
  EXPECT_EQ(parent_id, outer_id);
  auto& select = attributes["SELECT"];
  EXPECT_EQ(select["db.system.name"]["stringValue"], "sqlite");
  EXPECT_EQ(select["db.query.text"]["stringValue"], "SELECT * FROM posts WHERE handle <> ?1");
  EXPECT_EQ(select["db.response.returned_rows"]["intValue"], "2");
  for (const char* name :
       {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_METRICS_EXPORTER"}) {
    unsetenv(name);
  }
}

}  // namespace
}  // namespace tracery::app::sqlite
