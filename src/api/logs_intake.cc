// SPDX-License-Identifier: Apache-2.0
#include "api/logs_intake.h"

#include "api/answers.h"
#include "api/aws_caller.h"
#include "api/error_status.h"
#include "api/url.h"
#include "app/logs.h"
#include "base/compression.h"
#include "base/json_writer.h"

namespace tracery::api {
namespace {

net::Response refusal(int status, std::string_view message) {
  return json_response(status,
                       JsonWriter().begin_object().field("message", message).end_object().take());
}

net::Response refusal(const Error& error) {
  // A missing group is the request's fault, not the path's.
  const int status = error.code == ErrorCode::kNotFound ? 400 : status_of(error.code).http;
  net::Response response = refusal(status, error.message);
  add_retry_after(response, error.code);
  return response;
}

struct Place {
  std::string group, stream;
};

Result<Place> find_place(const net::Request& request) {
  const QueryParameters parameters(request.query);
  const Place in_headers{std::string(request.headers.get("x-aws-log-group")),
                         std::string(request.headers.get("x-aws-log-stream"))};
  const Place in_query{parameters.get("logGroup"), parameters.get("logStream")};
  const bool has_headers = !in_headers.group.empty() || !in_headers.stream.empty();
  const bool has_query = !in_query.group.empty() || !in_query.stream.empty();
  if (has_headers && has_query) {
    return Error{ErrorCode::kInvalid, "name the log group in headers or in the query, not in both"};
  }
  Place place = has_headers ? in_headers : in_query;
  if (place.group.empty() || place.stream.empty()) {
    return Error{ErrorCode::kInvalid, "a log group and a log stream must be named"};
  }
  return place;
}

Result<app::IngestRequest> make_request(Services& services, net::Request& http,
                                        app::IngestKind kind, std::int64_t& sequence) {
  const Place place = TRACERY_TRY(find_place(http));
  const auto compression = parse_compression(http.headers.get("content-encoding"));
  if (!compression) return Error{ErrorCode::kUnsupported, "unsupported content-encoding"};
  auto context = TRACERY_TRY(services.logs->groups->reserve(place.group, place.stream));
  context.stream = place.stream;
  sequence = context.sequence;
  app::IngestRequest request;
  request.kind = kind;
  request.is_json = true;
  request.compression = *compression;
  request.dataset = place.group;
  request.context = context.text();
  request.body = std::move(http.body);
  return request;
}

Handler intake_handler(Services& services, app::IngestKind kind) {
  return [&services, kind](const std::shared_ptr<Call>& call) {
    const AwsCaller caller = identify_aws(services, *call);
    if (!caller.may_send) {
      call->respond(refusal(401, "a key is needed: Authorization: Bearer KEY"));
      return;
    }
    std::int64_t sequence = 0;
    auto request = make_request(services, call->request, kind, sequence);
    if (!request.ok()) {
      call->respond(refusal(request.error()));
      return;
    }
    services.ingest.accept(
        *std::move(request), [&services, call, sequence](const Result<app::IngestAnswer>& answer) {
          if (!answer.ok()) {
            services.logs->groups->settle(sequence);
            call->respond(refusal(answer.error()));
            return;
          }
          services.logs->groups->note_stored(std::get<cwlogs::PutOutcome>(*answer));
          services.logs->groups->settle(sequence);
          call->respond(json_response(200, "{}"));
        });
  };
}

}  // namespace

void add_logs_intake_routes(Router& router, Services& services) {
  using Kind = app::IngestKind;
  router.add("POST", "/services/collector/event",
             intake_handler(services, Kind::kCloudwatchEvents));
  router.add("POST", "/services/collector", intake_handler(services, Kind::kCloudwatchEvents));
  router.add("POST", "/ingest/bulk", intake_handler(services, Kind::kCloudwatchLines));
  router.add("POST", "/ingest/json", intake_handler(services, Kind::kCloudwatchObjects));
}

}  // namespace tracery::api
