// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tracery::bench {

/// One keep-alive connection to the server under test. Exits the program when it breaks.
class HttpConnection {
 public:
  explicit HttpConnection(const std::string& port);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  struct Answer {
    int status = 0;
    std::string body;
  };
  /// `headers`: whole lines, each ended by CRLF.
  Answer send(const std::string& method, const std::string& path, const std::string& headers,
              const std::string& body);

 private:
  int socket_ = -1;
  std::string buffer_;
};

struct LoadResult {
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;  ///< Answers other than 200.
  double seconds = 0;
  std::vector<double> latencies_ms;  ///< Sorted.

  double latency_ms(double quantile) const;
};

/// Posts the bodies `next` gives to /v1/traces over `connections` connections until it gives "".
/// `next` is called from several threads. With `requests_per_second` > 0 the load is open: a
/// request's latency counts from when it was due.
struct Target {
  std::string port;
  std::string path = "/v1/traces";
  bool is_gzip = false;
  bool is_new_connection = false;  ///< One for each request.
};

/// Posts what `next` gives, until it gives ""; at full speed when the rate is 0.
LoadResult post_all(const Target& target, unsigned connections, double requests_per_second,
                    const std::function<std::string()>& next);

}  // namespace tracery::bench
