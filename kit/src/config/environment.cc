// SPDX-License-Identifier: Apache-2.0
#include "config/environment.h"

#include <charconv>
#include <cstdlib>

namespace tracery::app::config {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char letter = static_cast<char>(c | 0x20);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = trim(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                           hex_digit(text[i + 2]) >= 0;
    if (!is_escape) {
      decoded.push_back(text[i]);
      continue;
    }
    decoded.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
    i += 2;
  }
  return decoded;
}

std::vector<std::pair<std::string, std::string>> parse_pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& entry : split(text, ',')) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    const std::string_view view(entry);
    pairs.emplace_back(percent_decode(trim(view.substr(0, equals))),
                       percent_decode(trim(view.substr(equals + 1))));
  }
  return pairs;
}

std::string Environment::text(std::initializer_list<std::string> names,
                              std::string_view fallback) const {
  for (const std::string& name : names) {
    const std::optional<std::string> value = lookup_(name.c_str());
    const std::string_view trimmed = value ? trim(*value) : std::string_view();
    if (!trimmed.empty()) return std::string(trimmed);
  }
  return std::string(fallback);
}

bool Environment::boolean(const std::string& name, bool fallback) const {
  const std::string value = lower_case(text(name));
  if (value.empty()) return fallback;
  if (value == "true" || value == "1" || value == "yes" || value == "on") return true;
  if (value == "false" || value == "0" || value == "no" || value == "off") return false;
  warn(name + " is neither true nor false: " + value);
  return fallback;
}

std::int64_t Environment::number(std::initializer_list<std::string> names, std::int64_t fallback,
                                 std::int64_t min) const {
  for (const std::string& name : names) {
    const std::string value = text(name);
    if (value.empty()) continue;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc() && end == value.data() + value.size() && number >= min) return number;
    warn(name + " is no number of at least " + std::to_string(min) + ": " + value);
  }
  return fallback;
}

milliseconds Environment::duration(std::initializer_list<std::string> names,
                                   milliseconds fallback) const {
  return milliseconds(number(names, fallback.count()));
}

std::vector<std::string> Environment::list(const std::string& name,
                                           std::string_view fallback) const {
  return split(text(name, fallback), ',');
}

}  // namespace tracery::app::config
