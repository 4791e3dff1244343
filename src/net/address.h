// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tracery::net {

/// Where to listen or connect.
struct Address {
  std::string host;  ///< Without brackets; a name or a number.
  std::uint16_t port = 0;
};

/// Reads "host:port", "[v6]:port" or ":port" (every interface). kInvalid otherwise.
Result<Address> parse_address(std::string_view text);

/// "host:port", IPv6 in brackets.
std::string format_address(std::string_view host, std::uint16_t port);

/// True for 127.0.0.0/8, ::1 and the name localhost: nobody else can connect.
bool is_loopback_host(std::string_view host);

}  // namespace tracery::net
