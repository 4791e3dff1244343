// SPDX-License-Identifier: Apache-2.0
// The calls of tracery/app/http_server.h.
#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

#include "config/environment.h"
#include "core/engine.h"
#include "http/url.h"
#include "record/traceparent.h"
#include "tracery/app/http_server.h"
#include "tracery/app/metric.h"

namespace tracery::app::http {
namespace {

using config::HttpSettings;
using Clock = std::chrono::steady_clock;

/// The instruments that the conventions want of every HTTP server.
struct ServerMetrics {
  Histogram duration{"http.server.request.duration",
                     {.unit = "s", .description = "Duration of HTTP server requests."}};
  UpDownCounter active{"http.server.active_requests",
                       {.unit = "{request}", .description = "Number of active requests."}};
};

/// A request's parts under the names of the conventions.
struct RequestParts {
  std::string method, original_method;  ///< The latter if the former is `_OTHER`.
  std::string path, query, scheme, version;
  std::string server_address, client_address, user_agent;
  std::uint16_t server_port = 0;
};

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

void read_address(const RequestView& request, const HttpSettings& settings, RequestParts& parts) {
  const auto header = [&](std::string_view name) { return find_header(request.headers, name); };
  parts.scheme = request.scheme;
  parts.client_address = request.peer_address;
  std::string_view host = header("host");
  if (settings.trust_forwarded) {
    if (const auto proto = header("x-forwarded-proto"); !proto.empty()) parts.scheme = proto;
    if (const auto name = header("x-forwarded-host"); !name.empty()) host = name;
    const std::string_view chain = header("x-forwarded-for");
    const std::string_view first = config::trim(chain.substr(0, chain.find(',')));
    if (!first.empty()) parts.client_address = first;
  }
  const HostPort named = split_host(host);
  parts.server_address = named.host.empty() ? std::string(request.server_address) : named.host;
  parts.server_port = named.port != 0 ? named.port
                      : host.empty()  ? request.server_port
                                      : default_port(parts.scheme);
}

RequestParts read_parts(const RequestView& request, const HttpSettings& settings) {
  RequestParts parts;
  parts.method = is_known_method(request.method) ? std::string(request.method) : "_OTHER";
  if (parts.method == "_OTHER") parts.original_method = request.method;
  const std::size_t question = request.target.find('?');
  parts.path = request.target.substr(0, question);
  if (question != std::string_view::npos) {
    parts.query = redact_query(request.target.substr(question + 1));
  }
  parts.version = request.version;
  parts.user_agent = find_header(request.headers, "user-agent");
  read_address(request, settings, parts);
  return parts;
}

void set_if(SpanHandle& span, std::string_view key, std::string_view value) {
  if (!value.empty()) span.set(key, value);
}

void set_stable_attributes(SpanHandle& span, const RequestParts& parts,
                           const RequestView& request) {
  span.set("http.request.method", parts.method);
  set_if(span, "http.request.method_original", parts.original_method);
  span.set("url.path", parts.path).set("url.scheme", parts.scheme);
  set_if(span, "url.query", parts.query);
  set_if(span, "server.address", parts.server_address);
  if (parts.server_port != 0) span.set("server.port", parts.server_port);
  set_if(span, "client.address", parts.client_address);
  set_if(span, "network.peer.address", request.peer_address);
  if (request.peer_port != 0) span.set("network.peer.port", request.peer_port);
  set_if(span, "network.protocol.version", parts.version);
  set_if(span, "user_agent.original", parts.user_agent);
}

/// The names before the conventions became stable, as the Flask of the tutorial's days sends them.
void set_old_attributes(SpanHandle& span, const RequestParts& parts, const RequestView& request) {
  span.set("http.method", parts.method).set("http.scheme", parts.scheme);
  span.set("http.target", request.target);
  set_if(span, "http.host", find_header(request.headers, "host"));
  set_if(span, "http.server_name", parts.server_address);
  if (parts.server_port != 0) span.set("net.host.port", parts.server_port);
  set_if(span, "net.peer.ip", request.peer_address);
  if (request.peer_port != 0) span.set("net.peer.port", request.peer_port);
  set_if(span, "http.flavor", parts.version);
  set_if(span, "http.user_agent", parts.user_agent);
}

void capture_headers(SpanHandle& span, std::string_view prefix,
                     const std::vector<std::string>& names, std::span<const Header> headers,
                     const HttpSettings& settings) {
  for (const std::string& name : names) {
    std::vector<std::string> values;
    for (const Header& header : headers) {
      if (config::lower_case(header.name) == name) values.push_back(header.value);
    }
    if (values.empty()) continue;
    const auto is_secret = std::ranges::find(settings.sanitized_fields, name);
    if (is_secret != settings.sanitized_fields.end()) values.assign(1, "[REDACTED]");
    span.set(std::string(prefix) + name, AttributeView::Strings(values));
  }
}

}  // namespace

struct ServerRequest::State {
  std::shared_ptr<core::Engine> engine;
  RequestParts parts;
  std::string route;
  Clock::time_point began = Clock::now();
  bool ended = false;
  // Scopes end in the reverse order of their beginning.
  std::optional<Scope> remote_scope;
  std::optional<Span> span;
  Context context;

