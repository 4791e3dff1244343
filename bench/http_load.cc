// SPDX-License-Identifier: Apache-2.0
#include "http_load.h"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "base/clock.h"

namespace tracery::bench {
namespace {

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

}  // namespace

HttpConnection::HttpConnection(const std::string& port) {
  socket_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    give_up("connect");
  }
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

HttpConnection::~HttpConnection() { close(socket_); }

HttpConnection::Answer HttpConnection::send(const std::string& method, const std::string& path,
                                            const std::string& headers, const std::string& body) {
  std::string request = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
                        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  request += body;
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t wrote = write(socket_, request.data() + sent, request.size() - sent);
    if (wrote <= 0) give_up("write");
    sent += static_cast<std::size_t>(wrote);
  }
  const auto read_more = [&] {
    char piece[65536];
    const ssize_t got = read(socket_, piece, sizeof piece);
    if (got <= 0) give_up("read");
    buffer_.append(piece, static_cast<std::size_t>(got));
  };
  std::size_t head = 0;
  while ((head = buffer_.find("\r\n\r\n")) == std::string::npos) read_more();
  Answer answer;
  answer.status = std::atoi(buffer_.c_str() + 9);
  std::string lower = buffer_.substr(0, head);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t length = lower.find("content-length: ");
  const std::size_t bytes = length == std::string::npos
                                ? 0
                                : static_cast<std::size_t>(std::atoll(lower.c_str() + length + 16));
  while (buffer_.size() < head + 4 + bytes) read_more();
  answer.body = buffer_.substr(head + 4, bytes);
  buffer_.erase(0, head + 4 + bytes);
  return answer;
}

double LoadResult::latency_ms(double quantile) const {
  if (latencies_ms.empty()) return 0;
  const auto last = static_cast<double>(latencies_ms.size() - 1);
  return latencies_ms[static_cast<std::size_t>(quantile * last)];
}

LoadResult post_all(const Target& target, unsigned connections, double requests_per_second,
                    const std::function<std::string()>& next) {
  const std::string headers = std::string("Content-Type: application/x-protobuf\r\n") +
                              (target.is_gzip ? "Content-Encoding: gzip\r\n" : "");
  LoadResult result;
  std::mutex mutex;
  std::atomic<std::uint64_t> ticket{0};
  const std::int64_t begin_ns = monotonic_ns();
  const auto work = [&] {
    auto connection = std::make_unique<HttpConnection>(target.port);
    std::vector<double> latencies;
    std::uint64_t refused = 0;
    for (std::string body = next(); !body.empty(); body = next()) {
      std::int64_t due_ns = monotonic_ns();
      if (requests_per_second > 0) {
        const auto number = static_cast<double>(ticket++);
        due_ns = begin_ns + static_cast<std::int64_t>(number / requests_per_second * 1e9);
        const std::int64_t early_ns = due_ns - monotonic_ns();
        if (early_ns > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(early_ns));
      }
      if (target.is_new_connection) connection = std::make_unique<HttpConnection>(target.port);
      const auto answer = connection->send("POST", target.path, headers, body);
      if (answer.status != 200) ++refused;
      latencies.push_back(static_cast<double>(monotonic_ns() - due_ns) / 1e6);
    }
    const std::lock_guard lock(mutex);
    result.requests += latencies.size();
    result.refused += refused;
    result.latencies_ms.insert(result.latencies_ms.end(), latencies.begin(), latencies.end());
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < connections; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  result.seconds = static_cast<double>(monotonic_ns() - begin_ns) / 1e9;
  std::sort(result.latencies_ms.begin(), result.latencies_ms.end());
  return result;
}

}  // namespace tracery::bench
