// SPDX-License-Identifier: Apache-2.0
#include "api/logs_put.h"

#include "api/aws_errors.h"
#include "api/logs_call.h"
#include "app/logs.h"
#include "protocols/cwlogs/limits.h"
#include "protocols/cwlogs/put_decoder.h"

namespace tracery::api {
namespace {

Result<app::IngestRequest> make_request(Services& services, net::Request& http,
                                        std::int64_t& sequence) {
  const auto target = TRACERY_TRY(cwlogs::read_put_target(http.body));
  TRACERY_TRY(cwlogs::check_group_name(target.group));
  TRACERY_TRY(cwlogs::check_stream_name(target.stream));
  const auto context = TRACERY_TRY(services.logs->groups->reserve(target.group, target.stream));
  app::IngestRequest request;
  request.kind = app::IngestKind::kCloudwatchLogs;
  request.is_json = true;
  sequence = context.sequence;
  request.context = context.text();
  request.body = std::move(http.body);
  return request;
}

}  // namespace

void put_log_events(Services& services, const std::shared_ptr<Call>& call) {
  std::int64_t sequence = 0;
  auto request = make_request(services, call->request, sequence);
  if (!request.ok()) {
    call->respond(aws_error_response(AwsProtocol::kJson11, to_logs_error(request.error())));
    return;
  }
  services.ingest.accept(
      *std::move(request), [&services, call, sequence](const Result<app::IngestAnswer>& answer) {
        if (!answer.ok()) {
          services.logs->groups->settle(sequence);
          call->respond(aws_error_response(AwsProtocol::kJson11, to_logs_error(answer.error())));
          return;
        }
        const auto& outcome = std::get<cwlogs::PutOutcome>(*answer);
        services.logs->groups->note_stored(outcome);
        services.logs->groups->settle(sequence);
        call->respond(aws_response(AwsProtocol::kJson11, cwlogs::encode_put_response(outcome)));
      });
}

}  // namespace tracery::api
