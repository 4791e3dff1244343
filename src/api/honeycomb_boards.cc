// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/honeycomb_api.h"
#include "api/honeycomb_problems.h"
#include "api/json_body.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using app::Document;
using app::DocumentKind;
using nlohmann::json;

bool is_text(const json& object, const char* name, std::size_t bytes_max) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() &&
         found->get_ref<const std::string&>().size() <= bytes_max;
}

std::string dataset_of_query(Services& services, const std::string& query_id) {
  const auto query = services.documents.find(DocumentKind::kQuery, query_id);
  return query.ok() && *query ? (*query)->scope : std::string();
}

/// The board as it is shown: what was stored, plus what is derived on each read.
json describe(Services& services, const net::Request& request, const Document& document) {
  json board = json::parse(document.body);
  board["id"] = document.id;
  board["links"] = {{"board_url", base_url(request) + "/boards/" + document.id}};
  for (json& panel : board["panels"]) {
    if (text_member(panel, "type") != "query") continue;
    json& query_panel = panel["query_panel"];
    query_panel["dataset"] = dataset_of_query(services, text_member(query_panel, "query_id"));
  }
  return board;
}

/// Checks a panel and drops members clients send as empty values.
std::optional<honeycomb::FieldProblem> clean_panel(Services& services, json& panel,
                                                   const std::string& at) {
  using honeycomb::FieldProblem;
  const std::string type = text_member(panel, "type");
  if (type == "text") {
    if (panel.contains("text_panel") && is_text(panel["text_panel"], "content", 10'000)) return {};
    return FieldProblem{at + ".text_panel.content", "invalid", "must be at most 10000 characters"};
  }
  if (type == "slo") return {};
  if (type != "query") return FieldProblem{at + ".type", "invalid", "must be query, slo or text"};
  if (!panel.contains("query_panel") || !panel["query_panel"].is_object()) {
    return FieldProblem{at + ".query_panel", "missing", "cannot be blank"};
  }
  json& query_panel = panel["query_panel"];
  if (!is_text(query_panel, "query_id", 64) ||
      dataset_of_query(services, query_panel["query_id"]).empty()) {
    return FieldProblem{at + ".query_panel.query_id", "invalid", "no such query"};
  }
  const std::string style = text_member(query_panel, "query_style", "graph");
  if (style != "graph" && style != "table" && style != "combo") {
    return FieldProblem{at + ".query_panel.query_style", "invalid",
                        "must be graph, table or combo"};
  }
  query_panel["query_style"] = style;
  query_panel.erase("dataset");
  return {};
}

/// Gives panels without a size or place one, two to a row.
void lay_out(json& panels) {
  int index = 0;
  for (json& panel : panels) {
    json& position = panel["position"];
    if (!position.is_object()) position = json::object();
    if (int_member(position, "width") <= 0 || int_member(position, "height") <= 0) {
      position = {{"x_coordinate", index % 2 * 6},
                  {"y_coordinate", index / 2 * 6},
                  {"width", 6},
                  {"height", 6}};
    }
    ++index;
  }
}

/// The form a board is stored in, or what is wrong with it.
struct Cleaned {
  json board;
  std::optional<honeycomb::FieldProblem> problem;
};

Cleaned clean_board(Services& services, const json& body) {
  Cleaned cleaned;
  if (!is_text(body, "name", 255) || body["name"].get_ref<const std::string&>().empty()) {
    cleaned.problem = {"name", "missing", "cannot be blank"};
    return cleaned;
  }
  cleaned.board = {{"name", body["name"]}, {"type", "flexible"}, {"panels", json::array()}};
  if (is_text(body, "description", 1024)) cleaned.board["description"] = body["description"];
  if (body.contains("panels") && body["panels"].is_array())
    cleaned.board["panels"] = body["panels"];
  json& panels = cleaned.board["panels"];
  for (std::size_t i = 0; i < panels.size() && !cleaned.problem; ++i) {
    cleaned.problem = clean_panel(services, panels[i], "panels[" + std::to_string(i) + "]");
  }
  if (!cleaned.problem) lay_out(panels);
  // Absent and empty are one: clients compare whole structures with what they sent.
  for (const char* name : {"tags", "preset_filters"}) {
    if (body.contains(name) && body[name].is_array() && !body[name].empty()) {
      cleaned.board[name] = body[name];
    }
  }
  if (text_member(body, "layout_generation") == "auto") {
    cleaned.board["layout_generation"] = "auto";
  }
  return cleaned;
}

Result<Document> find_board(Services& services, const std::string& id) {
  auto document = TRACERY_TRY(services.documents.find(DocumentKind::kBoard, id));
  if (!document) return Error{ErrorCode::kNotFound, "Board not found"};
  return *std::move(document);
}

Result<net::Response> list(Services& services, const Call& call) {
  json all = json::array();
  for (const Document& document : TRACERY_TRY(services.documents.list(DocumentKind::kBoard))) {
    all.push_back(describe(services, call.request, document));
  }
  return json_response(200, all.dump());
}

Result<net::Response> create(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const Cleaned cleaned = clean_board(services, body);
  if (cleaned.problem) return invalid_field(call.request, *cleaned.problem);
  const auto document =
      TRACERY_TRY(services.documents.create(DocumentKind::kBoard, "", cleaned.board.dump()));
  return json_response(201, describe(services, call.request, document).dump());
}

Result<net::Response> change(Services& services, const Call& call) {
  TRACERY_TRY(find_board(services, call.parameters.at(0)));
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const Cleaned cleaned = clean_board(services, body);
  if (cleaned.problem) return invalid_field(call.request, *cleaned.problem);
  const auto document = TRACERY_TRY(
      services.documents.update(DocumentKind::kBoard, call.parameters.at(0), cleaned.board.dump()));
  return json_response(200, describe(services, call.request, document).dump());
}

}  // namespace

void add_honeycomb_board_routes(Router& router, Services& services) {
  router.add("GET", "/1/boards",
             managed(services, [&](const Call& call) { return list(services, call); }));
  router.add("POST", "/1/boards",
             managed(services, [&](const Call& call) { return create(services, call); }));
  router.add("GET", "/1/boards/:id",
             managed(services, [&](const Call& call) -> Result<net::Response> {
               const auto board = TRACERY_TRY(find_board(services, call.parameters.at(0)));
               return json_response(200, describe(services, call.request, board).dump());
             }));
  router.add("PUT", "/1/boards/:id",
             managed(services, [&](const Call& call) { return change(services, call); }));
  router.add("DELETE", "/1/boards/:id",
             managed(services, [&](const Call& call) -> Result<net::Response> {
               TRACERY_TRY(find_board(services, call.parameters.at(0)));
               TRACERY_TRY(services.documents.remove(DocumentKind::kBoard, call.parameters.at(0)));
               return empty_response(204);
             }));
}

}  // namespace tracery::api
