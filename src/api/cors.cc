// SPDX-License-Identifier: Apache-2.0
#include "api/cors.h"

#include <string>

namespace tracery::api {
namespace {

constexpr std::string_view kHeadersUsual =
    "content-type, content-encoding, x-honeycomb-team, x-honeycomb-dataset, "
    "x-honeycomb-event-time, x-honeycomb-samplerate, authorization, traceparent, tracestate, "
    "baggage";

}  // namespace

bool is_intake_path(std::string_view path) {
  return path == "/" || path.starts_with("/v1/") || path.starts_with("/t/v1/") ||
         path.starts_with("/undefined/v1/") || path.starts_with("/1/events/") ||
         path.starts_with("/1/batch/");
}

bool is_foreign_page(const net::Request& request) {
  const std::string_view origin = request.headers.get("origin");
  if (origin.empty()) return false;
  const std::size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return true;
  return origin.substr(scheme + 3) != request.headers.get("host");
}

net::Response preflight_response(const net::Request& request) {
  net::Response response;
  response.status = 204;
  add_cors_headers(request, response);
  const std::string_view wanted = request.headers.get("access-control-request-headers");
  response.headers.emplace_back("Access-Control-Allow-Methods", "POST, OPTIONS");
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                wanted.empty() ? kHeadersUsual : wanted);
  response.headers.emplace_back("Access-Control-Max-Age", "7200");
  // Asked for when a public page talks to a server on the local network.
  if (request.headers.get("access-control-request-private-network") == "true") {
    response.headers.emplace_back("Access-Control-Allow-Private-Network", "true");
  }
  return response;
}

void add_cors_headers(const net::Request& request, net::Response& response) {
  const std::string_view origin = request.headers.get("origin");
  if (origin.empty()) return;
  // The origin itself and not "*": old exporters send credentials with their beacons.
  response.headers.emplace_back("Access-Control-Allow-Origin", origin);
  response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  response.headers.emplace_back("Access-Control-Expose-Headers", "retry-after");
  response.headers.emplace_back("Vary", "Origin");
}

}  // namespace tracery::api
