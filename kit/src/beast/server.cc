// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "beast/router.h"
#include "config/environment.h"
#include "tracery/app/http_server.h"

namespace tracery::app::beast {
namespace {

namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using BeastRequest = bhttp::request<bhttp::string_body>;
using BeastResponse = bhttp::response<bhttp::string_body>;

std::string_view to_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// Where both ends of a connection are.
struct Endpoints {
  std::string local_address, peer_address;
  std::uint16_t local_port = 0, peer_port = 0;
};

Endpoints endpoints_of(const tcp::socket& socket) {
  Endpoints ends;
  boost::system::error_code error;
  if (const auto local = socket.local_endpoint(error); !error) {
    ends.local_address = local.address().to_string();
    ends.local_port = local.port();
  }
  if (const auto peer = socket.remote_endpoint(error); !error) {
    ends.peer_address = peer.address().to_string();
    ends.peer_port = peer.port();
  }
  return ends;
}

Request to_request(BeastRequest&& message, const Endpoints& ends) {
  Request request;
  request.method = to_std(message.method_string());
  request.target = to_std(message.target());
  const std::string_view target(request.target);
  const std::size_t question = target.find('?');
  request.path = config::percent_decode(target.substr(0, question));
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (const auto& field : message) {
    request.headers.push_back(
        {std::string(to_std(field.name_string())), std::string(to_std(field.value()))});
  }
  request.body = std::move(message.body());
  request.peer_address = ends.peer_address;
  request.peer_port = ends.peer_port;
  return request;
}

BeastResponse to_beast(Response&& response, unsigned version, bool keep_alive, bool is_head) {
  BeastResponse message;
  message.version(version);
  message.result(static_cast<unsigned>(response.status));
  for (const Header& header : response.headers) message.insert(header.name, header.value);
  message.keep_alive(keep_alive);
  if (is_head) {
    message.content_length(response.body.size());
  } else {
    message.body() = std::move(response.body);
    message.prepare_payload();
  }
  return message;
}

/// One connection: reads a request, serves it on this thread, writes the response, and again.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const Router::Table& routes, const ServerOptions& options)
      : ends_(endpoints_of(socket)),
        stream_(std::move(socket)),
        routes_(routes),
        options_(options) {}

  auto executor() { return stream_.get_executor(); }

  /// Closes the connection as soon as no request is being served. From any thread.
  void finish() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->finishing_ = true;
      if (self->reading_) self->stream_.cancel();
    });
  }

  void read() {
    reading_ = true;
    parser_.emplace();
    parser_->body_limit(options_.body_bytes_max);
    stream_.expires_after(options_.idle_timeout);
    bhttp::async_read(stream_, buffer_, *parser_,
                      [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                        self->on_read(error);
                      });
  }

 private:
  void on_read(boost::system::error_code error) {
    reading_ = false;
    if (error == bhttp::error::body_limit) {
      Response response;
      response.json(R"({"error":"body too large"})", 413);
      return write(to_beast(std::move(response), 11, false, false), 413);
    }
    if (error) return close();
    BeastRequest message = parser_->release();
    const unsigned version = message.version();
    const bool keep_alive = message.keep_alive();
    Request request = to_request(std::move(message), ends_);
    Response response;
    serve(request, response);
    const int status = response.status;
    body_bytes_ = static_cast<std::int64_t>(response.body.size());
    response_headers_ = response.headers;
    write(to_beast(std::move(response), version, keep_alive, request.method == "HEAD"), status);
  }

  void serve(Request& request, Response& response) {
    traced_ = std::make_unique<http::ServerRequest>(
        http::RequestView{.method = request.method,
                          .target = request.target,
                          .server_address = ends_.local_address,
                          .server_port = ends_.local_port,
                          .peer_address = ends_.peer_address,
                          .peer_port = ends_.peer_port,
                          .headers = request.headers});
    for (const Header& header : traced_->response_headers()) {
      response.set(header.name, header.value);
    }
    routes_.serve(request, response,
                  {.matched = [this](const std::string& route) { traced_->route(route); },
                   .failed = [this] { traced_->failed_by_current_exception(); }});
    traced_->leave_thread();
  }

  void write(BeastResponse message, int status) {
    message_ = std::move(message);
    stream_.expires_after(options_.idle_timeout);
    bhttp::async_write(
        stream_, message_,
        [self = shared_from_this(), status](boost::system::error_code error, std::size_t) {
          self->on_write(error, status);
        });
  }

  void on_write(boost::system::error_code error, int status) {
    if (traced_) traced_->end(error ? 0 : status, response_headers_, body_bytes_);
    traced_.reset();
    if (error || finishing_ || !message_.keep_alive()) return close();
    read();
  }

  void close() {
    boost::system::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  const Endpoints ends_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  const Router::Table& routes_;
  const ServerOptions& options_;
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  BeastResponse message_;
  std::unique_ptr<http::ServerRequest> traced_;
  std::vector<Header> response_headers_;
  std::int64_t body_bytes_ = -1;
  bool reading_ = false, finishing_ = false;
};

}  // namespace

class Server::Impl {
 public:
  Impl(Router router, const ServerOptions& options)
      : router_(std::move(router)), options_(options), acceptor_(io_) {
    const tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    accept();
    for (int i = 0; i < std::max(options.threads, 1); ++i) {
      threads_.emplace_back([this] { io_.run(); });
    }
  }

  ~Impl() { stop(); }

  std::uint16_t port() const { return port_; }

  void stop() {
    asio::post(acceptor_.get_executor(), [this] {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
      const std::lock_guard lock(mutex_);
      for (const std::weak_ptr<Session>& session : sessions_) {
        if (const auto open = session.lock()) open->finish();
      }
    });
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void accept() {
    acceptor_.async_accept(asio::make_strand(io_),
                           [this](boost::system::error_code error, tcp::socket socket) {
                             if (error == asio::error::operation_aborted || !acceptor_.is_open()) {
                               return;
                             }
                             if (!error) begin(std::move(socket));
                             accept();
                           });
  }

  void begin(tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto session = std::make_shared<Session>(std::move(socket), router_.table(), options_);
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(sessions_, [](const std::weak_ptr<Session>& old) { return old.expired(); });
      sessions_.push_back(session);
    }
    asio::post(session->executor(), [session] { session->read(); });
  }

  const Router router_;
  const ServerOptions options_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;  // Guards sessions_.
  std::vector<std::weak_ptr<Session>> sessions_;
  std::vector<std::thread> threads_;
};

Server::Server(Router router, const ServerOptions& options) {
  try {
    impl_ = std::make_unique<Impl>(std::move(router), options);
  } catch (const boost::system::system_error& error) {
    throw std::system_error(
        error.code(), "cannot listen on " + options.address + ":" + std::to_string(options.port));
  }
}

Server::~Server() = default;

std::uint16_t Server::port() const noexcept { return impl_->port(); }

void Server::stop() noexcept { impl_->stop(); }

void Server::run_until_signal() {
  asio::io_context waiting;
  asio::signal_set signals(waiting, SIGINT, SIGTERM);
  signals.async_wait([](boost::system::error_code, int) {});
  waiting.run();
  stop();
}

}  // namespace tracery::app::beast
