// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tracery::xray {

struct FilterToken {
  enum class Kind : std::uint8_t { kEnd, kWord, kText, kNumber, kSign };
  Kind kind = Kind::kEnd;
  std::size_t position = 0;
  std::string_view raw;  ///< As it stands in the expression.
  std::string text;      ///< kText: without quotes and escapes.
  double number = 0;     ///< kNumber.

  bool is(std::string_view sign) const { return kind == Kind::kSign && raw == sign; }
  /// True for that word in any case.
  bool is_word(std::string_view lower_case) const;
};

/// An error in a filter expression, with the place in it.
Error filter_error(std::string_view what, std::size_t position);

std::string to_lower(std::string_view text);

/// Cuts a filter expression into tokens.
class FilterLexer {
 public:
  explicit FilterLexer(std::string_view text) : text_(text) {}

  Result<FilterToken> next();
  /// The text up to `end`, which is skipped: for what stands between brackets or is JSON.
  Result<std::string> take_until(char end);
  /// The JSON array that begins here.
  Result<std::string> take_array();

  std::size_t position() const { return at_; }

 private:
  void skip_blanks();
  Result<FilterToken> read_text();
  Result<FilterToken> read_number();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace tracery::xray
