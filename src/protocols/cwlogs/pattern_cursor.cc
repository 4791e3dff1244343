// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/pattern_cursor.h"

namespace tracery::cwlogs {

void PatternCursor::skip_blanks() {
  while (!at_end() && std::string_view(" \t\r\n").find(peek()) != std::string_view::npos) ++at_;
}

bool PatternCursor::take(std::string_view word) {
  if (!text_.substr(at_).starts_with(word)) return false;
  at_ += word.size();
  return true;
}

bool PatternCursor::take_word(std::string_view word) {
  const std::string_view rest = text_.substr(at_);
  if (!rest.starts_with(word)) return false;
  if (rest.size() > word.size() && is_alphanumeric(rest[word.size()])) return false;
  at_ += word.size();
  return true;
}

std::string_view PatternCursor::take_until(std::string_view stops) {
  const std::size_t start = at_;
  const std::size_t stop = text_.find_first_of(stops, at_);
  at_ = stop == std::string_view::npos ? text_.size() : stop;
  return text_.substr(start, at_ - start);
}

Result<std::string> PatternCursor::take_quoted() {
  const std::size_t start = at_++;
  std::string text;
  for (; !at_end(); ++at_) {
    char c = peek();
    if (c == '"') {
      ++at_;
      return text;
    }
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '\\' && (next == '"' || next == '\\')) {
      c = next;
      ++at_;
    }
    text += c;
  }
  return fail_at(start, "unclosed quote");
}

Result<std::string_view> PatternCursor::take_regex() {
  const std::size_t start = at_++;
  const std::string_view inside = take_until("%");
  if (at_end()) return fail_at(start, "unclosed regular expression");
  ++at_;
  return inside;
}

Error PatternCursor::fail_at(std::size_t offset, std::string_view what) {
  return Error{ErrorCode::kInvalid, "Invalid filter pattern: " + std::string(what) +
                                        " at position " + std::to_string(offset)};
}

}  // namespace tracery::cwlogs
