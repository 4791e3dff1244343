// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include "api/answers.h"
#include "api/error_status.h"
#include "api/honeycomb_api.h"
#include "api/honeycomb_problems.h"
#include "protocols/honeycomb/event_decoder.h"
#include "protocols/honeycomb/names.h"

namespace tracery::api {
namespace {

/// The events API speaks plain `{"error":"…"}`, not problem documents.
net::Response event_error(const Error& error) {
  // A limit broken by an event's content is a 400 there, whatever it was that was too large.
  const int status = error.code == ErrorCode::kTooLarge || error.code == ErrorCode::kUnsupported
                         ? 400
                         : status_of(error.code).http;
  net::Response response = json_response(status, honeycomb::encode_error(error.message));
  add_retry_after(response, error.code);
  return response;
}

bool is_msgpack(std::string_view content_type) {
  return content_type.find("msgpack") != std::string_view::npos ||
         content_type.starts_with("application/octet-stream");
}

net::Response success_response(const app::IngestAnswer& answer, bool is_json) {
  const auto* batch = std::get_if<honeycomb::BatchOutcome>(&answer);
  if (batch == nullptr) return empty_response(200);
  const auto format = is_json ? honeycomb::Format::kJson : honeycomb::Format::kMsgpack;
  net::Response response = json_response(200, honeycomb::encode_batch_response(*batch, format));
  if (!is_json) response.headers = {{"Content-Type", "application/msgpack"}};
  return response;
}

Handler event_handler(Services& services, app::IngestKind kind) {
  return [&services, kind](const std::shared_ptr<Call>& call) {
    const net::Headers& headers = call->request.headers;
    if (!call->caller.may_send()) {
      call->respond(unknown_key_response());
      return;
    }
    if (call->request.body.empty()) {
      call->respond(event_error({ErrorCode::kMalformed, "Request body should not be empty."}));
      return;
    }
    const auto compression = parse_compression(headers.get("content-encoding"));
    if (!compression) {
      call->respond(
          event_error({ErrorCode::kMalformed, "Request body is malformed and cannot be read."}));
      return;
    }
    app::IngestRequest request;
    request.kind = kind;
    request.is_json = !is_msgpack(headers.get("content-type"));
    request.compression = *compression;
    request.is_classic_key = honeycomb::is_classic_key(call->caller.key);
    request.dataset = call->parameters.at(0);
    request.event_time = headers.get("x-honeycomb-event-time");
    request.samplerate = headers.get("x-honeycomb-samplerate");
    request.expand_json_depth = services.datasets.expand_json_depth(request.dataset);
    request.body = std::move(call->request.body);
    const bool is_json = request.is_json;
    services.ingest.accept(std::move(request), [call, is_json](Result<app::IngestAnswer> answer) {
      call->respond(answer.ok() ? success_response(*answer, is_json) : event_error(answer.error()));
    });
  };
}

}  // namespace

void add_honeycomb_event_routes(Router& router, Services& services) {
  router.add("POST", "/1/events/:dataset",
             event_handler(services, app::IngestKind::kHoneycombEvent));
  router.add("POST", "/1/batch/:dataset",
             event_handler(services, app::IngestKind::kHoneycombBatch));
}

}  // namespace tracery::api
