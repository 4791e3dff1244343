// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace tracery::net {

/// A blocking TCP client that sends exactly the bytes a test names. Every wait ends after 10 s.
class RawClient {
 public:
  explicit RawClient(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1)));
    ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    is_connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return is_connected_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void shut_down_sending() { ::shutdown(socket_, SHUT_WR); }

  /// Reads until what was read contains `mark`; all that was read and not yet returned.
  std::string read_until(std::string_view mark) {
    while (held_.find(mark) == std::string::npos && fill()) {
    }
    const std::size_t at = held_.find(mark);
    return take(at == std::string::npos ? held_.size() : at + mark.size());
  }

  std::string read_bytes(std::size_t bytes) {
    while (held_.size() < bytes && fill()) {
    }
    return take(std::min(bytes, held_.size()));
  }

  std::string read_to_end() {
    while (fill()) {
    }
    return take(held_.size());
  }

  /// One answer with a Content-Length: header and body.
  std::string read_answer() {
    std::string answer = read_until("\r\n\r\n");
    const std::size_t at = answer.find("Content-Length: ");
    if (at != std::string::npos) {
      answer += read_bytes(static_cast<std::size_t>(std::atoll(answer.c_str() + at + 16)));
    }
    return answer;
  }

  /// True when the other side has closed and nothing is left to read.
  bool is_at_end() { return held_.empty() && !fill(); }

 private:
  bool fill() {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 10'000) <= 0) return false;
    char bytes[65536];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    held_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  std::string take(std::size_t bytes) {
    std::string taken = held_.substr(0, bytes);
    held_.erase(0, bytes);
    return taken;
  }

  int socket_ = -1;
  bool is_connected_ = false;
  std::string held_;
};

}  // namespace tracery::net