  ServerMetrics& metrics() {
    // They belong to the engine's provider; a new engine has a new one.
    static std::mutex mutex;
    static std::weak_ptr<core::Engine> owner;
    static std::shared_ptr<ServerMetrics> instruments;
    const std::lock_guard lock(mutex);
    if (owner.lock() != engine) {
      owner = engine;
      instruments = std::make_shared<ServerMetrics>();
    }
    return *instruments;
  }
};

ServerRequest::ServerRequest(const RequestView& request) noexcept {
  const std::shared_ptr<core::Engine> engine = core::Engine::running();
  if (!engine) return;
  const HttpSettings& settings = engine->config().http;
  if (is_excluded(settings.excluded_urls, request.target.substr(0, request.target.find('?')))) {
    return;
  }
  state_ = std::make_unique<State>();
  State& state = *state_;
  state.engine = engine;
  state.parts = read_parts(request, settings);
  const std::string& method = state.parts.method;
  state.remote_scope.emplace(adopt(extract(request.headers)));
  state.span.emplace(method == "_OTHER" ? "HTTP" : method,
                     SpanOptions{.kind = SpanKind::kServer, .scope = "tracery.app.http"});
  state.context = capture();
  if (settings.emit_stable) set_stable_attributes(*state.span, state.parts, request);
  if (settings.emit_old) set_old_attributes(*state.span, state.parts, request);
  capture_headers(*state.span, "http.request.header.", settings.request_headers, request.headers,
                  settings);
  state.metrics().active.add(1,
                             {{"http.request.method", method}, {"url.scheme", state.parts.scheme}});
}

ServerRequest::ServerRequest(ServerRequest&&) noexcept = default;
ServerRequest::~ServerRequest() { end(0); }

void ServerRequest::route(std::string_view pattern) noexcept {
  if (!state_) return;
  state_->route = pattern;
  const std::string method = state_->parts.method == "_OTHER" ? "HTTP" : state_->parts.method;
  state_->span->rename(method + " " + state_->route).set("http.route", pattern);
}

void ServerRequest::failed_by_current_exception() noexcept {
  if (!state_) return;
  state_->span->record_current_exception();
}

std::vector<Header> ServerRequest::response_headers() const {
  if (!state_) return {};
  const std::string parent = state_->span->traceparent();
  if (parent.empty()) return {};
  std::vector<Header> headers = {{"traceresponse", parent},
                                 {"Server-Timing", "traceparent;desc=\"" + parent + "\""}};
  const auto ids = record::parse_traceparent(parent);
  const auto& propagators = state_->engine->config().propagators;
  if (ids && std::ranges::find(propagators, "xray") != propagators.end()) {
    headers.push_back({"X-Amzn-Trace-Id", "Root=" + record::format_xray_trace_id(ids->trace_id)});
  }
  return headers;
}

void ServerRequest::end(int status, std::span<const Header> response_headers,
                        std::int64_t body_bytes) noexcept {
  if (!state_ || state_->ended) return;
  State& state = *state_;
  state.ended = true;
  const HttpSettings& settings = state.engine->config().http;
  Span& span = *state.span;
  const std::string error_type = status == 0     ? "client_disconnect"
                                 : status >= 500 ? std::to_string(status)
                                                 : "";
  if (status != 0 && settings.emit_stable) span.set("http.response.status_code", status);
  if (status != 0 && settings.emit_old) span.set("http.status_code", status);
  if (body_bytes >= 0) span.set("http.response.body.size", body_bytes);
  if (!error_type.empty()) span.set("error.type", error_type);
  if (status >= 500) span.status(StatusCode::kError);
  capture_headers(span, "http.response.header.", settings.response_headers, response_headers,
                  settings);
  const RequestParts& parts = state.parts;
  const std::chrono::duration<double> seconds = Clock::now() - state.began;
  ServerMetrics& metrics = state.metrics();
  metrics.active.add(-1, {{"http.request.method", parts.method}, {"url.scheme", parts.scheme}});
  std::vector<Attribute> attributes = {{"http.request.method", parts.method},
                                       {"url.scheme", parts.scheme},
                                       {"network.protocol.version", parts.version}};
  if (!state.route.empty()) attributes.emplace_back("http.route", state.route);
  if (status != 0) attributes.emplace_back("http.response.status_code", status);
  if (!error_type.empty()) attributes.emplace_back("error.type", error_type);
  metrics.duration.record(seconds.count(), Attributes(attributes));
  span.end();
  state.remote_scope.reset();
}

Context ServerRequest::context() const noexcept { return state_ ? state_->context : Context(); }

void ServerRequest::leave_thread() noexcept {
  if (!state_) return;
  state_->span->leave_thread();
  state_->remote_scope.reset();
}

}  // namespace tracery::app::http
