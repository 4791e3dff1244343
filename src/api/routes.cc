// SPDX-License-Identifier: Apache-2.0
#include "api/routes.h"

#include <algorithm>

#include "api/answers.h"
#include "api/auth.h"
#include "api/aws_errors.h"
#include "api/aws_targets.h"
#include "api/cors.h"
#include "api/health_api.h"
#include "api/honeycomb_api.h"
#include "api/honeycomb_problems.h"
#include "api/logs_intake.h"
#include "api/otlp_api.h"
#include "api/rollbar_api.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/ui_shell.h"
#include "api/xray_api.h"

namespace tracery::api {
namespace {

enum class Family { kOtlp, kHoneycomb, kRollbar, kUiApi, kUi };

Family family_of(std::string_view path) {
  if (path.starts_with("/v1/") || path.starts_with("/t/v1/")) return Family::kOtlp;
  if (path.starts_with("/1/") || path.starts_with("/2/")) return Family::kHoneycomb;
  if (path.starts_with("/api/1/")) return Family::kRollbar;
  if (path.starts_with("/ui/api/")) return Family::kUiApi;
  return Family::kUi;
}

ErrorCode code_of(int status) {
  switch (status) {
    case 401: return ErrorCode::kUnauthenticated;
    case 404: return ErrorCode::kNotFound;
    case 413: return ErrorCode::kTooLarge;
    case 429: return ErrorCode::kOverloaded;
    case 503: return ErrorCode::kUnavailable;
    default: return ErrorCode::kMalformed;
  }
}

/// An AWS client's request, whatever its path: the form of the error follows from it.
bool is_aws_request(const net::Request& request) {
  return request.headers.get("authorization").starts_with("AWS4-") ||
         request.headers.has("x-amz-target");
}

net::Response aws_failure(const net::Request& request, const Error& error) {
  const auto protocol =
      request.headers.has("x-amz-target") ? AwsProtocol::kJson11 : AwsProtocol::kRestJson;
  const bool is_unknown = error.code == ErrorCode::kNotFound;
  return aws_error_response(
      protocol, is_unknown ? AwsError{404, "UnknownOperationException", error.message, {}}
                           : to_aws_error(error, "InvalidRequestException"));
}

/// An error in the words of the protocol the path belongs to. The status stays what it is.
net::Response failure_response(const net::Request& request, const net::HttpFailure& failure) {
  const Error error{code_of(failure.status), failure.message};
  if (is_aws_request(request)) return aws_failure(request, error);
  net::Response response;
  switch (family_of(request.path)) {
    case Family::kOtlp: response = otlp_failure(request, error.code, error.message); break;
    case Family::kHoneycomb: response = problem_response(request, error); break;
    case Family::kRollbar: response = rollbar_error(error); break;
    case Family::kUiApi: response = ui_error(error); break;
    case Family::kUi: response = text_response(failure.status, failure.message + "\n"); break;
  }
  response.status = failure.status;
  if (is_intake_path(request.path)) add_cors_headers(request, response);
  return response;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void answer_unmatched(Services& services, const Router::Match& match,
                      const std::shared_ptr<Call>& call) {
  const net::Request& request = call->request;
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const bool is_page = reads && family_of(request.path) == Family::kUi;
  if (is_page) {
    call->respond(ui_response(services, request));
    return;
  }
  if (match.allowed.empty()) {
    call->respond(failure_response(request, {404, "no such path: " + request.path}));
    return;
  }
  net::Response response = failure_response(request, {405, "method not allowed"});
  response.headers.emplace_back("Allow", join(match.allowed));
  call->respond(std::move(response));
}

/// Wraps `respond` so that pages of other origins can read the answer.
net::Respond with_cors(const net::Request& request, net::Respond respond) {
  net::Request head;
  head.headers = request.headers;
  return [head = std::move(head), respond = std::move(respond)](net::Response response) {
    add_cors_headers(head, response);
    respond(std::move(response));
  };
}

}  // namespace

Router make_router(Services& services) {
  Router router;
  add_health_routes(router, services);
  add_otlp_routes(router, services);
  add_honeycomb_event_routes(router, services);
  add_honeycomb_auth_routes(router, services);
  add_honeycomb_dataset_routes(router, services);
  add_honeycomb_column_routes(router, services);
  add_honeycomb_query_routes(router, services);
  add_honeycomb_annotation_routes(router, services);
  add_honeycomb_board_routes(router, services);
  add_rollbar_intake_routes(router, services);
  add_rollbar_item_routes(router, services);
  add_rollbar_report_routes(router, services);
  add_rollbar_deploy_routes(router, services);
  add_rollbar_project_routes(router, services);
  add_rollbar_source_map_routes(router, services);
  add_logs_intake_routes(router, services);
  add_xray_segment_routes(router, services);
  add_xray_graph_routes(router, services);
  add_xray_summary_routes(router, services);
  add_xray_insight_routes(router, services);
  add_xray_retrieval_routes(router, services);
  add_xray_trace_routes(router, services);
  add_xray_group_routes(router, services);
  add_xray_sampling_routes(router, services);
  add_xray_setting_routes(router, services);
  add_xray_tag_routes(router, services);
  add_ui_xray_routes(router, services);
  add_ui_query_routes(router, services);
  add_ui_event_routes(router, services);
  add_ui_catalogue_routes(router, services);
  add_ui_trace_routes(router, services);
  add_ui_home_routes(router, services);
  add_ui_live_routes(router, services);
  add_ui_log_event_routes(router, services);
  add_ui_log_group_routes(router, services);
  add_ui_log_insights_routes(router, services);
  add_ui_log_tail_routes(router, services);
  add_ui_map_routes(router, services);
  add_ui_admin_routes(router, services);
  add_ui_error_routes(router, services);
  return router;
}

net::RequestHandler make_http_handler(Services& services) {
  auto router = std::make_shared<const Router>(make_router(services));
  auto aws_targets = std::make_shared<const AwsTargets>(services);
  return [&services, router, aws_targets](net::Request request, net::Respond respond) {
    const bool is_intake = is_intake_path(request.path);
    if (is_intake && request.method == "OPTIONS") {
      respond(preflight_response(request));
      return;
    }
    const bool is_cross_origin = is_intake && request.headers.has("origin");
    if (is_cross_origin) respond = with_cors(request, std::move(respond));
    auto call = std::make_shared<Call>();
    call->caller = identify(services, request.headers, request.is_loopback);
    call->request = std::move(request);
    call->respond = std::move(respond);
    if (is_aws_target(call->request)) {
      aws_targets->handle(call);
      return;
    }
    auto match = router->find(call->request.method, call->request.path);
    if (match.handler == nullptr) {
      answer_unmatched(services, match, call);
      return;
    }
    call->parameters = std::move(match.parameters);
    (*match.handler)(call);
  };
}

net::FailureHandler make_failure_handler() { return failure_response; }

}  // namespace tracery::api
