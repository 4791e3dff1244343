// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/router.h"
#include "api/services.h"

namespace tracery::api {

/// Honeycomb's API, one function per resource. Source: Honeycomb API reference, v1.
void add_honeycomb_event_routes(Router& router, Services& services);
void add_honeycomb_auth_routes(Router& router, Services& services);
void add_honeycomb_dataset_routes(Router& router, Services& services);
void add_honeycomb_column_routes(Router& router, Services& services);
void add_honeycomb_query_routes(Router& router, Services& services);
void add_honeycomb_annotation_routes(Router& router, Services& services);
void add_honeycomb_board_routes(Router& router, Services& services);

}  // namespace tracery::api
