// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/router.h"
#include "api/services.h"
#include "net/request_handler.h"

namespace tracery::api {

// The X-Ray API: each operation is a POST to a path of its own. Source: the API model
// xray-2016-04-12; docs/wire/xray.md says where answers differ.

void add_xray_segment_routes(Router& router, Services& services);
void add_xray_graph_routes(Router& router, Services& services);
void add_xray_summary_routes(Router& router, Services& services);
void add_xray_insight_routes(Router& router, Services& services);
void add_xray_retrieval_routes(Router& router, Services& services);
void add_xray_trace_routes(Router& router, Services& services);
void add_xray_group_routes(Router& router, Services& services);
void add_xray_sampling_routes(Router& router, Services& services);
void add_xray_setting_routes(Router& router, Services& services);
void add_xray_tag_routes(Router& router, Services& services);

/// The screens' own part: rules with what they caught, why a request is sampled, what was refused.
void add_ui_xray_routes(Router& router, Services& services);

/// What the daemon's TCP port answers: the same API. Sampling rules and targets need no signature
/// there on any address, since SDKs sign nothing they send to a daemon.
net::RequestHandler make_xray_daemon_handler(Services& services);

}  // namespace tracery::api
