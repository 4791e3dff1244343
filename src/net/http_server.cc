// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <future>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/address.h"
#include "net/http_worker.h"

namespace tracery::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 1024;
constexpr int kAcceptsAtOnce = 64;                           // Then the connections get their turn.
constexpr auto kOutOfFiles = std::chrono::milliseconds(50);  // Pause when no descriptor is left.
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nServer: tracery\r\nRetry-After: 1\r\n"
    "Content-Length: 21\r\nConnection: close\r\n\r\ntoo many connections\n";

struct Listener {
  Listener(asio::io_context& context) : acceptor(context), pause(context) {}  // NOLINT

  tcp::acceptor acceptor;
  asio::steady_timer pause;
  bool is_v6 = false;
  bool is_loopback = false;
};

Error socket_error(const std::string& address, const error_code& error) {
  const bool is_taken = error == asio::error::address_in_use;
  const std::string why = is_taken ? "address already in use" : error.message();
  return {is_taken ? ErrorCode::kConflict : ErrorCode::kIo, "listen: " + why + ": " + address};
}

Status open_listener(const std::string& address, asio::io_context& context, Listener& listener) {
  const Address wanted = TRACERY_TRY(parse_address(address));
  error_code error;
  tcp::resolver resolver(context);
  const auto found =
      resolver.resolve(wanted.host, std::to_string(wanted.port), tcp::resolver::passive, error);
  if (error) return socket_error(address, error);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  listener.is_v6 = endpoint.protocol() == tcp::v6();
  listener.is_loopback = endpoint.address().is_loopback();
  listener.acceptor.open(endpoint.protocol(), error);
  if (!error) listener.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) listener.acceptor.bind(endpoint, error);
  if (!error) listener.acceptor.listen(kBacklog, error);
  if (!error) listener.acceptor.non_blocking(true, error);
  if (error) return socket_error(address, error);
  return {};
}

}  // namespace

struct HttpServer::Impl {
  explicit Impl(std::shared_ptr<HttpShared> shared_) : shared(std::move(shared_)) {}

  void wait_for_client(Listener* listener);
  void accept_clients(Listener* listener);
  void place(int socket, const Listener& listener);
  void close_listeners();

  const std::shared_ptr<HttpShared> shared;
  std::vector<std::unique_ptr<HttpWorker>> workers;
  /// Served by the first worker's thread.
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::string> addresses;
};

void HttpServer::Impl::wait_for_client(Listener* listener) {
  listener->acceptor.async_wait(tcp::acceptor::wait_read,
                                [this, listener](const error_code& error) {
                                  if (!error) accept_clients(listener);
                                });
}

void HttpServer::Impl::accept_clients(Listener* listener) {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    const int socket = ::accept4(listener->acceptor.native_handle(), nullptr, nullptr,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      place(socket, *listener);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      listener->pause.expires_after(kOutOfFiles);
      listener->pause.async_wait([this, listener](const error_code& error) {
        if (!error) wait_for_client(listener);
      });
      return;
    }
    // Anything else concerns one client that has left already.
  }
  wait_for_client(listener);
}

/// To the thread with the fewest connections.
void HttpServer::Impl::place(int socket, const Listener& listener) {
  if (shared->connections >= shared->options.connections_max) {
    static_cast<void>(
        ::send(socket, kTooMany.data(), kTooMany.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    ::close(socket);
    return;
  }
  const auto least = std::min_element(
      workers.begin(), workers.end(),
      [](const auto& a, const auto& b) { return a->connections() < b->connections(); });
  (*least)->adopt(socket, listener.is_v6, listener.is_loopback);
}

/// Returns when no further client can be placed.
void HttpServer::Impl::close_listeners() {
  if (listeners.empty()) return;
  const auto closed = std::make_shared<std::promise<void>>();
  asio::post(workers.front()->context(), [this, closed] {
    for (const auto& listener : listeners) {
      error_code ignored;
      listener->pause.cancel();
      listener->acceptor.close(ignored);
    }
    closed->set_value();
  });
  closed->get_future().wait();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { stop(0); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpOptions options, RequestHandler handler,
                                                      FailureHandler on_failure) {
  const unsigned threads = std::max(options.threads, 1U);
  const std::vector<std::string> wanted = options.addresses;
  auto impl = std::make_unique<Impl>(
      std::make_shared<HttpShared>(std::move(options), std::move(handler), std::move(on_failure)));
  for (unsigned i = 0; i < threads; ++i) {
    impl->workers.push_back(std::make_unique<HttpWorker>(impl->shared));
  }
  std::vector<std::unique_ptr<Listener>> listeners;
  for (const std::string& address : wanted) {
    asio::io_context& context = impl->workers.front()->context();
    auto listener = std::make_unique<Listener>(context);
    if (auto opened = open_listener(address, context, *listener); !opened) {
      return std::move(opened).error();
    }
    error_code ignored;
    const tcp::endpoint local = listener->acceptor.local_endpoint(ignored);
    impl->addresses.push_back(format_address(local.address().to_string(), local.port()));
    listeners.push_back(std::move(listener));
  }
  impl->listeners = std::move(listeners);
  for (const auto& listener : impl->listeners) impl->wait_for_client(listener.get());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

const std::vector<std::string>& HttpServer::addresses() const { return impl_->addresses; }

void HttpServer::stop(int grace_ms) {
  if (impl_->workers.empty()) return;
  impl_->shared->is_draining = true;
  impl_->close_listeners();
  for (const auto& worker : impl_->workers) worker->drain();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(grace_ms);
  while (impl_->shared->connections > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  for (const auto& worker : impl_->workers) worker->halt();
  impl_->listeners.clear();  // They live in the first worker's context.
  impl_->workers.clear();
}

}  // namespace tracery::net
