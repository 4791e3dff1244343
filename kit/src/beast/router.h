// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracery/app/beast.h"

namespace tracery::app::beast {

/// A pattern of a route, taken apart.
class RoutePattern {
 public:
  explicit RoutePattern(std::string_view pattern);

  const std::string& text() const { return text_; }
  /// The values of the parameters if `segments`, percent-decoded, are what the pattern means.
  std::optional<std::map<std::string, std::string>> match(
      const std::vector<std::string>& segments) const;
  /// Whether this pattern is to be tried before `other`: plain text wins over parameters, from the
  /// left to the right.
  bool goes_before(const RoutePattern& other) const { return ranks_ < other.ranks_; }

 private:
  /// `prefix{name}suffix`; without a name the prefix is the whole.
  struct Segment {
    std::string prefix, name, suffix;
    bool takes_rest = false;
  };

  std::string text_;
  std::vector<Segment> segments_;
  std::vector<int>
      ranks_;  ///< 0 plain, 1 a parameter with text around it, 2 a bare one, 3 the rest.
};

/// What a router knows, and how it serves.
class Router::Table {
 public:
  struct Route {
    std::string method;
    RoutePattern pattern;
    Handler handler;
  };

  /// Tells who traces what happens on the way; each may be empty.
  struct Watcher {
    std::function<void(const std::string& route)> matched;
    std::function<void()> failed;  ///< Called in the catch block.
  };

  void add(std::string_view method, std::string_view pattern, Handler handler);
  void serve(Request& request, Response& response, const Watcher& watcher) const noexcept;

  std::vector<std::function<bool(Request&, Response&)>> before;
  std::vector<Handler> after;
  Handler on_exception;

 private:
  /// Finds the route and fills in the request; answers with 404 or 405 and gives none if there is
  /// none.
  const Route* find(Request& request, Response& response) const;
  void run(Request& request, Response& response, const Watcher& watcher) const;

  std::vector<Route> routes_;  ///< Those that are tried first come first.
};

}  // namespace tracery::app::beast
