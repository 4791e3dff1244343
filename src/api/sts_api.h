// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/aws_caller.h"
#include "api/services.h"
#include "net/request_handler.h"

namespace tracery::api {

/// STS's GetCallerIdentity, which log handlers ask for their account, in AWS's query protocol;
/// an error in the same form for other actions.
net::Response sts_response(const Services& services, const AwsCaller& caller,
                           const net::Request& request);

}  // namespace tracery::api
