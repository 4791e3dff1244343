// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tracery::cwlogs {

/// An address of either version; IPv4 in the last four bytes.
struct IpAddress {
  bool is_v4 = false;
  std::array<std::uint8_t, 16> bytes{};
};
std::optional<IpAddress> parse_ip(std::string_view text);

/// "10.0.0.0/8", "2001:db8::/32".
struct IpSubnet {
  IpAddress address;
  unsigned bits = 0;
  bool contains(const IpAddress& address) const;
};
std::optional<IpSubnet> parse_subnet(std::string_view text);

}  // namespace tracery::cwlogs
