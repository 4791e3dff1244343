// SPDX-License-Identifier: Apache-2.0
#include "app/error_intake.h"

#include <algorithm>
#include <array>

#include "app/random_id.h"

namespace tracery::app {
namespace {

bool is_client_platform(std::string_view platform) {
  constexpr std::array<std::string_view, 5> kClients = {"browser", "android", "ios", "flash",
                                                        "client"};
  return std::find(kClients.begin(), kClients.end(), platform) != kClients.end();
}

/// A uuid of version 4.
std::string draw_uuid() {
  std::string hex = sha256_hex(std::to_string(random_u64()) + std::to_string(random_u64()));
  hex[12] = '4';
  hex[16] = "89ab"[random_u64() % 4];
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
         hex.substr(16, 4) + '-' + hex.substr(20, 12);
}

Result<rollbar::Report> read_submission(const ErrorSubmission& submission) {
  if (submission.compression == Compression::kIdentity) {
    return rollbar::read_report(submission.body);
  }
  return rollbar::read_report(
      TRACERY_TRY(decompress(submission.compression, submission.body, ErrorIntake::kBodyBytesMax)));
}

}  // namespace

void ErrorIntake::accept(ErrorSubmission submission, Done done) {
  auto report = read_submission(submission);
  if (!report.ok()) {
    done(std::move(report).error());
    return;
  }
  auto grant = submission.authorize(report->access_token);
  if (!grant.ok()) {
    done(std::move(grant).error());
    return;
  }
  if (grant->clients_only && !is_client_platform(report->platform)) {
    done(Error{ErrorCode::kForbidden, "this access token may only post items of client platforms"});
    return;
  }
  const std::string uuid = report->uuid.empty() ? draw_uuid() : report->uuid;
  const auto when_done = [done, uuid](bool stored) {
    if (stored) {
      done(uuid);
    } else {
      done(Error{ErrorCode::kUnavailable, "the same item could not be stored just now"});
    }
  };
  ErrorRecorder::Admitted admitted;
  switch (recorder_.admit(*report, grant->project, uuid, std::move(submission.remote_ip), admitted,
                          when_done)) {
    case ErrorRecorder::Verdict::kRepeat: done(uuid); return;
    case ErrorRecorder::Verdict::kPending: return;
    case ErrorRecorder::Verdict::kNew: break;
  }
  IngestRequest request;
  request.kind = IngestKind::kRollbarItem;
  request.is_json = true;
  request.compression = submission.compression;
  request.dataset = std::move(grant->project);
  request.context = admitted.context.encode();
  request.body = std::move(submission.body);
  ingest_.accept(std::move(request), [this, uuid, admitted = std::move(admitted),
                                      done = std::move(done)](Result<IngestAnswer> stored) {
    recorder_.finish(admitted, stored.ok());
    if (stored.ok()) {
      done(uuid);
    } else {
      done(std::move(stored).error());
    }
  });
}

}  // namespace tracery::app
