// SPDX-License-Identifier: Apache-2.0
#include "beast/router.h"

#include <algorithm>

#include "config/environment.h"
#include "http/url.h"

namespace tracery::app::beast {
namespace {

/// The segments of a path, percent-decoded. `/a/` has two, the last of them empty.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    segments.push_back(config::percent_decode(path.substr(0, slash)));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::string join(const std::vector<std::string>& segments, std::size_t from) {
  std::string joined;
  for (std::size_t i = from; i < segments.size(); ++i) {
    if (i > from) joined += '/';
    joined += segments[i];
  }
  return joined;
}

}  // namespace

RoutePattern::RoutePattern(std::string_view pattern) : text_(pattern) {
  for (const std::string& part : split_path(pattern)) {
    Segment segment;
    const std::size_t open = part.find('{');
    const std::size_t close = part.find('}', open == std::string::npos ? 0 : open);
    if (open == std::string::npos || close == std::string::npos) {
      segment.prefix = part;
    } else {
      segment.prefix = part.substr(0, open);
      segment.name = part.substr(open + 1, close - open - 1);
      segment.suffix = part.substr(close + 1);
      segment.takes_rest = segment.name.ends_with("...");
      if (segment.takes_rest) segment.name.resize(segment.name.size() - 3);
    }
    const bool has_fixed_text = !segment.prefix.empty() || !segment.suffix.empty();
    ranks_.push_back(segment.name.empty() ? 0 : segment.takes_rest ? 3 : has_fixed_text ? 1 : 2);
    segments_.push_back(std::move(segment));
  }
}

std::optional<std::map<std::string, std::string>> RoutePattern::match(
    const std::vector<std::string>& segments) const {
  std::map<std::string, std::string> params;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    if (i >= segments.size()) return std::nullopt;
    if (segment.takes_rest) {
      params[segment.name] = join(segments, i);
      return params;
    }
    const std::string& text = segments[i];
    if (segment.name.empty()) {
      if (text != segment.prefix) return std::nullopt;
      continue;
    }
    const std::size_t fixed = segment.prefix.size() + segment.suffix.size();
    if (text.size() < fixed || !text.starts_with(segment.prefix) ||
        !text.ends_with(segment.suffix)) {
      return std::nullopt;
    }
    params[segment.name] = text.substr(segment.prefix.size(), text.size() - fixed);
  }
  if (segments.size() != segments_.size()) return std::nullopt;
  return params;
}

void Router::Table::add(std::string_view method, std::string_view pattern, Handler handler) {
  Route route{std::string(method), RoutePattern(pattern), std::move(handler)};
  const auto at = std::ranges::find_if(
      routes_, [&](const Route& other) { return route.pattern.goes_before(other.pattern); });
  routes_.insert(at, std::move(route));
}

const Router::Table::Route* Router::Table::find(Request& request, Response& response) const {
  const std::string_view raw_path =
      std::string_view(request.target).substr(0, request.target.find('?'));
  const std::vector<std::string> segments = split_path(raw_path);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::string allowed;
  for (const Route& route : routes_) {
    auto params = route.pattern.match(segments);
    if (!params) continue;
    if (route.method == method || route.method == request.method) {
      request.params = *std::move(params);
      request.route = route.pattern.text();
      return &route;
    }
    if (allowed.find(route.method) == std::string::npos) {
      allowed += (allowed.empty() ? "" : ", ") + route.method;
    }
  }
  if (allowed.empty()) {
    response.json(R"({"error":"not found"})", 404);
  } else {
    response.json(R"({"error":"method not allowed"})", 405);
    response.set("Allow", allowed);
  }
  return nullptr;
}

void Router::Table::run(Request& request, Response& response, const Watcher& watcher) const {
  const Route* route = find(request, response);
  if (route && watcher.matched) watcher.matched(request.route);
  for (const auto& hook : before) {
    if (hook(request, response)) return;
  }
  if (route) route->handler(request, response);
}

void Router::Table::serve(Request& request, Response& response,
                          const Watcher& watcher) const noexcept {
  try {
    run(request, response, watcher);
  } catch (...) {
    if (watcher.failed) watcher.failed();
    response.json(R"({"error":"internal"})", 500);
    try {
      if (on_exception) on_exception(request, response);
    } catch (...) {
      // The answer of above stands.
    }
  }
  for (const Handler& hook : after) {
    try {
      hook(request, response);
    } catch (...) {
      if (watcher.failed) watcher.failed();
    }
  }
}

Router::Router() : table_(std::make_unique<Table>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Router& Router::add(std::string_view method, std::string_view pattern, Handler handler) {
  table_->add(method, pattern, std::move(handler));
  return *this;
}

Router& Router::before(std::function<bool(Request&, Response&)> hook) {
  table_->before.push_back(std::move(hook));
  return *this;
}

Router& Router::after(Handler hook) {
  table_->after.push_back(std::move(hook));
  return *this;
}

Router& Router::on_exception(Handler hook) {
  table_->on_exception = std::move(hook);
  return *this;
}

void Router::serve(Request& request, Response& response) const noexcept {
  table_->serve(request, response, {});
}

std::string_view Request::header(std::string_view name) const {
  return http::find_header(headers, name);
}

std::string Request::param(std::string_view name) const {
  const auto found = params.find(std::string(name));
  return found == params.end() ? "" : found->second;
}

std::string Request::query_value(std::string_view name) const {
  for (std::string pair : config::split(query, '&')) {
    std::ranges::replace(pair, '+', ' ');
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (config::percent_decode(std::string_view(pair).substr(0, equals)) != name) continue;
    return equals == pair.size()
               ? ""
               : config::percent_decode(std::string_view(pair).substr(equals + 1));
  }
  return "";
}

Response& Response::set(std::string_view name, std::string_view value) {
  std::erase_if(headers, [&](const Header& header) {
    return config::lower_case(header.name) == config::lower_case(name);
  });
  headers.push_back({std::string(name), std::string(value)});
  return *this;
}

void Response::json(std::string text, int status_code) {
  set("Content-Type", "application/json");
  status = status_code;
  body = std::move(text);
}

void Response::text(std::string text, int status_code) {
  set("Content-Type", "text/plain; charset=utf-8");
  status = status_code;
  body = std::move(text);
}

void Response::html(std::string text, int status_code) {
  set("Content-Type", "text/html; charset=utf-8");
  status = status_code;
  body = std::move(text);
}

}  // namespace tracery::app::beast
