// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracery/app/context.h"
#include "tracery/app/span.h"

/// Instrumentation of HTTP servers, for any framework: `beast.h` and `httplib.h` are made of it.
namespace tracery::app::http {

/// A request as it arrived. Borrowed for the call.
struct RequestView {
  std::string_view method;  ///< As sent.
  std::string_view target;  ///< Path and query as sent.
  std::string_view scheme = "http";
  std::string_view version = "1.1";  ///< Of HTTP: "1.0", "1.1", "2".
  std::string_view server_address;   ///< Where the server listens; the Host header wins.
  std::uint16_t server_port = 0;
  std::string_view peer_address;
  std::uint16_t peer_port = 0;
  std::span<const Header> headers;
};

/// The span and metrics of one request being served: begin it when the request has been
/// read, end it when the response has been written. The span follows the stable semantic
/// conventions for HTTP; requests whose path matches `OTEL_CPP_EXCLUDED_URLS` have none.
///
/// While it lives its context is current on the thread that made it; `context()` takes it
/// elsewhere. All calls are noexcept.
class [[nodiscard]] ServerRequest {
 public:
  explicit ServerRequest(const RequestView& request) noexcept;
  ServerRequest(ServerRequest&&) noexcept;
  ServerRequest& operator=(ServerRequest&&) = delete;
  ~ServerRequest();

  /// The pattern of the route that was matched, e.g. `/api/messages/@{handle}`. Renames the span.
  void route(std::string_view pattern) noexcept;

  /// Call in the catch block of an exception that escaped the handler: recorded on the span.
  void failed_by_current_exception() noexcept;

  /// Headers to add to the response: `traceresponse`, `Server-Timing`, and `X-Amzn-Trace-Id` if
  /// `xray` is among the propagators.
  std::vector<Header> response_headers() const;

  /// Ends the span. `status` 0 says that no response was written: the client went away.
  void end(int status, std::span<const Header> response_headers = {},
           std::int64_t body_bytes = -1) noexcept;

  Context context() const noexcept;
  /// Takes the context off this thread, before the request goes on on another one.
  void leave_thread() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tracery::app::http
