// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/router.h"
#include "api/services.h"

namespace tracery::api {

/// The web UI's own API; docs/wire/ui-api.md says what each answers. Paths begin with
/// /ui/api/v1.
void add_ui_query_routes(Router& router, Services& services);
void add_ui_event_routes(Router& router, Services& services);
void add_ui_catalogue_routes(Router& router, Services& services);
void add_ui_trace_routes(Router& router, Services& services);
void add_ui_home_routes(Router& router, Services& services);
void add_ui_live_routes(Router& router, Services& services);
void add_ui_log_event_routes(Router& router, Services& services);
void add_ui_log_insights_routes(Router& router, Services& services);
void add_ui_log_group_routes(Router& router, Services& services);
void add_ui_log_tail_routes(Router& router, Services& services);
void add_ui_map_routes(Router& router, Services& services);
void add_ui_admin_routes(Router& router, Services& services);
/// The errors screens; the three below it are its parts.
void add_ui_error_routes(Router& router, Services& services);
void add_ui_error_change_routes(Router& router, Services& services);
void add_ui_error_filter_routes(Router& router, Services& services);
void add_ui_error_people_routes(Router& router, Services& services);
void add_ui_occurrence_routes(Router& router, Services& services);

}  // namespace tracery::api
