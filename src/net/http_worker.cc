// SPDX-License-Identifier: Apache-2.0
#include "net/http_worker.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <sys/socket.h>
#include <unordered_set>
#include <utility>

#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "net/address.h"
#include "net/http_stream.h"
#include "net/http_text.h"

namespace tracery::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 8ULL << 10;      // Between requests each connection holds one.
constexpr std::size_t kBodyStepBytes = 1ULL << 20;  // Memory grows with what came, not with claims.
constexpr std::size_t kJoinBytesMax = 16ULL << 10;  // Smaller bodies are copied behind the header.
constexpr std::size_t kStreamBytesMax = 1ULL << 20;  // Unread by a client of a stream.
constexpr std::size_t kHeaderFieldsMax = 256;
constexpr auto kLinger = std::chrono::seconds(2);  // Lets the client read why it was refused.
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kNothing;  // g++ 12 wants named arguments beside co_await.

/// Beast's parser with the events going straight into a Request.
class RequestParser final : public http::basic_parser<true> {
 public:
  RequestParser(Request& request, std::size_t header_bytes_max) : request_(request) {
    header_limit(static_cast<std::uint32_t>(header_bytes_max));
    body_limit(boost::none);  // Checked by the connection, which knows the right answer.
  }

  int version() const { return version_; }

 private:
  void on_request_impl(http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code& error) override {
    version_ = version;
    request_.method = method;
    if (!split_target({target.data(), target.size()}, request_)) error = http::error::bad_target;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                     error_code& error) override {
    if (is_header_in_) return;  // Trailers must not pass for header fields.
    if (request_.headers.all().size() >= kHeaderFieldsMax) {
      error = http::error::header_limit;
      return;
    }
    lower_.assign(name.data(), name.size());
    for (char& c : lower_) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    request_.headers.add(lower_, {value.data(), value.size()});
  }
  void on_header_impl(error_code&) override { is_header_in_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  Request& request_;
  std::string lower_;
  int version_ = 11;
  bool is_header_in_ = false;
};

HttpFailure failure_of(const error_code& error) {
  if (error == http::error::header_limit) return {431, "header too large"};
  if (error == http::error::bad_version) return {505, "HTTP version not supported"};
  return {400, "malformed request: " + error.message()};
}

class Connection;

/// What other threads hold of a connection. `connection` belongs to the I/O thread and is null
/// once the connection has ended.
struct Link {
  std::weak_ptr<HttpWorker::Core> core;
  Connection* connection = nullptr;
};

/// One answer owed. Destroyed unused, it answers 500: a lost callback must not hang the client.
class Answer {
 public:
  explicit Answer(std::shared_ptr<Link> link) : link_(std::move(link)) {}
  ~Answer() { deliver({.status = 500, .headers = {}, .body = {}, .stream = {}}); }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  void deliver(Response response);

 private:
  std::shared_ptr<Link> link_;
  std::atomic<bool> is_used_ = false;
};

enum class Step {
  kGo,
  kRefuse,  ///< failure_ says why; answer, then close.
  kGone,    ///< Close without a word.
};

/// Runs on its worker's thread only.
class Connection {
 public:
  Connection(std::shared_ptr<HttpWorker::Core> core, tcp::socket socket, bool is_loopback);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static asio::awaitable<void> run(std::shared_ptr<Connection> self);

  void on_answer(Response response);
  void wake() { wake_.cancel(); }
  void check_deadline(SteadyTime now);
  void drain();
  void abort();

 private:
  asio::awaitable<bool> serve_one();
  asio::awaitable<Step> read_head();
  asio::awaitable<Step> read_sized_body(std::size_t length);
  asio::awaitable<Step> read_chunked_body();
  asio::awaitable<Step> read_body();
  asio::awaitable<bool> write_all(std::string_view first, std::string_view second);
  asio::awaitable<bool> write_response(Response response, bool keep_alive);
  asio::awaitable<bool> write_stream(Response response, std::string head, bool is_chunked);
  asio::awaitable<void> refuse();

  Step parse_head();
  Step check_head();
  Step parse_chunks();
  Step refuse_with(int status, std::string message);
  Step stop_reading(const error_code& error);
  bool charge(std::size_t bytes);
  void watch_for_close(std::weak_ptr<HttpStream> stream);
  void set_deadline(std::chrono::milliseconds from_now);
  void clear_deadline() { deadline_ = SteadyTime::max(); }
  void begin_request();

