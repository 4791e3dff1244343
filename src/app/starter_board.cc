// SPDX-License-Identifier: Apache-2.0
#include "app/starter_board.h"

#include <array>
#include <string>

#include "app/datasets.h"
#include "base/json_writer.h"

namespace tracery::app {
namespace {

struct Tile {
  const char* name;
  const char* description;
  const char* query;
  const char* style;
  const char* settings;
  int x, y, height;
};

constexpr std::array kTiles = {
    Tile{"Latency by UserID", "How long requests take, for each user",
         R"({"calculations":[{"op":"HEATMAP","column":"duration_ms"},)"
         R"({"op":"P95","column":"duration_ms"},{"op":"COUNT"}],)"
         R"("filters":[{"column":"app.user_id","op":"exists"}],"breakdowns":["app.user_id"],)"
         R"("orders":[{"op":"P95","column":"duration_ms","order":"descending"}],)"
         R"("limit":100,"time_range":7200})",
         "combo", "{}", 0, 0, 6},
    Tile{"Recent traces", "The newest traces, one line each",
         R"({"calculations":[{"op":"COUNT"}],)"
         R"("filters":[{"column":"trace.trace_id","op":"exists"}],"time_range":7200})",
         "table", R"({"tracery_view":"traces"})", 6, 0, 6},
    Tile{"Errors by service", "Spans that failed, for each service",
         R"({"calculations":[{"op":"COUNT"}],)"
         R"("filters":[{"column":"error","op":"=","value":true}],"breakdowns":["service.name"],)"
         R"("orders":[{"op":"COUNT","order":"descending"}],"limit":100,"time_range":7200})",
         "combo", "{}", 0, 6, 5},
    Tile{"Slowest routes", "Where time goes, for each route",
         R"({"calculations":[{"op":"P95","column":"duration_ms"},{"op":"COUNT"}],)"
         R"("filters":[{"column":"http.route","op":"exists"}],"breakdowns":["http.route"],)"
         R"("orders":[{"op":"P95","column":"duration_ms","order":"descending"}],)"
         R"("limit":100,"time_range":7200})",
         "combo", "{}", 6, 6, 5},
    Tile{"Front\u2194back network latency",
         "What callers wait longer than the called service takes, for each call",
         R"({"calculations":[{"op":"P95","column":"duration_ms"},{"op":"COUNT"}],)"
         R"("filters":[{"column":"span.kind","op":"=","value":"client"}],)"
         R"("breakdowns":["service.name","name"],)"
         R"("orders":[{"op":"P95","column":"duration_ms","order":"descending"}],)"
         R"("limit":100,"time_range":7200})",
         "table", R"({"tracery_view":"network"})", 0, 11, 5},
};

void write_panel(JsonWriter& json, const Tile& tile, const std::string& query_id,
                 const std::string& annotation_id) {
  json.begin_object().field("type", "query").key("position").begin_object();
  json.field("x_coordinate", tile.x).field("y_coordinate", tile.y);
  json.field("height", tile.height).field("width", 6).end_object();
  json.key("query_panel").begin_object();
  json.field("query_id", query_id).field("query_annotation_id", annotation_id);
  json.field("query_style", tile.style).field("dataset", kAllDatasets);
  json.key("visualization_settings").raw(tile.settings);
  json.end_object().end_object();
}

}  // namespace

Status create_starter_board(Documents& documents) {
  if (!TRACERY_TRY(documents.list(DocumentKind::kBoard)).empty()) return {};
  if (!TRACERY_TRY(documents.list(DocumentKind::kQuery)).empty()) return {};
  const std::string scope(kAllDatasets);
  JsonWriter board;
  board.begin_object().field("name", "Getting started");
  board.field("description", "Five questions most teams ask first");
  board.field("type", "flexible").key("panels").begin_array();
  for (const Tile& tile : kTiles) {
    const Document query = TRACERY_TRY(documents.create(DocumentKind::kQuery, scope, tile.query));
    JsonWriter annotation;
    annotation.begin_object().field("name", tile.name).field("description", tile.description);
    annotation.field("query_id", query.id).field("source", "query").end_object();
    const Document saved =
        TRACERY_TRY(documents.create(DocumentKind::kAnnotation, scope, annotation.take()));
    write_panel(board, tile, query.id, saved.id);
  }
  board.end_array().end_object();
  TRACERY_TRY(documents.create(DocumentKind::kBoard, "", board.take()));
  return {};
}

}  // namespace tracery::app
