// SPDX-License-Identifier: Apache-2.0
#include "api/logs_put.h"

#include "api/aws_errors.h"
#include "api/logs_call.h"
#include "app/logs.h"
#include "protocols/cwlogs/limits.h"
#include "protocols/cwlogs/put_decoder.h"

namespace tracery::api {
namespace {

Result<app::IngestRequest> make_request(Services& services, std::string body,
                                        std::int64_t& sequence) {
  const auto target = TRACERY_TRY(cwlogs::read_put_target(body));
  TRACERY_TRY(cwlogs::check_group_name(target.group));
  TRACERY_TRY(cwlogs::check_stream_name(target.stream));
  const auto context = TRACERY_TRY(services.logs->groups->reserve(target.group, target.stream));
  app::IngestRequest request;
  request.kind = app::IngestKind::kCloudwatchLogs;
  request.is_json = true;
  sequence = context.sequence;
  request.context = context.text();
  request.body = std::move(body);
  return request;
}

}  // namespace

void accept_log_events(Services& services, std::string body, LogEventsTaken done) {
  std::int64_t sequence = 0;
  auto request = make_request(services, std::move(body), sequence);
  if (!request.ok()) {
    done(request.error());
    return;
  }
  services.ingest.accept(*std::move(request), [&services, done = std::move(done),
                                               sequence](const Result<app::IngestAnswer>& answer) {
    if (!answer.ok()) {
      services.logs->groups->settle(sequence);
      done(answer.error());
      return;
    }
    const auto& outcome = std::get<cwlogs::PutOutcome>(*answer);
    services.logs->groups->note_stored(outcome);
    services.logs->groups->settle(sequence);
    done(outcome);
  });
}

void put_log_events(Services& services, const std::shared_ptr<Call>& call) {
  accept_log_events(
      services, std::move(call->request.body), [call](const Result<cwlogs::PutOutcome>& outcome) {
        call->respond(
            outcome.ok()
                ? aws_response(AwsProtocol::kJson11, cwlogs::encode_put_response(*outcome))
                : aws_error_response(AwsProtocol::kJson11, to_logs_error(outcome.error())));
      });
}

}  // namespace tracery::api