  const std::shared_ptr<HttpWorker::Core> core_;
  HttpShared& shared_;
  const std::shared_ptr<Link> link_;
  tcp::socket socket_;
  asio::steady_timer wake_;  ///< Never expires; cancelled to wake the coroutine.
  beast::flat_buffer buffer_;
  std::string peer_;
  const bool is_loopback_;

  Request request_;
  std::optional<RequestParser> parser_;
  HttpFailure failure_;
  std::optional<Response> response_;
  std::shared_ptr<HttpStream> stream_;
  std::string head_;
  std::size_t head_bytes_ = 0;
  std::size_t charged_bytes_ = 0;
  SteadyTime deadline_ = SteadyTime::max();
  bool is_head_ = false;  ///< The method; the request itself has been given away.
  bool is_late_ = false;
  bool is_idle_ = false;  ///< Between requests, no byte of the next one is here.
  bool is_aborted_ = false;
};

}  // namespace

struct HttpWorker::Core : std::enable_shared_from_this<HttpWorker::Core> {
  explicit Core(std::shared_ptr<HttpShared> shared_)
      : shared(std::move(shared_)), context(1), work(context.get_executor()), sweep(context) {}

  /// Looks for deadlines that have passed, a few times per shortest timeout.
  void schedule_sweep() {
    const HttpOptions& options = shared->options;
    const int shortest_ms = std::min(
        {options.idle_timeout_ms, options.header_timeout_ms, options.body_timeout_ms, 2'000});
    sweep.expires_after(std::chrono::milliseconds(std::max(shortest_ms / 8, 5)));
    sweep.async_wait([this](const error_code& error) {
      // A tick that was due when the halt came is no error, but must not be followed by another.
      if (error || is_halting) return;
      const SteadyTime now = SteadyClock::now();
      for (Connection* connection : alive) connection->check_deadline(now);
      schedule_sweep();
    });
  }

  const std::shared_ptr<HttpShared> shared;
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  asio::steady_timer sweep;
  bool is_halting = false;                ///< Used on the thread only.
  std::unordered_set<Connection*> alive;  ///< Used on the thread only.
  std::atomic<std::size_t> alive_count = 0;
};

namespace {

void Answer::deliver(Response response) {
  if (is_used_.exchange(true)) return;
  const auto core = link_->core.lock();
  if (!core) return;
  asio::dispatch(core->context, [link = link_, moved = std::move(response)]() mutable {
    if (link->connection != nullptr) link->connection->on_answer(std::move(moved));
  });
}

Connection::Connection(std::shared_ptr<HttpWorker::Core> core, tcp::socket socket, bool is_loopback)
    : core_(std::move(core)),
      shared_(*core_->shared),
      link_(std::make_shared<Link>()),
      socket_(std::move(socket)),
      wake_(core_->context, SteadyTime::max()),
      is_loopback_(is_loopback) {
  link_->core = core_;
  link_->connection = this;
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  const tcp::endpoint remote = socket_.remote_endpoint(ignored);
  if (!ignored) peer_ = format_address(remote.address().to_string(), remote.port());
  core_->alive.insert(this);
}

Connection::~Connection() {
  link_->connection = nullptr;
  if (stream_) stream_->set_gone();
  shared_.bodies.give_back(charged_bytes_);
  core_->alive.erase(this);
  core_->alive_count.fetch_sub(1);
  shared_.connections.fetch_sub(1);
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  for (;;) {
    const bool again = co_await self->serve_one();
    if (!again) break;
  }
  error_code ignored;
  self->socket_.shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<bool> Connection::serve_one() {
  begin_request();
  const Step head = co_await read_head();
  if (head == Step::kGone) co_return false;
  is_head_ = request_.method == "HEAD";
  Step step = head;
  if (step == Step::kGo) step = check_head();
  if (step == Step::kGo) {
    const Step body = co_await read_body();
    step = body;
  }
  if (step == Step::kRefuse) co_await refuse();
  if (step != Step::kGo) co_return false;

  clear_deadline();
  shared_.handler(std::move(request_),
                  [answer = std::make_shared<Answer>(link_)](Response response) {
                    answer->deliver(std::move(response));
                  });
  while (!response_ && !is_aborted_) {
    co_await wake_.async_wait(kAwait);
  }
  if (is_aborted_) co_return false;
  shared_.bodies.give_back(std::exchange(charged_bytes_, 0));
  const bool keep_alive = parser_->keep_alive() && !shared_.is_draining;
  const bool again = co_await write_response(std::move(*response_), keep_alive);
  co_return again;
}

void Connection::begin_request() {
  request_ = Request{};
  request_.peer = peer_;
  request_.is_loopback = is_loopback_;
  response_.reset();
  head_bytes_ = 0;
  parser_.emplace(request_, shared_.options.header_bytes_max);
}

asio::awaitable<Step> Connection::read_head() {
  if (buffer_.size() == 0) {
    if (shared_.is_draining) co_return Step::kGone;
    if (buffer_.capacity() > 2 * kReadBytes) buffer_.shrink_to_fit();
    is_idle_ = true;
    set_deadline(std::chrono::milliseconds(shared_.options.idle_timeout_ms));
  } else {
    set_deadline(std::chrono::milliseconds(shared_.options.header_timeout_ms));
  }
  for (;;) {
    const Step parsed = parse_head();
    if (parsed != Step::kGone) co_return parsed;
    const auto room = buffer_.prepare(kReadBytes);
    const auto [error, bytes] = co_await socket_.async_read_some(room, kAwait);
    if (error && is_idle_) co_return Step::kGone;
    if (error) co_return stop_reading(error);
    buffer_.commit(bytes);
    if (is_idle_) set_deadline(std::chrono::milliseconds(shared_.options.header_timeout_ms));
    is_idle_ = false;
  }
}

/// kGone here means: more bytes are needed.
Step Connection::parse_head() {
  while (head_bytes_ == 0 && buffer_.size() > 0) {
    // RFC 9112, 2.2: empty lines before a request line are ignored.
    const char first = *static_cast<const char*>(buffer_.cdata().data());
    if (first != '\r' && first != '\n') break;
    buffer_.consume(1);
  }
  if (buffer_.size() == 0) return Step::kGone;
  error_code error;
  const std::size_t used = parser_->put(buffer_.cdata(), error);
  buffer_.consume(used);
  head_bytes_ += used;
  if (!error || error == http::error::need_more) {
    if (parser_->is_header_done()) return Step::kGo;
    if (head_bytes_ + buffer_.size() <= shared_.options.header_bytes_max) return Step::kGone;
    error = http::error::header_limit;
  }
  failure_ = failure_of(error);
  return Step::kRefuse;
}

/// What the header alone can forbid, said before a byte of the body is read.
Step Connection::check_head() {
  if (head_bytes_ > shared_.options.header_bytes_max) return refuse_with(431, "header too large");
  if (parser_->version() == 11 && !request_.headers.has("host")) {
    return refuse_with(400, "missing header field: host");
  }
  if (request_.headers.has("transfer-encoding") && !parser_->chunked()) {
    return refuse_with(501, "unsupported transfer encoding");
  }
  const auto length = parser_->content_length();
  if (length && *length > shared_.options.body_bytes_max) {
    return refuse_with(413, "body larger than the limit of " +
                                std::to_string(shared_.options.body_bytes_max) + " bytes");
  }
  const std::string_view expect = request_.headers.get("expect");
  if (!expect.empty() && !beast::iequals(expect, "100-continue")) {
    return refuse_with(417, "unknown expectation");
  }
  return Step::kGo;
}

asio::awaitable<Step> Connection::read_body() {
  const auto length = parser_->content_length();
  const bool has_body = parser_->chunked() || (length && *length > 0);
  if (!has_body) co_return Step::kGo;
  if (request_.headers.has("expect") && buffer_.size() == 0) {
    const bool written = co_await write_all(kContinue, kNothing);
    if (!written) co_return Step::kGone;
  }
  if (parser_->chunked()) {
    const Step chunked = co_await read_chunked_body();
    co_return chunked;
  }
  const Step sized = co_await read_sized_body(*length);
  co_return sized;
}

/// Reads straight into the body's own memory, past the parser: no copy.
asio::awaitable<Step> Connection::read_sized_body(std::size_t length) {
  std::string& body = request_.body;
  std::size_t received = 0;
  while (received < length) {
    if (received == body.size()) {
      const std::size_t grown = std::min(length, std::max(kBodyStepBytes, 2 * body.size()));
      if (!charge(grown - body.size())) co_return refuse_with(503, "too much in flight");
      body.resize(grown);
    }
    if (buffer_.size() > 0) {
      const std::size_t bytes = std::min(buffer_.size(), body.size() - received);
      std::copy_n(static_cast<const char*>(buffer_.cdata().data()), bytes, body.data() + received);
      buffer_.consume(bytes);
      received += bytes;
      continue;
    }
    const auto room = asio::buffer(body.data() + received, body.size() - received);
    set_deadline(std::chrono::milliseconds(shared_.options.body_timeout_ms));
    const auto [error, bytes] = co_await socket_.async_read_some(room, kAwait);
    if (error) co_return stop_reading(error);
    received += bytes;
  }
  co_return Step::kGo;
}

asio::awaitable<Step> Connection::read_chunked_body() {
  parser_->eager(true);
  for (;;) {
    const Step parsed = parse_chunks();
    if (parsed != Step::kGone) co_return parsed;
    const auto room = buffer_.prepare(2 * kReadBytes);
    set_deadline(std::chrono::milliseconds(shared_.options.body_timeout_ms));
    const auto [error, bytes] = co_await socket_.async_read_some(room, kAwait);
    if (error) co_return stop_reading(error);
    buffer_.commit(bytes);
  }
}

/// kGone here means: more bytes are needed.
Step Connection::parse_chunks() {
  while (buffer_.size() > 0 && !parser_->is_done()) {
    error_code error;
    const std::size_t used = parser_->put(buffer_.cdata(), error);
    buffer_.consume(used);
    if (error && error != http::error::need_more) {
      failure_ = failure_of(error);
      return Step::kRefuse;
    }
    if (request_.body.size() > shared_.options.body_bytes_max) {
      return refuse_with(413, "body larger than the limit of " +
                                  std::to_string(shared_.options.body_bytes_max) + " bytes");
    }
    const std::size_t held = request_.body.capacity();
    if (held > charged_bytes_ && !charge(held - charged_bytes_)) {
      return refuse_with(503, "too much in flight");
    }
    if (error == http::error::need_more) {
      // Chunk extensions and trailers count as header: they may not grow without end.
      if (buffer_.size() > shared_.options.header_bytes_max) {
        return refuse_with(431, "chunk header too large");
      }
      break;
    }
  }
  return parser_->is_done() ? Step::kGo : Step::kGone;
}

Step Connection::refuse_with(int status, std::string message) {
  failure_ = {status, std::move(message)};
  return Step::kRefuse;
}

/// A request was cut off. By a deadline or a half-closed socket: the client may still listen.
Step Connection::stop_reading(const error_code& error) {
  if (is_aborted_) return Step::kGone;
  if (is_late_) return refuse_with(408, "request not received in time");
  if (error == asio::error::eof) return refuse_with(400, "request cut short");
  return Step::kGone;
}

bool Connection::charge(std::size_t bytes) {
  if (!shared_.bodies.take(bytes)) return false;
  charged_bytes_ += bytes;
  return true;
}

asio::awaitable<bool> Connection::write_all(std::string_view first, std::string_view second) {
  std::array<asio::const_buffer, 2> left{asio::buffer(first), asio::buffer(second)};
  while (left[0].size() + left[1].size() > 0) {
    set_deadline(std::chrono::milliseconds(shared_.options.body_timeout_ms));
    const auto [error, bytes] = co_await socket_.async_write_some(left, kAwait);
    if (error) co_return false;
    const std::size_t of_first = std::min(bytes, left[0].size());
    left[0] += of_first;
    left[1] += bytes - of_first;
  }
  clear_deadline();
  co_return true;
}

asio::awaitable<bool> Connection::write_response(Response response, bool keep_alive) {
  const bool is_streamed = response.stream != nullptr;
  const bool is_chunked = is_streamed && parser_->version() == 11;
  if (is_streamed && !is_chunked) keep_alive = false;
  const ResponseFraming framing{
      .version = parser_->version(), .keep_alive = keep_alive, .is_chunked = is_streamed};
  head_.clear();
  append_response_head(response, framing, head_);
  if (is_streamed && !is_head_) {
    const bool ended = co_await write_stream(std::move(response), std::move(head_), is_chunked);
    co_return ended&& keep_alive;
  }
  std::string_view body = response.body;
  if (is_head_ || !may_have_body(response.status)) body = {};
  if (body.size() <= kJoinBytesMax) {
    head_ += body;
    body = {};
  }
  const bool written = co_await write_all(head_, body);
  co_return written&& keep_alive;
}

asio::awaitable<bool> Connection::write_stream(Response response, std::string head,
                                               bool is_chunked) {
  if (is_chunked && !response.body.empty()) {
    append_chunk(response.body, head);
  } else {
    head += response.body;
  }
  const bool started = co_await write_all(head, kNothing);
  if (!started) co_return false;
  const auto wake = [link = link_] {
    const auto core = link->core.lock();
    if (!core) return;
    asio::post(core->context, [link] {
      if (link->connection != nullptr) link->connection->wake();
    });
  };
  stream_ = std::make_shared<HttpStream>(wake, is_chunked, kStreamBytesMax);
  watch_for_close(stream_);
  response.stream(stream_);
  bool is_open = true;
  while (is_open && !is_aborted_) {
    const HttpStream::Taken taken = stream_->take();
    if (!taken.bytes.empty()) {
      const bool written = co_await write_all(taken.bytes, kNothing);
      is_open = written;
    } else if (taken.is_closed || shared_.is_draining) {
      break;
    } else {
      co_await wake_.async_wait(kAwait);
    }
  }
  const std::shared_ptr<HttpStream> ended = std::exchange(stream_, nullptr);
  ended->set_gone();
  error_code ignored;
  socket_.cancel(ignored);  // The watch.
  if (!is_open || is_aborted_) co_return false;
  const std::string_view last = is_chunked ? kLastChunk : kNothing;
  const bool finished = co_await write_all(last, kNothing);
  co_return finished;
}

/// While nothing is read from a streaming client, learns that it left. A client that shuts down its
/// sending side counts as gone: who waits for a stream has no reason to.
void Connection::watch_for_close(std::weak_ptr<HttpStream> stream) {
  socket_.async_wait(
      tcp::socket::wait_read, [link = link_, stream = std::move(stream)](const error_code& error) {
        Connection* connection = link->connection;
        const auto alive = stream.lock();
        if (error || connection == nullptr || connection->stream_ != alive) return;
        char byte = 0;
        const ssize_t got =
            ::recv(connection->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (got > 0) return;  // The next request, pipelined: read in its turn.
        connection->abort();
      });
}

/// Answers from the header that is in, then reads and forgets what still comes for a moment:
/// closing with unread bytes would reset the connection and take the answer with it.
asio::awaitable<void> Connection::refuse() {
  Response response = shared_.on_failure(request_, failure_);
  shared_.bodies.give_back(std::exchange(charged_bytes_, 0));
  request_.body = {};
  if (failure_.status == 503) response.headers.emplace_back("Retry-After", "1");
  response.stream = nullptr;
  const bool written = co_await write_response(std::move(response), false);
  if (!written && is_aborted_) co_return;
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  set_deadline(kLinger);
  for (;;) {
    buffer_.clear();
    const auto room = buffer_.prepare(kReadBytes);
    const auto [error, bytes] = co_await socket_.async_read_some(room, kAwait);
    if (error || bytes == 0) break;
  }
}

void Connection::on_answer(Response response) {
  response_ = std::move(response);
  wake_.cancel();
}

void Connection::set_deadline(std::chrono::milliseconds from_now) {
  deadline_ = SteadyClock::now() + from_now;
  is_late_ = false;
}

void Connection::check_deadline(SteadyTime now) {
  if (now < deadline_) return;
  deadline_ = SteadyTime::max();
  is_late_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::drain() {
  if (stream_) wake_.cancel();
  if (!is_idle_) return;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::abort() {
  is_aborted_ = true;
  if (stream_) stream_->set_gone();
  wake_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace

HttpWorker::HttpWorker(std::shared_ptr<HttpShared> shared)
    : core_(std::make_shared<Core>(std::move(shared))) {
  core_->schedule_sweep();
  thread_ = std::thread([core = core_.get()] { core->context.run(); });
}

HttpWorker::~HttpWorker() { halt(); }

void HttpWorker::halt() {
  if (!thread_.joinable()) return;
  asio::post(core_->context, [core = core_.get()] {
    for (Connection* connection : core->alive) connection->abort();
    core->is_halting = true;
    core->sweep.cancel();
    core->work.reset();
  });
  thread_.join();
}

asio::io_context& HttpWorker::context() { return core_->context; }

std::size_t HttpWorker::connections() const { return core_->alive_count; }

void HttpWorker::adopt(int socket, bool is_v6, bool is_loopback) {
  core_->alive_count.fetch_add(1);
  core_->shared->connections.fetch_add(1);
  asio::dispatch(core_->context, [core = core_.get(), socket, is_v6, is_loopback] {
    error_code error;
    tcp::socket connected(core->context);
    connected.assign(is_v6 ? tcp::v6() : tcp::v4(), socket, error);
    auto connection =
        std::make_shared<Connection>(core->shared_from_this(), std::move(connected), is_loopback);
    asio::co_spawn(core->context, Connection::run(std::move(connection)), asio::detached);
  });
}

void HttpWorker::drain() {
  asio::post(core_->context, [core = core_.get()] {
    for (Connection* connection : core->alive) connection->drain();
  });
}

}  // namespace tracery::net
