// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/router.h"
#include "api/services.h"
#include "base/result.h"
#include "net/request_handler.h"
#include "protocols/honeycomb/problem.h"

namespace tracery::api {

/// An Error in Honeycomb's form; `details` go with kInvalid (422).
net::Response problem_response(const net::Request& request, const Error& error,
                               const std::vector<honeycomb::FieldProblem>& details = {});

/// The 401 of every Honeycomb route.
net::Response unknown_key_response();

/// A handler of the management API: needs a configuration key, runs on the worker pool, turns a
/// returned Error into its problem document.
Handler managed(Services& services, std::function<Result<net::Response>(const Call&)> work);

/// 422 for one field, in the vendor's form.
net::Response invalid_field(const net::Request& request, const honeycomb::FieldProblem& problem);

}  // namespace tracery::api
