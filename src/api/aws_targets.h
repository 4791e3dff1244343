// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "api/router.h"
#include "api/services.h"
#include "net/request_handler.h"

namespace tracery::api {

/// True for requests that AWS's SDKs address by what is in them, not by their path: those with an
/// X-Amz-Target header, and STS's forms.
bool is_aws_target(const net::Request& request);

/// Answers those, on any path.
class AwsTargets {
 public:
  explicit AwsTargets(Services& services);
  ~AwsTargets();
  void handle(const std::shared_ptr<Call>& call) const;

 private:
  struct Operations;
  Services& services_;
  std::unique_ptr<const Operations> operations_;
};

}  // namespace tracery::api
