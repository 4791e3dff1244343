// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tracery/app/context.h"

namespace tracery::app::http {

/// The value of a header, by any spelling of its name; "" if there is none.
std::string_view find_header(std::span<const Header> headers, std::string_view name);

/// `name:port`, where the port may be missing (0) and the name may be an IPv6 address in brackets.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
HostPort split_host(std::string_view text);

/// Whether `text` contains `pattern`, or, if that has `*` or `?`, matches it whole, without regard
/// to case.
bool matches_wildcard(std::string_view pattern, std::string_view text);
bool is_excluded(const std::vector<std::string>& patterns, std::string_view path);

/// A query with the values of keys that carry signatures (S3, Google Storage and the like)
/// replaced by REDACTED. Source: semantic conventions for url.query.
std::string redact_query(std::string_view query);

/// A URL without user and password, and with its query redacted.
std::string redact_url(std::string_view url);

/// The methods that semantic conventions know; anything else is `_OTHER`.
bool is_known_method(std::string_view method);

}  // namespace tracery::app::http
