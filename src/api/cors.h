// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "net/request_handler.h"

namespace tracery::api {

/// Paths that browsers of any origin may post to.
bool is_intake_path(std::string_view path);

/// The answer to a preflight of an intake path.
net::Response preflight_response(const net::Request& request);

/// Adds what lets a page read the answer; on errors too, or the browser hides them.
void add_cors_headers(const net::Request& request, net::Response& response);

/// True when a page of another origin sent the request: such pages may send telemetry, but neither
/// read nor change what is here.
bool is_foreign_page(const net::Request& request);

}  // namespace tracery::api
