// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/router.h"
#include "api/services.h"
#include "net/request_handler.h"

namespace tracery::api {

/// Every route of the HTTP port; one line per protocol.
Router make_router(Services& services);

/// What the HTTP listeners call: finds the caller and the route, adds CORS to intake paths.
/// `services` must outlive the listeners.
net::RequestHandler make_http_handler(Services& services);

/// Errors of requests that never reach a route, in the form of the protocol their path belongs to.
net::FailureHandler make_failure_handler();

}  // namespace tracery::api
