// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/pattern_regex.h"

#include <string>

#include <re2/re2.h>

#include "protocols/cwlogs/pattern_cursor.h"

namespace tracery::cwlogs {
namespace {

constexpr std::string_view kSymbols = ":_#=@/;,-^$?[]{}|\\*+. ";
constexpr std::string_view kClassLetters = "dDsSwWx";

bool is_allowed(char c) {
  return static_cast<unsigned char>(c) < 0x80 &&
         (is_alphanumeric(c) || kSymbols.find(c) != std::string_view::npos);
}

/// Where the first character that is not allowed stands; the size when all are.
std::size_t find_refused(std::string_view expression) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (!is_allowed(expression[i])) return i;
    if (expression[i] != '\\' || i + 1 == expression.size()) continue;
    const char escaped = expression[++i];
    if (static_cast<unsigned char>(escaped) >= 0x80) return i;
    if (is_alphanumeric(escaped) && kClassLetters.find(escaped) == std::string_view::npos) return i;
  }
  return expression.size();
}

}  // namespace

Result<PatternRegex> PatternRegex::compile(std::string_view expression, std::size_t* offset) {
  *offset = find_refused(expression);
  if (*offset < expression.size()) {
    return Error{ErrorCode::kInvalid, "unsupported character in regular expression"};
  }
  *offset = 0;
  if (expression.empty()) return Error{ErrorCode::kInvalid, "empty regular expression"};
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_shared<const re2::RE2>(
      re2::StringPiece(expression.data(), expression.size()), options);
  if (!regex->ok()) return Error{ErrorCode::kInvalid, "malformed regular expression"};
  return PatternRegex(std::move(regex));
}

bool PatternRegex::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex_);
}

}  // namespace tracery::cwlogs
