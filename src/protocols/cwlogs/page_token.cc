// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/page_token.h"

#include <algorithm>
#include <charconv>
#include <limits>

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

std::string event_id(std::int64_t time_ns, std::int64_t tie, std::uint64_t tail) {
  constexpr std::uint64_t kTailMax = 1'000'000'000'000'000'000U;
  return padded(from_zero(time_ns), kNumberDigits) + padded(from_zero(tie), kNumberDigits) +
         padded(tail % kTailMax, kShownDigits);
}

std::string encode_filter_token(std::string_view group, std::string_view stream,
                                std::string_view event_id, const PageToken& token) {
  std::string text(group);
  text.append("@").append(stream).append("@").append(event_id);
  if (token.shown == 1 && token.is_forward) return text;
  return text.append("#").append(std::to_string(token.shown)).append(token.is_forward ? "" : "b");
}

std::optional<PageToken> parse_filter_token(std::string_view text, std::string_view group) {
  if (!text.starts_with(group) || !text.substr(group.size()).starts_with('@')) return std::nullopt;
  const std::string_view id = text.substr(text.rfind('@') + 1);
  PageToken token{.is_forward = true, .time_ns = 0, .tie = 0, .shown = 1};
  if (id.size() < kDigits || !read_number(id.substr(0, kNumberDigits), token.time_ns) ||
      !read_number(id.substr(kNumberDigits, kNumberDigits), token.tie)) {
    return std::nullopt;
  }
  std::string_view rest = id.substr(kDigits);
  if (rest.empty()) return token;
  token.is_forward = !rest.ends_with('b');
  if (!token.is_forward) rest.remove_suffix(1);
  if (!rest.starts_with('#') || !read_number(rest.substr(1), token.shown)) return std::nullopt;
  return token;
}

}  // namespace tracery::cwlogs
