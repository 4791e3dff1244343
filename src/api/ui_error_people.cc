// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "app/errors.h"

namespace tracery::api {
namespace {

using nlohmann::json;

void write_user(JsonWriter& out, const app::ErrorUser& user) {
  out.begin_object().field("id", user.id).field("name", user.name);
  out.field("email", user.email).end_object();
}

Result<net::Response> list_users(Services& services, const Call&) {
  JsonWriter out;
  out.begin_object().key("users").begin_array();
  for (const app::ErrorUser& user : TRACERY_TRY(services.errors->users().list())) {
    write_user(out, user);
  }
  return ui_json(200, out.end_array().end_object().take());
}

Result<net::Response> create_user(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::string name = text_member(body, "name");
  if (name.empty() || name.size() > 255) {
    return Error{ErrorCode::kInvalid, "a name has 1 to 255 characters"};
  }
  JsonWriter out;
  write_user(out, TRACERY_TRY(services.errors->users().create(name, text_member(body, "email"))));
  return ui_json(201, out.take());
}

void write_token(JsonWriter& out, const app::ErrorToken& token) {
  out.begin_object().field("token", token.token).field("name", token.name);
  out.key("scopes").begin_array();
  for (const std::string_view scope : app::scope_names(token.scopes)) out.value(scope);
  out.end_array().field("enabled", token.enabled).end_object();
}

void write_project(Services& services, JsonWriter& out, const app::ErrorProject& project) {
  app::ItemQuery items;
  items.projects = {project.name};
  items.limit = 0;
  out.begin_object().field("id", project.id).field("name", project.name);
  out.field("items", services.errors->items().list(items).matched);
  out.field("created_ms", to_ms(project.created_ns)).key("tokens").begin_array();
  for (const app::ErrorToken& token : services.errors->projects().tokens(project.id)) {
    write_token(out, token);
  }
  out.end_array().end_object();
}

Result<net::Response> list_projects(Services& services, const Call&) {
  JsonWriter out;
  out.begin_object().key("projects").begin_array();
  for (const app::ErrorProject& project : services.errors->projects().list()) {
    write_project(services, out, project);
  }
  return ui_json(200, out.end_array().end_object().take());
}

Result<net::Response> create_project(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::string name = text_member(body, "name");
  if (name.empty() || name.size() > 100) {
    return Error{ErrorCode::kInvalid, "a name has 1 to 100 characters"};
  }
  JsonWriter out;
  write_project(services, out, TRACERY_TRY(services.errors->projects().create(name)));
  return ui_json(201, out.take());
}

std::int64_t project_id_of(const Call& call) {
  const std::string& text = call.parameters.at(0);
  std::int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

Result<net::Response> remove_project(Services& services, const Call& call) {
  const std::int64_t id = project_id_of(call);
  services.errors->items().remove_project(id);
  TRACERY_TRY(services.errors->projects().remove(id));
  services.errors->notifications().rules().forget_project(id);
  return empty_response(204);
}

Result<net::Response> create_token(Services& services, const Call& call) {
  const auto project = services.errors->projects().find(project_id_of(call));
  if (!project) return Error{ErrorCode::kNotFound, "no such project"};
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto scopes = body.find("scopes");
  std::uint8_t granted = 0;
  for (const json& each : scopes != body.end() && scopes->is_array() ? *scopes : json::array()) {
    const std::uint8_t scope = each.is_string() ? app::parse_scope(each.get<std::string>()) : 0;
    if (scope == 0) return Error{ErrorCode::kInvalid, "no such scope: " + each.dump()};
    granted |= scope;
  }
  if (granted == 0) return Error{ErrorCode::kInvalid, "scopes are needed"};
  JsonWriter out;
  write_token(out, TRACERY_TRY(services.errors->projects().create_token(
                       project->id, text_member(body, "name", "token"), granted)));
  return ui_json(201, out.take());
}

Result<net::Response> remove_token(Services& services, const Call& call) {
  TRACERY_TRY(services.errors->projects().remove_token(call.parameters.at(1)));
  return empty_response(204);
}

}  // namespace

void add_ui_error_people_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, auto work) {
    router.add(method, path, ui_handler(services, [&services, work](const Call& call) {
                 return work(services, call);
               }));
  };
  add("GET", "/ui/api/v1/errors/users", list_users);
  add("POST", "/ui/api/v1/errors/users", create_user);
  add("GET", "/ui/api/v1/errors/projects", list_projects);
  add("POST", "/ui/api/v1/errors/projects", create_project);
  add("DELETE", "/ui/api/v1/errors/projects/:id", remove_project);
  add("POST", "/ui/api/v1/errors/projects/:id/tokens", create_token);
  add("DELETE", "/ui/api/v1/errors/projects/:id/tokens/:token", remove_token);
}

}  // namespace tracery::api
