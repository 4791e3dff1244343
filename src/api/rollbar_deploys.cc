// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/rollbar_api.h"
#include "api/url.h"
#include "app/error_breakdown.h"
#include "app/errors.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "base/utf8.h"

namespace tracery::api {
namespace {

constexpr std::size_t kTextBytesMax = 255;
constexpr std::size_t kCommentBytesMax = 64 * 1024;

/// Deploy scripts send JSON or a form; either reads as a flat object of texts.
Result<nlohmann::json> read_body(const net::Request& request) {
  if (request.headers.get("content-type").starts_with("application/x-www-form-urlencoded")) {
    const QueryParameters form(request.body);
    nlohmann::json body = nlohmann::json::object();
    for (const char* name : {"access_token", "environment", "revision", "head_long", "status",
                             "rollbar_username", "local_username", "comment"}) {
      if (form.has(name)) body[name] = form.get(name);
    }
    return body;
  }
  return parse_object(request.body);
}

Result<RollbarAccess> access_of(Services& services, const Call& call, const nlohmann::json& body,
                                app::TokenScope scope) {
  auto access = TRACERY_TRY(rollbar_access(services, call, text_member(body, "access_token")));
  if (!access.may(scope)) {
    return Error{ErrorCode::kForbidden, "insufficient privileges: access token lacks the scope"};
  }
  return access;
}

Result<std::string> required_text(const nlohmann::json& body, const char* name) {
  std::string text = text_member(body, name);
  if (text.empty()) return Error{ErrorCode::kInvalid, std::string(name) + " is required"};
  if (text.size() > kTextBytesMax) {
    return Error{ErrorCode::kInvalid, std::string(name) + " must be at most 255 characters"};
  }
  return text;
}

std::string cut_text(const nlohmann::json& body, const char* name, std::size_t bytes_max) {
  return std::string(cut_utf8(text_member(body, name), bytes_max));
}

Result<std::string> status_of_body(const nlohmann::json& body) {
  std::string status = text_member(body, "status", "succeeded");
  if (!app::is_deploy_status(status)) return Error{ErrorCode::kInvalid, "invalid status"};
  return status;
}

Result<net::Response> create_deploy(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(read_body(call.request));
  const auto access = TRACERY_TRY(access_of(services, call, body, app::kPostServerItem));
  app::ErrorDeploy deploy;
  deploy.project_id = access.project.id;
  deploy.environment = TRACERY_TRY(required_text(body, "environment"));
  const char* revision = body.contains("revision") ? "revision" : "head_long";
  deploy.revision = TRACERY_TRY(required_text(body, revision));
  deploy.status = TRACERY_TRY(status_of_body(body));
  deploy.rollbar_username = cut_text(body, "rollbar_username", kTextBytesMax);
  deploy.local_username = cut_text(body, "local_username", kTextBytesMax);
  deploy.comment = cut_text(body, "comment", kCommentBytesMax);
  const auto made = TRACERY_TRY(services.errors->deploys().create(std::move(deploy)));
  JsonWriter json;
  // The vendor's answer has `data` here, where all others have `result`; its tools read that.
  json.begin_object().field("err", 0).key("data").begin_object().field("deploy_id", made.id);
  return json_response(200, json.end_object().end_object().take());
}

void write_deploy(JsonWriter& json, const app::ErrorDeploy& deploy) {
  json.begin_object().field("id", deploy.id).field("project_id", deploy.project_id);
  json.field("environment", deploy.environment).field("revision", deploy.revision);
  json.field("local_username", deploy.local_username);
  json.field("rollbar_username", deploy.rollbar_username).key("user_id").null();
  json.field("comment", deploy.comment).field("status", deploy.status);
  json.field("start_time", deploy.started_ns / kNsPerSecond).key("finish_time");
  if (deploy.finished_ns == 0) {
    json.null();
  } else {
    json.value(deploy.finished_ns / kNsPerSecond);
  }
  json.end_object();
}

std::int64_t id_of(const Call& call) {
  const std::string& text = call.parameters.at(0);
  std::int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

Result<net::Response> finish_deploy(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(read_body(call.request));
  const auto access = TRACERY_TRY(access_of(services, call, body, app::kPostServerItem));
  std::optional<std::string> comment;
  if (body.contains("comment")) comment = cut_text(body, "comment", kCommentBytesMax);
  const std::string status = TRACERY_TRY(status_of_body(body));
  JsonWriter json;
  write_deploy(json, TRACERY_TRY(services.errors->deploys().finish(access.project.id, id_of(call),
                                                                   status, comment)));
  return rollbar_result(json.text());
}

Result<net::Response> get_deploy(Services& services, const Call& call,
                                 const RollbarAccess& access) {
  JsonWriter json;
  write_deploy(json, TRACERY_TRY(services.errors->deploys().find(access.project.id, id_of(call))));
  return rollbar_result(json.text());
}

Result<net::Response> list_deploys(Services& services, const Call& call,
                                   const RollbarAccess& access) {
  const QueryParameters query(call.request.query);
  const std::int64_t page = std::clamp<std::int64_t>(query.get_int("page").value_or(1), 1, 100'000);
  app::DeployQuery deploys;
  deploys.project_id = access.project.id;
  deploys.limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(query.get_int("limit").value_or(20), 1, 1000));
  deploys.skip = static_cast<std::size_t>(page - 1) * deploys.limit;
  JsonWriter json;
  json.begin_object().field("page", page).key("deploys").begin_array();
  for (const app::ErrorDeploy& deploy : TRACERY_TRY(services.errors->deploys().list(deploys))) {
    write_deploy(json, deploy);
  }
  return rollbar_result(json.end_array().end_object().take());
}

Result<net::Response> get_version(Services& services, const Call& call,
                                  const RollbarAccess& access) {
  const std::string& version = call.parameters.at(0);
  const std::string environment = QueryParameters(call.request.query).get("environment");
  const auto seen = TRACERY_TRY(
      app::find_version(*services.store.snapshot(), access.project.name, version, environment));
  const auto deploy =
      TRACERY_TRY(services.errors->deploys().newest(access.project.id, version, environment));
  if (!seen && !deploy) return Error{ErrorCode::kNotFound, "Version not found"};
  JsonWriter json;
  json.begin_object().field("version", version).field("environment", environment);
  if (seen) {
    json.field("date_created", app::received_ns_of(seen->first_id) / kNsPerSecond);
    json.field("first_occurrence_id", seen->first_id);
    json.field("first_occurrence_timestamp", app::received_ns_of(seen->first_id) / kNsPerSecond);
    json.field("last_occurrence_id", seen->last_id);
    json.field("last_occurrence_timestamp", app::received_ns_of(seen->last_id) / kNsPerSecond);
    json.field("occurrences", seen->count);
  }
  if (deploy) {
    json.field("deployed_by",
               deploy->local_username.empty() ? deploy->rollbar_username : deploy->local_username);
    json.field("last_deploy_timestamp", deploy->started_ns / kNsPerSecond);
  }
  return rollbar_result(json.end_object().take());
}

}  // namespace

void add_rollbar_deploy_routes(Router& router, Services& services) {
  // The token may be in the body, so these two look for it themselves.
  const auto add_post = [&](const char* method, const char* path, auto work) {
    router.add(method, path, on_worker(services, [&services, work](const Call& call) {
                 auto response = work(services, call);
                 return response.ok() ? *std::move(response) : rollbar_error(response.error());
               }));
  };
  add_post("POST", "/api/1/deploy", create_deploy);
  add_post("PATCH", "/api/1/deploy/:id", finish_deploy);
  const auto add_get = [&](const char* path, auto work) {
    router.add("GET", path,
               rollbar_handler(services, app::kReadScope,
                               [&services, work](const Call& call, const RollbarAccess& access) {
                                 return work(services, call, access);
                               }));
  };
  add_get("/api/1/deploy/:id", get_deploy);
  add_get("/api/1/deploys", list_deploys);
  add_get("/api/1/versions/:version", get_version);
}

}  // namespace tracery::api
