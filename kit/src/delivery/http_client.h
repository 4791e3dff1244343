// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tracery/app/context.h"

namespace tracery::app::delivery {

struct HttpRequest {
  std::string url;
  std::vector<Header> headers;
  std::string_view body;
  std::chrono::milliseconds timeout{10'000};
  std::string ca_file, client_key_file, client_certificate_file;  ///< PEM, "" for none.
  bool is_grpc = false;  ///< HTTP/2, without an upgrade if the URL is http.
};

struct HttpResponse {
  int status = 0;  ///< 0: none came; `error` says why.
  std::string error;
  std::string body;             ///< At most `HttpClient::kBodyBytesMax`.
  std::vector<Header> headers;  ///< And trailers. Names in lower case.

  /// The value of a header, "" if there is none.
  std::string_view header(std::string_view name) const;
};

/// Posts to a server over one connection that is kept alive. For one thread at a time; never
/// throws. No call of it is ever traced.
class HttpClient {
 public:
  static constexpr std::size_t kBodyBytesMax = 64 * 1024;

  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpResponse post(const HttpRequest& request) noexcept;

  /// Makes the call that is under way, on another thread, and all further ones fail soon.
  void abort() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracery::app::delivery
