// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tracery/app/context.h"

/// A small HTTP/1.1 server on Boost.Beast whose every request is traced: server span with
/// `http.route`, metrics, and the exception that escaped a handler. Link `tracery::app_beast`.
/// Boost itself stays out of this header.
namespace tracery::app::beast {

/// A request as a handler sees it.
struct Request {
  std::string method;
  std::string target;  ///< Path and query as sent.
  std::string path;    ///< Percent-decoded.
  std::string query;   ///< Raw, without the `?`.
  std::string body;
  std::vector<Header> headers;
  std::map<std::string, std::string> params;  ///< Of `{name}` in the route, percent-decoded.
  std::string route;                          ///< The pattern that matched.
  std::string peer_address;
  std::uint16_t peer_port = 0;

  std::string_view header(std::string_view name) const;  ///< "" if there is none.
  std::string param(std::string_view name) const;        ///< "" if there is none.
  std::string query_value(std::string_view name) const;  ///< Percent-decoded, "" if none.
};

/// The answer, empty with status 200 at first.
struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::string body;

  Response& set(std::string_view name, std::string_view value);  ///< Replaces a header.
  void json(std::string text, int status_code = 200);
  void text(std::string text, int status_code = 200);
  void html(std::string text, int status_code = 200);
};

using Handler = std::function<void(Request&, Response&)>;

/// Which handler serves which path. Patterns are matched whole, segment by segment: plain text,
/// `{name}` anywhere in a segment (`/@{handle}`), and `{name...}` at the end for the rest of the
/// path. Plain text wins over parameters. HEAD is served by GET's handler.
class Router {
 public:
  Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  Router& add(std::string_view method, std::string_view pattern, Handler handler);
  Router& get(std::string_view pattern, Handler handler) { return add("GET", pattern, handler); }
  Router& post(std::string_view pattern, Handler handler) { return add("POST", pattern, handler); }
  Router& put(std::string_view pattern, Handler handler) { return add("PUT", pattern, handler); }
  Router& del(std::string_view pattern, Handler handler) { return add("DELETE", pattern, handler); }
  Router& options(std::string_view pattern, Handler handler) {
    return add("OPTIONS", pattern, handler);
  }

  /// Called before the handler of every request, matched or not, e.g. for CORS. Returning true
  /// ends the request with the response as it is.
  Router& before(std::function<bool(Request&, Response&)> hook);
  /// Called after the handler, also after a failed one (status 500), before the response is sent.
  Router& after(Handler hook);
  /// Makes the response of an exception that escaped; `{"error":"internal"}` if there is none.
  /// Called inside the catch block.
  Router& on_exception(Handler hook);

  /// Runs the hooks and the handler; never throws. 404 and 405 are answered as JSON. Needs no
  /// server, so handlers can be tested by it. It traces nothing.
  void serve(Request& request, Response& response) const noexcept;

  class Table;
  const Table& table() const noexcept { return *table_; }

 private:
  std::unique_ptr<Table> table_;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0 picks a free one.
  int threads = 2;         ///< Handlers run on them; one that waits blocks its thread.
  std::size_t body_bytes_max = 1 << 20;
  std::chrono::seconds idle_timeout{60};
};

/// Serves a router from construction to destruction or `stop()`.
class Server {
 public:
  /// \throws std::system_error if the address cannot be listened on.
  Server(Router router, const ServerOptions& options = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const noexcept;
  /// Stops accepting, lets the requests that are being served finish, and joins the threads.
  void stop() noexcept;
  /// Waits for SIGINT or SIGTERM, then stops.
  void run_until_signal();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracery::app::beast
