// SPDX-License-Identifier: Apache-2.0
#include "api/routes.h"
#include "api/xray_api.h"

namespace tracery::api {

net::RequestHandler make_xray_daemon_handler(Services& services) {
  return [handle = make_http_handler(services)](net::Request request, net::Respond respond) {
    // These tell and take nothing that a stranger could use, and no SDK signs them for a daemon.
    const bool is_sampling =
        request.path == "/GetSamplingRules" || request.path == "/SamplingTargets";
    request.is_loopback = request.is_loopback || is_sampling;
    handle(std::move(request), std::move(respond));
  };
}

}  // namespace tracery::api
