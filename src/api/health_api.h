// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/router.h"
#include "api/services.h"

namespace tracery::api {

/// `GET /healthz` (the process is up), `GET /readyz` (it takes events), `GET /metrics` (Prometheus
/// text, version 0.0.4).
void add_health_routes(Router& router, Services& services);

}  // namespace tracery::api
