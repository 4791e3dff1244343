// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/request_handler.h"

namespace tracery::net {

struct HttpOptions {
  /// "address:port"; IPv6 in brackets; port 0 picks a free one.
  std::vector<std::string> addresses;
  unsigned threads = 2;
  std::size_t body_bytes_max = 64ULL << 20;
  std::size_t header_bytes_max = 64ULL << 10;
  std::size_t connections_max = 10'000;
  /// Bodies of all requests that are not answered yet, together; beyond it new bodies are refused
  /// (503). Counted as they come, so a client cannot claim memory it does not fill.
  std::size_t bodies_bytes_max = 256ULL << 20;
  int idle_timeout_ms = 75'000;    ///< Between requests.
  int header_timeout_ms = 10'000;  ///< From first byte to end of header.
  int body_timeout_ms = 30'000;    ///< Without a single body byte.
};

/// HTTP/1.1 listeners: keep-alive, pipelining (answers in order), chunked bodies, 100-continue.
class HttpServer {
 public:
  /// Binds every address; kConflict names the one that is taken.
  static Result<std::unique_ptr<HttpServer>> start(HttpOptions options, RequestHandler handler,
                                                   FailureHandler on_failure);
  ~HttpServer();

  /// The addresses with their real ports, in the order asked for.
  const std::vector<std::string>& addresses() const;
  /// Stops accepting, lets requests in progress finish for at most `grace_ms`, closes the rest.
  void stop(int grace_ms);

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracery::net
