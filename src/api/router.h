// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/keys.h"
#include "net/request_handler.h"

namespace tracery::api {

/// Who asks. On a loopback listener every key is good, and so is none.
struct Caller {
  std::string key;  ///< As sent; empty when none was.
  std::optional<app::ApiKey> known;
  bool is_trusted = false;  ///< Loopback, or anonymous access allowed.

  bool may_send() const { return is_trusted || known.has_value(); }
  bool may_manage() const {
    return is_trusted || (known && known->kind == app::KeyKind::kConfiguration);
  }
};

/// One request on its way through a handler.
struct Call {
  net::Request request;
  std::vector<std::string> parameters;  ///< Values of the pattern's ":name"s, percent-decoded.
  Caller caller;
  net::Respond respond;  ///< Call exactly once, from any thread.
};

using Handler = std::function<void(std::shared_ptr<Call>)>;

/// Finds the handler of a request by method and path. A trailing slash makes no difference.
class Router {
 public:
  /// `pattern` like "/1/boards/:id"; a last segment "*" matches any rest.
  void add(std::string_view method, std::string_view pattern, Handler handler);

  struct Match {
    const Handler* handler = nullptr;  ///< Null when nothing matches.
    std::vector<std::string> parameters;
    std::vector<std::string> allowed;  ///< Methods the path has, when only the method is wrong.
  };
  Match find(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace tracery::api
