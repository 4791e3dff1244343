// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/rollbar_api.h"
#include "api/rollbar_json.h"
#include "app/errors.h"
#include "base/json_writer.h"

namespace tracery::api {
namespace {

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Result<app::ErrorProject> project_of(Services& services, const Call& call) {
  const auto project = services.errors->projects().find(number_of(call.parameters.at(0)));
  if (!project) return Error{ErrorCode::kNotFound, "Project not found"};
  return *project;
}

Result<net::Response> list_projects(Services& services, const Call&) {
  JsonWriter json;
  json.begin_array();
  for (const app::ErrorProject& project : services.errors->projects().list()) {
    write_rollbar_project(json, project);
  }
  return rollbar_result(json.end_array().take());
}

Result<net::Response> create_project(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::string name = text_member(body, "name");
  if (name.empty() || name.size() > 100) {
    return Error{ErrorCode::kInvalid, "name must have 1 to 100 characters"};
  }
  JsonWriter json;
  write_rollbar_project(json, TRACERY_TRY(services.errors->projects().create(name)));
  return rollbar_result(json.text());
}

Result<net::Response> get_project(Services& services, const Call& call) {
  JsonWriter json;
  write_rollbar_project(json, TRACERY_TRY(project_of(services, call)));
  return rollbar_result(json.text());
}

Result<net::Response> remove_project(Services& services, const Call& call) {
  const auto project = TRACERY_TRY(project_of(services, call));
  services.errors->items().remove_project(project.id);
  TRACERY_TRY(services.errors->projects().remove(project.id));
  return rollbar_result("null");
}

void write_token(Services& services, JsonWriter& json, const app::ErrorToken& token) {
  write_rollbar_token(json, token, services.errors->rate_limits().window(token.token));
}

Result<net::Response> list_tokens(Services& services, const Call& call) {
  const auto project = TRACERY_TRY(project_of(services, call));
  JsonWriter json;
  json.begin_array();
  for (const app::ErrorToken& token : services.errors->projects().tokens(project.id)) {
    write_token(services, json, token);
  }
  return rollbar_result(json.end_array().take());
}

/// The scopes in a body: a list of names, or one.
Result<std::uint8_t> scopes_of(const nlohmann::json& body) {
  std::uint8_t scopes = 0;
  const auto found = body.find("scopes");
  if (found == body.end()) return Error{ErrorCode::kInvalid, "scopes is required"};
  const auto list = found->is_array() ? *found : nlohmann::json::array({*found});
  for (const auto& each : list) {
    const std::uint8_t scope = each.is_string() ? app::parse_scope(each.get<std::string>()) : 0;
    if (scope == 0) return Error{ErrorCode::kInvalid, "invalid scope: " + each.dump()};
    scopes |= scope;
  }
  if (scopes == 0) return Error{ErrorCode::kInvalid, "scopes is required"};
  return scopes;
}

Status read_token_settings(const nlohmann::json& body, app::ErrorToken& token) {
  token.name = text_member(body, "name", token.name);
  if (body.contains("status")) {
    const std::string status = text_member(body, "status");
    if (status != "enabled" && status != "disabled") {
      return Error{ErrorCode::kInvalid, "status must be enabled or disabled"};
    }
    token.enabled = status == "enabled";
  }
  const std::int64_t size = int_member(body, "rate_limit_window_size", token.window_seconds);
  const std::int64_t count = int_member(body, "rate_limit_window_count", token.window_count);
  constexpr std::int64_t kWindowMax = 31 * 86'400;
  if (size < 0 || size > kWindowMax || count < 0) {
    return Error{ErrorCode::kInvalid, "invalid rate limit"};
  }
  // A null takes the limit away.
  const auto is_null = [&](const char* name) {
    return body.contains(name) && body[name].is_null();
  };
  token.window_seconds = is_null("rate_limit_window_size") ? 0 : size;
  token.window_count = is_null("rate_limit_window_count") ? 0 : count;
  return {};
}

Result<net::Response> create_token(Services& services, const Call& call) {
  const auto project = TRACERY_TRY(project_of(services, call));
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::uint8_t scopes = TRACERY_TRY(scopes_of(body));
  const std::string name = text_member(body, "name");
  if (name.empty()) return Error{ErrorCode::kInvalid, "name is required"};
  app::ErrorToken settings;
  TRACERY_TRY(read_token_settings(body, settings));
  auto token = TRACERY_TRY(services.errors->projects().create_token(project.id, name, scopes));
  TRACERY_TRY(read_token_settings(body, token));
  TRACERY_TRY(services.errors->projects().change_token(token));
  JsonWriter json;
  write_token(services, json, token);
  return rollbar_result(json.text());
}

Result<app::ErrorToken> token_of(Services& services, const Call& call) {
  const auto project = TRACERY_TRY(project_of(services, call));
  const auto token = services.errors->projects().find_token(call.parameters.at(1));
  if (!token || token->project_id != project.id) {
    return Error{ErrorCode::kNotFound, "Access token not found"};
  }
  return *token;
}

Result<net::Response> change_token(Services& services, const Call& call) {
  auto token = TRACERY_TRY(token_of(services, call));
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  TRACERY_TRY(read_token_settings(body, token));
  TRACERY_TRY(services.errors->projects().change_token(token));
  JsonWriter json;
  write_token(services, json, token);
  return rollbar_result(json.text());
}

Result<net::Response> remove_token(Services& services, const Call& call) {
  const auto token = TRACERY_TRY(token_of(services, call));
  TRACERY_TRY(services.errors->projects().remove_token(token.token));
  return rollbar_result("null");
}

void write_user(JsonWriter& json, const app::ErrorUser& user) {
  json.begin_object().field("id", user.id).field("username", user.name);
  json.field("email", user.email).end_object();
}

Result<net::Response> list_users(Services& services, const Call&) {
  JsonWriter json;
  json.begin_object().key("users").begin_array();
  for (const app::ErrorUser& user : TRACERY_TRY(services.errors->users().list())) {
    write_user(json, user);
  }
  return rollbar_result(json.end_array().end_object().take());
}

Result<net::Response> get_user(Services& services, const Call& call) {
  const auto user = TRACERY_TRY(services.errors->users().find(number_of(call.parameters.at(0))));
  if (!user) return Error{ErrorCode::kNotFound, "User not found"};
  JsonWriter json;
  write_user(json, *user);
  return rollbar_result(json.text());
}

/// There is one team, everyone's: tokens and keys say who may do what.
Result<net::Response> list_teams(Services&, const Call&) {
  return rollbar_result(R"([{"id":1,"account_id":1,"name":"Everyone","access_level":"everyone"}])");
}

}  // namespace

void add_rollbar_project_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, auto work) {
    router.add(
        method, path,
        rollbar_handler(services, 0, [&services, work](const Call& call, const RollbarAccess&) {
          return work(services, call);
        }));
  };
  add("GET", "/api/1/projects", list_projects);
  add("POST", "/api/1/projects", create_project);
  add("GET", "/api/1/project/:id", get_project);
  add("DELETE", "/api/1/project/:id", remove_project);
  add("GET", "/api/1/project/:id/access_tokens", list_tokens);
  add("POST", "/api/1/project/:id/access_tokens", create_token);
  add("PATCH", "/api/1/project/:id/access_token/:token", change_token);
  add("DELETE", "/api/1/project/:id/access_token/:token", remove_token);
  add("GET", "/api/1/users", list_users);
  add("GET", "/api/1/user/:id", get_user);
  add("GET", "/api/1/teams", list_teams);
}

}  // namespace tracery::api
