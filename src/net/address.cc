// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <charconv>

namespace tracery::net {

Result<Address> parse_address(std::string_view text) {
  const Error bad{ErrorCode::kInvalid, "want address:port, got: " + std::string(text)};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (host.size() < 3 || !host.ends_with(']')) return bad;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return bad;
  }
  Address address;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || port.empty()) return bad;
  address.host = host.empty() ? "0.0.0.0" : std::string(host);
  return address;
}

std::string format_address(std::string_view host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string_view::npos;
  std::string text;
  if (is_v6) text += '[';
  text += host;
  if (is_v6) text += ']';
  text += ':';
  text += std::to_string(port);
  return text;
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  if (!host.starts_with("127.")) return false;
  // A name such as 127.example is not a number.
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace tracery::net
