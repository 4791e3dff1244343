// SPDX-License-Identifier: Apache-2.0
#include "api/url.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/hex.h"

namespace tracery::api {

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint8_t byte = 0;
    const bool is_escape = text[i] == '%' && from_hex(text.substr(i + 1, 2), {&byte, 1});
    decoded += is_escape ? static_cast<char>(byte) : text[i];
    if (is_escape) i += 2;
  }
  return decoded;
}

QueryParameters::QueryParameters(std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    std::string pair(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
    std::replace(pair.begin(), pair.end(), '+', ' ');
    const std::size_t equals = pair.find('=');
    const std::string name = percent_decode(std::string_view(pair).substr(0, equals));
    std::string value;
    if (equals != std::string::npos) {
      value = percent_decode(std::string_view(pair).substr(equals + 1));
    }
    values_[name] = value;
    in_order_.emplace_back(name, std::move(value));
  }
}

std::string QueryParameters::get(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

std::vector<std::string> QueryParameters::get_list(const std::string& name) const {
  std::vector<std::string> list;
  for (const auto& [key, value] : in_order_) {
    if (key != name && key != name + "[]") continue;
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t comma = std::min(value.find(',', at), value.size());
      if (comma > at) list.push_back(value.substr(at, comma - at));
      at = comma + 1;
    }
  }
  return list;
}

std::optional<std::int64_t> QueryParameters::get_int(const std::string& name) const {
  const std::string text = get(name);
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace tracery::api
