// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/router.h"
#include "api/services.h"

namespace tracery::api {

/// `POST /services/collector/event`, `/ingest/bulk`, `/ingest/json`: log events without an SDK. The
/// group and stream stand in the headers x-aws-log-group and x-aws-log-stream, or in the parameters
/// logGroup and logStream.
void add_logs_intake_routes(Router& router, Services& services);

}  // namespace tracery::api
