// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tracery::net {

struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int timeout_ms = 60'000;  ///< For the whole exchange; of a stream, for a silence.
};

struct ClientResponse {
  int status = 0;
  std::string body;
};

/// A blocking HTTP client for the command line; keeps its connection between requests. One thread
/// at a time.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Any status is an answer. kUnavailable when there is none: nobody listens, the connection
  /// broke, kDeadline when it took too long.
  Result<ClientResponse> send(const ClientRequest& request);

  /// Hands over the body piece by piece as it comes, until it ends or `on_piece` gives false. A
  /// status of 400 and above is answered whole, like send().
  Result<ClientResponse> stream(const ClientRequest& request,
                                const std::function<bool(std::string_view)>& on_piece);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracery::net
