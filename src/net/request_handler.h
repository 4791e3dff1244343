// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracery::net {

/// Header fields in the order they came; names lower-case.
class Headers {
 public:
  void add(std::string_view name, std::string_view value);
  /// First value of a field, or "" when there is none. `name` in lower case.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method;  ///< Upper case.
  std::string path;    ///< As sent, percent-encoding kept, without the query.
  std::string query;   ///< After '?', as sent.
  Headers headers;
  std::string body;          ///< Whole body as received (chunks joined, content-encoding kept).
  std::string peer;          ///< "127.0.0.1:5000".
  bool is_loopback = false;  ///< The listener is bound to a loopback address.
};

/// Writes a body piece by piece after the header has gone out; for server-sent events. A client
/// that shuts down its sending side counts as gone. Thread-safe.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  /// False when the client is gone or its buffer is full beyond the limit.
  virtual bool write(std::string piece) = 0;
  virtual void close() = 0;
  /// Bytes written but not yet taken by the connection.
  virtual std::size_t pending_bytes() = 0;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Without Content-Length.
  std::string body;
  /// When set, `body` is sent first, the connection stays open (chunked), and the function gets
  /// the stream. It must not block.
  std::function<void(std::shared_ptr<BodyStream>)> stream;
};

/// Call exactly once, from any thread.
using Respond = std::function<void(Response)>;

/// All that api/ sees of HTTP. Called on an I/O thread; must not block it: work goes to a pool and
/// answers through `respond`. If the client leaves, the answer is dropped.
using RequestHandler = std::function<void(Request, Respond)>;

/// Answers a request whose header is in but that will not be read, before its body: what is sent
/// for a body over the limit, a bad header and the like, so that each protocol has its own form.
struct HttpFailure {
  int status = 400;
  std::string message;
};
using FailureHandler = std::function<Response(const Request& head, const HttpFailure& failure)>;

}  // namespace tracery::net
