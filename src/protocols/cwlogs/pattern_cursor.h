// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tracery::cwlogs {

/// Reads a filter pattern from left to right.
class PatternCursor {
 public:
  explicit PatternCursor(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  /// 0 at the end.
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  std::size_t offset() const { return at_; }
  std::string_view from(std::size_t offset) const { return text_.substr(offset, at_ - offset); }

  void advance(std::size_t bytes = 1) { at_ += bytes; }
  void skip_blanks();
  /// Skips `word` when it comes next.
  bool take(std::string_view word);
  /// The same for a word that no letter or digit may follow.
  bool take_word(std::string_view word);
  /// Everything up to the first byte of `stops` or the end.
  std::string_view take_until(std::string_view stops);

  /// Reads `"…"`, of which the opening quote comes next; `\"` and `\\` are escapes.
  Result<std::string> take_quoted();
  /// Reads `%…%`, of which the opening percent sign comes next; gives what is inside.
  Result<std::string_view> take_regex();

  /// "Invalid filter pattern: …", and where: the offset of the next byte.
  Error fail(std::string_view what) const { return fail_at(at_, what); }
  static Error fail_at(std::size_t offset, std::string_view what);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

inline bool is_alphanumeric(char c) {
  // Bytes of characters beyond ASCII count as letters.
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace tracery::cwlogs
