// SPDX-License-Identifier: Apache-2.0
#include "api/auth.h"

#include <string>

#include "base/hex.h"

namespace tracery::api {
namespace {

/// The password of "Basic base64(user:password)", or the user when there is no password.
std::string basic_secret(std::string_view encoded) {
  const auto decoded = from_base64(encoded);
  if (!decoded) return {};
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos || colon + 1 == decoded->size()) return decoded->substr(0, colon);
  return decoded->substr(colon + 1);
}

std::string key_of(const net::Headers& headers) {
  for (const char* name : {"x-honeycomb-team", "x-hny-team", "x-tracery-key", "api-key"}) {
    if (headers.has(name)) return std::string(headers.get(name));
  }
  const std::string_view authorization = headers.get("authorization");
  const std::size_t blank = authorization.find(' ');
  if (blank == std::string_view::npos) return {};
  const std::string_view scheme = authorization.substr(0, blank);
  const std::string_view rest = authorization.substr(blank + 1);
  if (scheme == "Bearer" || scheme == "bearer") return std::string(rest);
  if (scheme == "Basic" || scheme == "basic") return basic_secret(rest);
  return {};
}

}  // namespace

Caller identify(Services& services, const net::Headers& headers, bool is_loopback) {
  Caller caller;
  caller.key = key_of(headers);
  caller.is_trusted = is_loopback || services.facts.allow_anonymous;
  if (!caller.is_trusted) caller.known = services.keys.authenticate(caller.key);
  return caller;
}

}  // namespace tracery::api
