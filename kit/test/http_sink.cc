// SPDX-License-Identifier: Apache-2.0
#include "http_sink.h"

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <netinet/in.h>
#include <sstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <zlib.h>

namespace tracery::app::test {
namespace {

std::string unpack_gzip(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string plain(packed.size() * 64 + 4096, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  inflate(&stream, Z_FINISH);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

/// Reads until `buffer` holds `size` bytes. \return false at the end of the stream.
bool read_up_to(int socket, std::string& buffer, std::size_t size) {
  char chunk[16384];
  while (buffer.size() < size) {
    const ssize_t count = recv(socket, chunk, sizeof chunk, 0);
    if (count <= 0) return false;
    buffer.append(chunk, static_cast<std::size_t>(count));
  }
  return true;
}

bool read_request(int socket, std::string& buffer, Received& request) {
  std::size_t head_end = 0;
  while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!read_up_to(socket, buffer, buffer.size() + 1)) return false;
  }
  std::istringstream head(buffer.substr(0, head_end));
  head >> request.method >> request.path;
  std::string line;
  std::getline(head, line);
  while (std::getline(head, line)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon), value = line.substr(colon + 2);
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    if (!value.empty() && value.back() == '\r') value.pop_back();
    request.headers[name] = value;
  }
  const auto length = request.headers.find("content-length");
  const std::size_t body_bytes = length == request.headers.end() ? 0 : std::stoul(length->second);
  if (!read_up_to(socket, buffer, head_end + 4 + body_bytes)) return false;
  request.body = buffer.substr(head_end + 4, body_bytes);
  buffer.erase(0, head_end + 4 + body_bytes);
  if (request.headers["content-encoding"] == "gzip") request.body = unpack_gzip(request.body);
  return true;
}

std::string format(const Answer& answer) {
  if (!answer.raw.empty()) return answer.raw;
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " X\r\n";
  for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\r\n";
  return text + "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
}

}  // namespace

class HttpSink::Impl {
 public:
  Impl() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~Impl() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    close(listener_);
    acceptor_.join();
    for (const int connection : connections_) shutdown(connection, SHUT_RDWR);
    for (std::thread& server : servers_) server.join();
    for (const int connection : connections_) close(connection);
  }

  std::uint16_t port() const { return port_; }

  void respond_with(std::function<Answer(const Received&)> respond) {
    const std::lock_guard lock(mutex_);
    respond_ = std::move(respond);
  }

  std::vector<Received> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return requests_.size() >= count; });
    return requests_;
  }

 private:
  void accept_all() {
    while (!stopping_) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      connections_.push_back(connection);
      servers_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) {
    std::string buffer;
    for (Received request; read_request(connection, buffer, request); request = {}) {
      Answer answer;
      {
        const std::lock_guard lock(mutex_);
        if (respond_) answer = respond_(request);
        requests_.push_back(request);
      }
      arrived_.notify_all();
      const std::string text = format(answer);
      send(connection, text.data(), text.size(), MSG_NOSIGNAL);
      if (!answer.raw.empty()) break;
    }
    shutdown(connection, SHUT_RDWR);
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
  std::vector<int> connections_;      // Touched by the acceptor until it is joined.
  std::vector<std::thread> servers_;  // Likewise.

  std::mutex mutex_;  // Guards what follows.
  std::condition_variable arrived_;
  std::function<Answer(const Received&)> respond_;
  std::vector<Received> requests_;
};

HttpSink::HttpSink() : impl_(std::make_unique<Impl>()) {}
HttpSink::~HttpSink() = default;
std::uint16_t HttpSink::port() const { return impl_->port(); }
std::string HttpSink::url() const { return "http://127.0.0.1:" + std::to_string(port()); }
void HttpSink::respond_with(std::function<Answer(const Received&)> respond) {
  impl_->respond_with(std::move(respond));
}
std::vector<Received> HttpSink::wait_for(std::size_t count) const { return impl_->wait_for(count); }

}  // namespace tracery::app::test
