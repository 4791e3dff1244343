// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "api/router.h"
#include "api/services.h"
#include "app/error_projects.h"
#include "base/result.h"

namespace tracery::api {

/// Who asks, by the vendor's access tokens.
struct RollbarAccess {
  std::string token;
  app::ErrorProject project;
  std::uint8_t scopes = 0;  ///< Of app::TokenScope.
  bool is_account = false;  ///< May do what belongs to no project.
  std::int64_t window_seconds = 0, window_count = 0;

  bool may(app::TokenScope scope) const { return (scopes & scope) != 0; }
};

/// The token of a request: its header, else `body_token`, else its query. On trusted listeners an
/// unknown one may do everything in the project `rollbar`, as may one of Tracery's own keys
/// anywhere. kUnauthenticated without a token, kForbidden for an unknown or disabled one.
Result<RollbarAccess> rollbar_access(Services& services, const Call& call,
                                     const std::string& body_token = {});

/// An Error in the vendor's words; kInvalid is 422.
net::Response rollbar_error(const Error& error);
/// `{"err":0,"result":<json>}`.
net::Response rollbar_result(std::string_view json);

/// A handler of the read and write API: checks the scope (0: an account's), runs on the worker
/// pool.
using RollbarWork = std::function<Result<net::Response>(const Call&, const RollbarAccess&)>;
Handler rollbar_handler(Services& services, std::uint8_t scope, RollbarWork work);

/// docs/wire/rollbar.md says what each answers. Paths begin with /api/1.
void add_rollbar_intake_routes(Router& router, Services& services);
void add_rollbar_item_routes(Router& router, Services& services);
void add_rollbar_report_routes(Router& router, Services& services);
void add_rollbar_deploy_routes(Router& router, Services& services);
void add_rollbar_source_map_routes(Router& router, Services& services);
void add_rollbar_project_routes(Router& router, Services& services);

}  // namespace tracery::api
