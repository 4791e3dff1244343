// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/pointer.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "base/hex.h"

namespace tracery::cwlogs {
namespace {

constexpr std::size_t kCheckDigits = 8;

std::string digits(std::uint64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  if (text.size() > width) text.erase(0, text.size() - width);
  return text.insert(0, width - text.size(), '0');
}

std::string check_of(std::string_view body) { return digits(hash64(body), kCheckDigits); }

/// The piece before the next blank, taken off the front.
std::optional<std::string_view> take_word(std::string_view& text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view word = text.substr(0, blank);
  text.remove_prefix(blank + 1);
  return word;
}

std::optional<std::int64_t> take_number(std::string_view& text) {
  const auto word = take_word(text);
  std::int64_t number = 0;
  if (!word) return std::nullopt;
  const auto read = std::from_chars(word->data(), word->data() + word->size(), number);
  if (read.ec != std::errc() || read.ptr != word->data() + word->size()) return std::nullopt;
  return number;
}

}  // namespace

std::string encode_pointer(const LogPointer& pointer) {
  std::string body = std::to_string(pointer.time_ns) + ' ' + std::to_string(pointer.sequence);
  body.append(" ").append(pointer.group).append(" ").append(pointer.stream);
  std::string text = to_base64(check_of(body) + body);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<LogPointer> parse_pointer(std::string_view text) {
  const auto decoded = from_base64(text);
  if (!decoded || decoded->size() < kCheckDigits) return std::nullopt;
  std::string_view rest = *decoded;
  const std::string_view check = rest.substr(0, kCheckDigits);
  rest.remove_prefix(kCheckDigits);
  if (check != check_of(rest)) return std::nullopt;
  const auto time = take_number(rest);
  if (!time) return std::nullopt;
  const auto sequence = take_number(rest);
  // A group's name has no blanks; a service's may, and has no stream of its own.
  const std::size_t blank = rest.rfind(' ');
  if (!sequence || blank == std::string_view::npos) return std::nullopt;
  const std::size_t split = *sequence == 0 ? blank : rest.find(' ');
  return LogPointer{std::string(rest.substr(0, split)), std::string(rest.substr(split + 1)), *time,
                    *sequence};
}

std::string event_id(const LogPointer& pointer, std::string_view message) {
  const std::uint64_t tail =
      pointer.sequence == 0 ? hash64(message) : hash64(pointer.group + ' ' + pointer.stream);
  return digits(static_cast<std::uint64_t>(std::max<std::int64_t>(pointer.time_ns, 0)), 19) +
         digits(static_cast<std::uint64_t>(pointer.sequence), 19) + digits(tail, 18);
}

}  // namespace tracery::cwlogs
