// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "api/router.h"
#include "api/services.h"
#include "base/result.h"
#include "net/request_handler.h"

namespace tracery::api {

net::Response json_response(int status, std::string body);
net::Response text_response(int status, std::string body);
net::Response empty_response(int status);

/// "http://host:port" as the client called this server, for links in answers.
std::string base_url(const net::Request& request);

/// A handler whose work may touch the disk: runs on the worker pool, 503 when that is full.
Handler on_worker(Services& services, std::function<net::Response(const Call&)> work);

/// Adds Retry-After when the error is one to try again after.
void add_retry_after(net::Response& response, ErrorCode code);

}  // namespace tracery::api
