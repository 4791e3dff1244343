// SPDX-License-Identifier: Apache-2.0
#include "api/router.h"

#include <algorithm>

#include "api/url.h"

namespace tracery::api {
namespace {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

/// The values of ":name" segments, or nothing when the path does not fit.
std::optional<std::vector<std::string>> match_segments(const std::vector<std::string>& pattern,
                                                       const std::vector<std::string>& path) {
  const bool takes_rest = !pattern.empty() && pattern.back() == "*";
  const std::size_t fixed = pattern.size() - (takes_rest ? 1 : 0);
  if (takes_rest ? path.size() < fixed : path.size() != fixed) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < fixed; ++i) {
    if (pattern[i].starts_with(':')) {
      values.push_back(percent_decode(path[i]));
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
  routes_.push_back({std::string(method), split_path(pattern), std::move(handler)});
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  const auto segments = split_path(path);
  Match match;
  for (const Route& route : routes_) {
    auto values = match_segments(route.segments, segments);
    if (!values) continue;
    const bool same_method = route.method == method || (route.method == "GET" && method == "HEAD");
    if (same_method) return {&route.handler, *std::move(values), {}};
    match.allowed.push_back(route.method);
  }
  return match;
}

}  // namespace tracery::api
