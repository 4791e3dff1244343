// SPDX-License-Identifier: Apache-2.0
#include "api/answers.h"
#include "api/xray_api.h"
#include "api/xray_operation.h"
#include "api/xray_services.h"
#include "base/json_writer.h"

namespace tracery::api {
namespace {

std::string encode_outcome(const xray::Outcome& outcome) {
  JsonWriter json;
  json.begin_object().key("UnprocessedTraceSegments").begin_array();
  for (const xray::Unprocessed& document : outcome.unprocessed) {
    json.begin_object();
    if (!document.id.empty()) json.field("Id", document.id);
    json.field("ErrorCode", to_string(document.problem)).field("Message", document.message());
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

Handler put_trace_segments(Services& services) {
  return [&services](const std::shared_ptr<Call>& call) {
    const AwsCaller caller = identify_aws(services, *call);
    if (auto refusal = refuse_xray_call(caller, XrayRight::kSend)) {
      call->respond(*std::move(refusal));
      return;
    }
    const auto compression = parse_compression(call->request.headers.get("content-encoding"));
    if (!compression) {
      call->respond(XrayAnswer(Error{ErrorCode::kInvalid, "unknown content-encoding"}).response());
      return;
    }
    services.xray->intake.accept(
        std::move(call->request.body), *compression,
        [call](const Result<app::IngestAnswer>& answer) {
          if (!answer.ok()) {
            net::Response response = XrayAnswer(answer.error()).response();
            add_retry_after(response, answer.error().code);
            call->respond(std::move(response));
            return;
          }
          call->respond(xray_result(encode_outcome(std::get<xray::Outcome>(*answer))));
        });
  };
}

}  // namespace

void add_xray_segment_routes(Router& router, Services& services) {
  router.add("POST", "/TraceSegments", put_trace_segments(services));
}

}  // namespace tracery::api
