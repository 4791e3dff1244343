// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/page_token.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/hash.h"
#include "base/hex.h"
#include "base/time.h"

namespace tracery::cwlogs {
namespace {

// 56 digits: the time, the tie, and how many of those were shown.
constexpr std::size_t kNumberDigits = 19;
constexpr std::size_t kShownDigits = 18;
constexpr std::size_t kDigits = 2 * kNumberDigits + kShownDigits;

std::string padded(std::uint64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.insert(0, width - std::min(width, text.size()), '0');
}

template <typename T>
bool read_number(std::string_view digits, T& number) {
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
}

/// Times before 1970 do not occur in what is stored; the lowest place stands for all of them.
std::uint64_t from_zero(std::int64_t number) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0));
}

}  // namespace

std::string encode_stream_token(const PageToken& token) {
  std::string text = token.is_forward ? "f/" : "b/";
  text += padded(from_zero(token.time_ns), kNumberDigits);
  text += padded(from_zero(token.tie), kNumberDigits);
  text += padded(token.shown, kShownDigits);
  return text + "/s";
}

std::optional<PageToken> parse_stream_token(std::string_view text) {
  if (text.size() != kDigits + 4 || !text.ends_with("/s")) return std::nullopt;
  if (!text.starts_with("f/") && !text.starts_with("b/")) return std::nullopt;
  PageToken token{.is_forward = text[0] == 'f'};
  const std::string_view digits = text.substr(2, kDigits);
  if (!read_number(digits.substr(0, kNumberDigits), token.time_ns) ||
      !read_number(digits.substr(kNumberDigits, kNumberDigits), token.tie) ||
      !read_number(digits.substr(2 * kNumberDigits), token.shown)) {
    return std::nullopt;
  }
  return token;
}

std::string encode_filter_token(const PageToken& token, std::int64_t now_ns) {
  std::string body = token.is_forward ? "f " : "b ";
  body += std::to_string(token.time_ns) + ' ' + std::to_string(token.tie) + ' ' +
          std::to_string(token.shown) + ' ' + std::to_string(now_ns / kNsPerSecond);
  const std::uint64_t check = hash64(body) % 1'000'000;
  return to_base64(body + ' ' + std::to_string(check));
}

std::optional<PageToken> parse_filter_token(std::string_view text, std::int64_t now_ns) {
  constexpr std::int64_t kLifeSeconds = 86'400;
  const auto decoded = from_base64(text);
  if (!decoded) return std::nullopt;
  std::string_view body = *decoded;
  const std::size_t split = body.rfind(' ');
  if (split == std::string_view::npos) return std::nullopt;
  std::uint64_t check = 0;
  if (!read_number(body.substr(split + 1), check)) return std::nullopt;
  body = body.substr(0, split);
  if (check != hash64(body) % 1'000'000 || body.size() < 2) return std::nullopt;
  PageToken token{.is_forward = body[0] == 'f'};
  std::int64_t given_s = 0;
  std::string_view rest = body.substr(2);
  const auto take = [&](auto& number) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    const bool ok = read_number(rest.substr(0, blank), number);
    rest.remove_prefix(std::min(rest.size(), blank + 1));
    return ok;
  };
  if (!take(token.time_ns) || !take(token.tie) || !take(token.shown) || !take(given_s)) {
    return std::nullopt;
  }
  if (now_ns / kNsPerSecond - given_s > kLifeSeconds) return std::nullopt;
  return token;
}

}  // namespace tracery::cwlogs
