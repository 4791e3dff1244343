// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tracery::app::test {

/// What a sink received. Header names in lower case; the body is unpacked if it was gzipped.
struct Received {
  std::string method, path;
  std::map<std::string, std::string> headers;
  std::string body;
};

/// What a sink answers. `raw`, if set, is sent in place of a response.
struct Answer {
  int status = 200;
  std::map<std::string, std::string> headers;
  std::string body;
  std::string raw;
};

/// A tiny HTTP/1.1 server on a free port of the loopback, for what exporters send. Answers with
/// 200 unless told otherwise.
class HttpSink {
 public:
  HttpSink();
  ~HttpSink();
  HttpSink(const HttpSink&) = delete;
  HttpSink& operator=(const HttpSink&) = delete;

  std::string url() const;
  std::uint16_t port() const;
  /// `respond` is called for each request, on the sink's threads, one at a time.
  void respond_with(std::function<Answer(const Received&)> respond);

  /// Waits until `count` requests came, and gives all of them. Gives fewer after ten seconds.
  std::vector<Received> wait_for(std::size_t count) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracery::app::test
