// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/services.h"
#include "net/request_handler.h"

namespace tracery::api {

/// A file of the web UI; the shell for every path that is none, so that each screen's address can
/// be opened directly.
net::Response ui_response(const Services& services, const net::Request& request);

}  // namespace tracery::api
