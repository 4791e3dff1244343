// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/error_recorder.h"
#include "app/ingest.h"
#include "base/compression.h"
#include "base/result.h"

namespace tracery::app {

/// What an access token lets its holder post.
struct ErrorGrant {
  std::string project;
  bool clients_only = false;  ///< Only from client platforms.
};

/// One body of `POST /api/1/item/`, free of its transport.
struct ErrorSubmission {
  std::string body;  ///< As received.
  Compression compression = Compression::kIdentity;
  std::string remote_ip;
  /// Who may post this, given the access token in the body ("" when there is none there).
  std::function<Result<ErrorGrant>(const std::string& body_token)> authorize;
};

/// Stores and counts reports of Rollbar's SDKs. Thread-safe.
class ErrorIntake {
 public:
  static constexpr std::size_t kBodyBytesMax = 1024 * 1024;

  /// Gives the report's uuid.
  using Done = std::function<void(Result<std::string>)>;

  ErrorIntake(Ingest& ingest, ErrorRecorder& recorder) : ingest_(ingest), recorder_(recorder) {}

  /// Calls `done` exactly once, as Ingest::accept. Errors are those of
  /// rollbar::read_report, of `authorize` and of storing, and kForbidden for a platform the grant
  /// is not for.
  void accept(ErrorSubmission submission, Done done);

 private:
  Ingest& ingest_;
  ErrorRecorder& recorder_;
};

}  // namespace tracery::app
