// SPDX-License-Identifier: Apache-2.0
#include "http/url.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/environment.h"

namespace tracery::app::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view find_header(std::span<const Header> headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

HostPort split_host(std::string_view text) {
  HostPort result;
  std::size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return result;
    result.host = text.substr(1, bracket - 1);
    host_end = text.find(':', bracket);
  } else {
    result.host = text.substr(0, host_end);
  }
  if (host_end == std::string_view::npos) return result;
  const std::string_view port = text.substr(host_end + 1);
  std::from_chars(port.data(), port.data() + port.size(), result.port);
  return result;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  // Greedy, with one place to come back to: the last star seen.
  std::size_t p = 0, t = 0, star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool is_excluded(const std::vector<std::string>& patterns, std::string_view path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    const bool is_wildcard = pattern.find_first_of("*?") != std::string::npos;
    return is_wildcard ? matches_wildcard(pattern, path)
                       : path.find(pattern) != std::string_view::npos;
  });
}

std::string redact_query(std::string_view query) {
  static constexpr std::array<std::string_view, 5> kSecrets = {
      "AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature", "X-Amz-Signature"};
  std::string redacted;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::string_view key = pair.substr(0, pair.find('='));
    if (!redacted.empty()) redacted.push_back('&');
    const bool is_secret = std::ranges::find(kSecrets, key) != kSecrets.end();
    redacted += is_secret ? std::string(key) + "=REDACTED" : std::string(pair);
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return redacted;
}

std::string redact_url(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  const std::size_t authority = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
  const std::size_t authority_end = std::min(url.find_first_of("/?#", authority), url.size());
  const std::size_t at = url.substr(0, authority_end).rfind('@');
  std::string redacted(url.substr(0, authority));
  const bool has_user = at != std::string_view::npos && at >= authority;
  if (has_user) redacted += "REDACTED:REDACTED";
  std::string_view rest = url.substr(has_user ? at : authority);
  const std::size_t fragment = std::min(rest.find('#'), rest.size());
  const std::size_t question = rest.substr(0, fragment).find('?');
  if (question == std::string_view::npos) return redacted + std::string(rest);
  redacted += rest.substr(0, question + 1);
  redacted += redact_query(rest.substr(question + 1, fragment - question - 1));
  return redacted + std::string(rest.substr(fragment));
}

bool is_known_method(std::string_view method) {
  static constexpr std::array<std::string_view, 9> kMethods = {
      "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

}  // namespace tracery::app::http
