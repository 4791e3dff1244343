// SPDX-License-Identifier: Apache-2.0
#include "api/answers.h"
#include "api/error_status.h"
#include "api/rollbar_api.h"
#include "api/url.h"
#include "app/errors.h"
#include "protocols/rollbar/answers.h"

namespace tracery::api {
namespace {

constexpr const char* kUsualProject = "rollbar";
constexpr std::uint8_t kEveryScope =
    app::kPostServerItem | app::kPostClientItem | app::kReadScope | app::kWriteScope;

std::string token_of(const Call& call, const std::string& body_token) {
  const std::string_view header = call.request.headers.get("x-rollbar-access-token");
  if (!header.empty()) return std::string(header);
  if (!body_token.empty()) return body_token;
  return QueryParameters(call.request.query).get("access_token");
}

/// What somebody without a token of a project may do.
Result<std::uint8_t> scopes_of_stranger(Services& services, const Call& call,
                                        const std::string& token) {
  if (call.caller.is_trusted) return kEveryScope;
  const auto key = services.keys.authenticate(token.empty() ? call.caller.key : token);
  if (key && key->kind == app::KeyKind::kConfiguration) return kEveryScope;
  if (key) return std::uint8_t{app::kPostServerItem | app::kPostClientItem};
  if (token.empty()) return Error{ErrorCode::kUnauthenticated, "access token is required"};
  return Error{ErrorCode::kForbidden, "invalid access token"};
}

}  // namespace

Result<RollbarAccess> rollbar_access(Services& services, const Call& call,
                                     const std::string& body_token) {
  app::ErrorProjects& projects = services.errors->projects();
  RollbarAccess access;
  access.token = token_of(call, body_token);
  if (const auto known = projects.find_token(access.token)) {
    if (!known->enabled) return Error{ErrorCode::kForbidden, "access token is disabled"};
    const auto project = projects.find(known->project_id);
    if (!project) return Error{ErrorCode::kForbidden, "invalid access token"};
    access.project = *project;
    access.scopes = known->scopes;
    access.window_seconds = known->window_seconds;
    access.window_count = known->window_count;
    return access;
  }
  access.scopes = TRACERY_TRY(scopes_of_stranger(services, call, access.token));
  access.is_account = (access.scopes & app::kWriteScope) != 0;
  access.project = TRACERY_TRY(projects.take(kUsualProject));
  return access;
}

net::Response rollbar_error(const Error& error) {
  int status = status_of(error.code).http;
  if (error.code == ErrorCode::kInvalid || error.code == ErrorCode::kConflict) status = 422;
  if (error.code == ErrorCode::kUnsupported) status = 400;
  net::Response response = json_response(status, rollbar::encode_error(error.message));
  add_retry_after(response, error.code);
  return response;
}

net::Response rollbar_result(std::string_view json) {
  return json_response(200, rollbar::encode_result(json));
}

Handler rollbar_handler(Services& services, std::uint8_t scope, RollbarWork work) {
  return on_worker(services, [&services, scope, work = std::move(work)](const Call& call) {
    const auto access = rollbar_access(services, call);
    if (!access.ok()) return rollbar_error(access.error());
    const bool may = scope == 0 ? access->is_account : (access->scopes & scope) != 0;
    if (!may) {
      return rollbar_error(
          {ErrorCode::kForbidden, "insufficient privileges: access token lacks the scope"});
    }
    auto response = work(call, *access);
    return response.ok() ? *std::move(response) : rollbar_error(response.error());
  });
}

}  // namespace tracery::api
