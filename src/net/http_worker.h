// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>

#include "net/http_server.h"
#include "net/request_handler.h"

namespace boost::asio {
class io_context;
}

namespace tracery::net {

/// Bytes of memory that may be lent out together. Thread-safe.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes) + bytes <= bytes_max_) return true;
    used_.fetch_sub(bytes);
    return false;
  }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes); }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> used_ = 0;
};

/// What all threads of one server share.
struct HttpShared {
  HttpShared(HttpOptions options_, RequestHandler handler_, FailureHandler on_failure_)
      : options(std::move(options_)),
        handler(std::move(handler_)),
        on_failure(std::move(on_failure_)),
        bodies(options.bodies_bytes_max) {}

  const HttpOptions options;
  const RequestHandler handler;
  const FailureHandler on_failure;
  ByteBudget bodies;
  std::atomic<std::size_t> connections = 0;
  std::atomic<bool> is_draining = false;
};

/// One I/O thread and its connections. A connection never changes threads, so nothing in it needs a
/// lock. Public functions may be called from any thread.
class HttpWorker {
 public:
  explicit HttpWorker(std::shared_ptr<HttpShared> shared);
  ~HttpWorker();
  HttpWorker(const HttpWorker&) = delete;
  HttpWorker& operator=(const HttpWorker&) = delete;

  boost::asio::io_context& context();
  /// Takes over a connected, non-blocking socket.
  void adopt(int socket, bool is_v6, bool is_loopback);
  std::size_t connections() const;
  /// Ends streams and connections between requests; the others close after their answer.
  void drain();
  /// Ends every connection now and waits for the thread; nothing may be adopted any more. The
  /// context stays, for whoever has objects in it.
  void halt();

  struct Core;

 private:
  std::shared_ptr<Core> core_;
  std::thread thread_;
};

}  // namespace tracery::net
