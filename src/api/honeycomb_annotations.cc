// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/honeycomb_api.h"
#include "api/honeycomb_problems.h"
#include "api/json_body.h"
#include "api/url.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using app::Document;
using app::DocumentKind;

nlohmann::json describe(const Document& document) {
  nlohmann::json json = nlohmann::json::parse(document.body);
  json["id"] = document.id;
  json["created_at"] = format_rfc3339(document.created_ns);
  json["updated_at"] = format_rfc3339(document.updated_ns);
  return json;
}

/// What is wrong with a saved query as sent; nothing when it may be stored.
std::optional<honeycomb::FieldProblem> check(const nlohmann::json& body) {
  const std::string name = text_member(body, "name");
  if (name.empty()) return honeycomb::FieldProblem{"name", "missing", "cannot be blank"};
  if (name.size() > 320) {
    return honeycomb::FieldProblem{"name", "invalid", "must be at most 320 characters"};
  }
  if (text_member(body, "description").size() > 1023) {
    return honeycomb::FieldProblem{"description", "invalid", "must be at most 1023 characters"};
  }
  return std::nullopt;
}

std::string stored_form(const nlohmann::json& body, const std::string& query_id,
                        const std::string& source) {
  return nlohmann::json{{"name", text_member(body, "name")},
                        {"description", text_member(body, "description")},
                        {"query_id", query_id},
                        {"source", source}}
      .dump();
}

Result<Document> find_annotation(Services& services, const std::string& id) {
  auto document = TRACERY_TRY(services.documents.find(DocumentKind::kAnnotation, id));
  if (!document) return Error{ErrorCode::kNotFound, "Query Annotation not found"};
  return *std::move(document);
}

Result<net::Response> list(Services& services, const Call& call) {
  const bool with_boards = QueryParameters(call.request.query).has("include_board_annotations");
  nlohmann::json all = nlohmann::json::array();
  for (const Document& document :
       TRACERY_TRY(services.documents.list(DocumentKind::kAnnotation, call.parameters.at(0)))) {
    nlohmann::json json = describe(document);
    if (with_boards || json["source"] != "board") all.push_back(std::move(json));
  }
  return json_response(200, all.dump());
}

Result<net::Response> create(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  if (const auto problem = check(body)) return invalid_field(call.request, *problem);
  const std::string query_id = text_member(body, "query_id");
  const auto query = TRACERY_TRY(services.documents.find(DocumentKind::kQuery, query_id));
  if (!query) {
    return invalid_field(call.request, {"query_id", query_id.empty() ? "missing" : "invalid",
                                        query_id.empty() ? "cannot be blank" : "no such query"});
  }
  const std::string source = text_member(body, "source") == "board" ? "board" : "query";
  const auto document = TRACERY_TRY(services.documents.create(
      DocumentKind::kAnnotation, call.parameters.at(0), stored_form(body, query_id, source)));
  return json_response(201, describe(document).dump());
}

Result<net::Response> change(Services& services, const Call& call) {
  const std::string& id = call.parameters.at(1);
  const Document before = TRACERY_TRY(find_annotation(services, id));
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  if (const auto problem = check(body)) return invalid_field(call.request, *problem);
  const nlohmann::json stored = nlohmann::json::parse(before.body);
  const std::string query_id = text_member(stored, "query_id");
  const std::string wanted = text_member(body, "query_id");
  if (!wanted.empty() && wanted != query_id) {
    return invalid_field(call.request, {"query_id", "invalid", "cannot be changed"});
  }
  const auto document = TRACERY_TRY(services.documents.update(
      DocumentKind::kAnnotation, id, stored_form(body, query_id, text_member(stored, "source"))));
  return json_response(200, describe(document).dump());
}

}  // namespace

void add_honeycomb_annotation_routes(Router& router, Services& services) {
  const char* collection = "/1/query_annotations/:dataset";
  const char* item = "/1/query_annotations/:dataset/:id";
  router.add("GET", collection,
             managed(services, [&](const Call& call) { return list(services, call); }));
  router.add("POST", collection,
             managed(services, [&](const Call& call) { return create(services, call); }));
  router.add("GET", item, managed(services, [&](const Call& call) -> Result<net::Response> {
               const auto found = TRACERY_TRY(find_annotation(services, call.parameters.at(1)));
               return json_response(200, describe(found).dump());
             }));
  router.add("PUT", item,
             managed(services, [&](const Call& call) { return change(services, call); }));
  router.add(
      "DELETE", item, managed(services, [&](const Call& call) -> Result<net::Response> {
        TRACERY_TRY(find_annotation(services, call.parameters.at(1)));
        TRACERY_TRY(services.documents.remove(DocumentKind::kAnnotation, call.parameters.at(1)));
        return empty_response(204);
      }));
}

}  // namespace tracery::api
