// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"
#include "net/sse_parser.h"
#include "server/verbs.h"

namespace tracery::server {

/// Asks a running server. Statuses of 400 and above become Errors with the server's own words.
class ApiClient {
 public:
  explicit ApiClient(const ClientOptions& options) : options_(options) {}

  /// The answer's body.
  Result<std::string> get(const std::string& path);
  Result<std::string> post(const std::string& path, std::string json);
  /// Follows server-sent events until the stream ends or `on_event` gives false.
  Status follow(const std::string& path, const std::function<bool(const net::SseEvent&)>& on_event);

 private:
  net::ClientRequest make_request(const char* method, const std::string& path) const;

  const ClientOptions& options_;
  net::HttpClient client_;
};

/// A path segment with everything but unreserved characters escaped.
std::string percent_encode(std::string_view text);

}  // namespace tracery::server
