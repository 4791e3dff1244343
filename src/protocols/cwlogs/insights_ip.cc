// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_ip.h"

#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace tracery::cwlogs {

std::optional<IpAddress> parse_ip(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated) return std::nullopt;
  terminated[text.copy(terminated, sizeof terminated - 1)] = '\0';
  if (std::strlen(terminated) != text.size()) return std::nullopt;
  IpAddress address;
  if (inet_pton(AF_INET, terminated, address.bytes.data() + 12) == 1) {
    address.is_v4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, terminated, address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<IpSubnet> parse_subnet(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpSubnet subnet{*address, 0};
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + slash + 1, end, subnet.bits);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  if (subnet.bits > (address->is_v4 ? 32U : 128U)) return std::nullopt;
  return subnet;
}

bool IpSubnet::contains(const IpAddress& other) const {
  if (other.is_v4 != address.is_v4) return false;
  const unsigned first = address.is_v4 ? 96 : 0;
  for (unsigned bit = first; bit < first + bits; ++bit) {
    const unsigned shift = 7 - bit % 8;
    if (((other.bytes[bit / 8] ^ address.bytes[bit / 8]) >> shift & 1) != 0) return false;
  }
  return true;
}

}  // namespace tracery::cwlogs
