// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

namespace tracery::api {

struct ErrorStatus {
  int http = 500;
  int grpc = 13;              ///< google.rpc.Code.
  bool is_retryable = false;  ///< Answers carry Retry-After or RetryInfo.
};

/// The one table from what went wrong to what clients see of it.
ErrorStatus status_of(ErrorCode code);

/// How long a client is asked to wait before it tries again.
inline constexpr int kRetryAfterSeconds = 1;

}  // namespace tracery::api
