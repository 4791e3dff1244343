// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/router.h"
#include "api/services.h"
#include "net/request_handler.h"

namespace tracery::api {

/// Finds the key of a request under any of the names clients send it by (x-honeycomb-team,
/// x-hny-team, x-tracery-key, api-key, Authorization: Bearer or Basic) and who it belongs to.
Caller identify(Services& services, const net::Headers& headers, bool is_loopback);

}  // namespace tracery::api
