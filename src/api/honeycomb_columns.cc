// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/honeycomb_api.h"
#include "api/honeycomb_problems.h"
#include "api/json_body.h"
#include "api/url.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace tracery::api {
namespace {

void write_column(JsonWriter& json, const app::Column& column) {
  json.begin_object().field("id", column.id).field("key_name", column.key_name);
  json.field("type", column.type).field("description", column.description);
  json.field("hidden", column.hidden).key("last_written");
  if (column.last_written_ns) {
    json.value(format_rfc3339(*column.last_written_ns));
  } else {
    json.null();
  }
  json.field("created_at", format_rfc3339(column.created_ns));
  json.field("updated_at", format_rfc3339(column.updated_ns)).end_object();
}

net::Response column_response(int status, const app::Column& column) {
  JsonWriter json;
  write_column(json, column);
  return json_response(status, json.take());
}

struct Settings {
  app::ColumnChange change;
  std::optional<honeycomb::FieldProblem> problem;
};

Settings read_settings(const nlohmann::json& body) {
  Settings settings;
  const auto given = [&](const char* name) {
    const auto found = body.find(name);
    return found != body.end() && !found->is_null() ? &*found : nullptr;
  };
  if (const auto* type = given("type")) {
    constexpr std::array kTypes = {"string", "float", "integer", "boolean"};
    const auto text = type->is_string() ? type->get<std::string>() : std::string();
    if (std::find(kTypes.begin(), kTypes.end(), text) == kTypes.end()) {
      settings.problem = {"type", "invalid", "must be string, float, integer or boolean"};
      return settings;
    }
    settings.change.type = text;
  }
  if (const auto* description = given("description")) {
    const auto text = description->is_string() ? description->get<std::string>() : std::string();
    if (!description->is_string() || text.size() > 255) {
      settings.problem = {"description", "invalid", "must be a string of at most 255 characters"};
      return settings;
    }
    settings.change.description = text;
  }
  if (const auto* hidden = given("hidden")) {
    if (!hidden->is_boolean()) {
      settings.problem = {"hidden", "incorrect_type", "must be a boolean"};
      return settings;
    }
    settings.change.hidden = hidden->get<bool>();
  }
  return settings;
}

Result<app::Column> find_column(Services& services, const Call& call,
                                const std::function<bool(const app::Column&)>& is_it) {
  for (app::Column& column : TRACERY_TRY(services.datasets.columns(call.parameters.at(0)))) {
    if (is_it(column)) return std::move(column);
  }
  return Error{ErrorCode::kNotFound, "Column not found"};
}

Result<net::Response> list_columns(Services& services, const Call& call) {
  const QueryParameters parameters(call.request.query);
  if (parameters.has("key_name")) {
    const std::string key_name = parameters.get("key_name");
    return column_response(200, TRACERY_TRY(find_column(services, call, [&](const auto& column) {
                             return column.key_name == key_name;
                           })));
  }
  JsonWriter json;
  json.begin_array();
  for (const app::Column& column : TRACERY_TRY(services.datasets.columns(call.parameters.at(0)))) {
    write_column(json, column);
  }
  return json_response(200, json.end_array().take());
}

Result<net::Response> create_column(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto key_name = body.find("key_name");
  if (key_name == body.end() || !key_name->is_string() || key_name->get<std::string>().empty()) {
    return invalid_field(call.request, {"key_name", "missing", "cannot be blank"});
  }
  const Settings settings = read_settings(body);
  if (settings.problem) return invalid_field(call.request, *settings.problem);
  return column_response(
      201, TRACERY_TRY(services.datasets.create_column(
               call.parameters.at(0), key_name->get<std::string>(), settings.change)));
}

Result<net::Response> change_column(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const Settings settings = read_settings(body);
  if (settings.problem) return invalid_field(call.request, *settings.problem);
  return column_response(200, TRACERY_TRY(services.datasets.change_column(
                                  call.parameters.at(0), call.parameters.at(1), settings.change)));
}

}  // namespace

void add_honeycomb_column_routes(Router& router, Services& services) {
  router.add("GET", "/1/columns/:dataset",
             managed(services, [&](const Call& call) { return list_columns(services, call); }));
  router.add("POST", "/1/columns/:dataset",
             managed(services, [&](const Call& call) { return create_column(services, call); }));
  router.add("GET", "/1/columns/:dataset/:id",
             managed(services, [&](const Call& call) -> Result<net::Response> {
               return column_response(
                   200, TRACERY_TRY(find_column(services, call, [&](const auto& column) {
                     return column.id == call.parameters.at(1);
                   })));
             }));
  router.add("PUT", "/1/columns/:dataset/:id",
             managed(services, [&](const Call& call) { return change_column(services, call); }));
  router.add(
      "DELETE", "/1/columns/:dataset/:id",
      managed(services, [&](const Call& call) -> Result<net::Response> {
        TRACERY_TRY(services.datasets.remove_column(call.parameters.at(0), call.parameters.at(1)));
        return empty_response(204);
      }));
}

}  // namespace tracery::api
