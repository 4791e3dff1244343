// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <httplib.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracery/app/http_server.h"

/// Server spans for cpp-httplib (0.11 and later). The library has no way to ask which route a
/// request matched, so routes are registered here.
namespace tracery::app::httplib {

namespace detail {

inline std::vector<Header> copy_headers(const ::httplib::Headers& headers) {
  std::vector<Header> copy;
  for (const auto& [name, value] : headers) copy.push_back({name, value});
  return copy;
}

}  // namespace detail

/// Wraps `handler` so that it serves inside a server span named after `pattern`.
inline ::httplib::Server::Handler traced(std::string pattern, ::httplib::Server::Handler handler) {
  return [pattern = std::move(pattern), handler = std::move(handler)](
             const ::httplib::Request& request, ::httplib::Response& response) {
    const std::vector<Header> headers = detail::copy_headers(request.headers);
    http::ServerRequest span({.method = request.method,
                              .target = request.target,
                              .peer_address = request.remote_addr,
                              .peer_port = static_cast<std::uint16_t>(request.remote_port),
                              .headers = headers});
    span.route(pattern);
    for (const Header& header : span.response_headers()) {
      response.set_header(header.name.c_str(), header.value.c_str());
    }
    try {
      handler(request, response);
    } catch (...) {
      span.failed_by_current_exception();
      span.end(500);
      throw;
    }
    span.end(response.status < 0 ? 200 : response.status, {},
             static_cast<std::int64_t>(response.body.size()));
  };
}

/// Registers a traced handler. `pattern` is a regular expression of cpp-httplib and the span's
/// `http.route`, unless `route` names it.
inline void get(::httplib::Server& server, const std::string& pattern,
                ::httplib::Server::Handler handler, const std::string& route = "") {
  server.Get(pattern, traced(route.empty() ? pattern : route, std::move(handler)));
}
inline void post(::httplib::Server& server, const std::string& pattern,
                 ::httplib::Server::Handler handler, const std::string& route = "") {
  server.Post(pattern, traced(route.empty() ? pattern : route, std::move(handler)));
}

}  // namespace tracery::app::httplib
