// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/filter_lexer.h"

#include <array>
#include <charconv>

namespace tracery::xray {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) {
  // Bytes from 128 on are parts of letters of other scripts.
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

bool is_word_character(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '/' || c == '*' || c == '@' ||
         c == '$';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string to_lower(std::string_view text) {
  std::string lower_case(text);
  for (char& c : lower_case) c = lower(c);
  return lower_case;
}

bool FilterToken::is_word(std::string_view lower_case) const {
  return kind == Kind::kWord && to_lower(raw) == lower_case;
}

Error filter_error(std::string_view what, std::size_t position) {
  return {ErrorCode::kInvalid, "Invalid filter expression: " + std::string(what) + " at position " +
                                   std::to_string(position + 1)};
}

void FilterLexer::skip_blanks() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
    ++at_;
  }
}

Result<FilterToken> FilterLexer::read_text() {
  FilterToken token;
  token.kind = FilterToken::Kind::kText;
  token.position = at_;
  for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
    char c = text_[i];
    if (c == '"') {
      token.raw = text_.substr(at_, i + 1 - at_);
      at_ = i + 1;
      return token;
    }
    const bool is_escape =
        c == '\\' && i + 1 < text_.size() && (text_[i + 1] == '"' || text_[i + 1] == '\\');
    if (is_escape) c = text_[++i];
    token.text += c;
  }
  return filter_error("missing closing quote of the string", at_);
}

Result<FilterToken> FilterLexer::read_number() {
  FilterToken token;
  token.kind = FilterToken::Kind::kNumber;
  token.position = at_;
  const char* const begin = text_.data() + at_;
  const char* const end = text_.data() + text_.size();
  const auto [last, error] = std::from_chars(begin, end, token.number);
  if (error != std::errc()) return filter_error("bad number", at_);
  std::size_t length = static_cast<std::size_t>(last - begin);
  // "3xyz" and "10.0.0.1" are words.
  if (at_ + length < text_.size() && is_word_character(text_[at_ + length])) {
    token.kind = FilterToken::Kind::kWord;
    while (at_ + length < text_.size() && is_word_character(text_[at_ + length])) ++length;
  }
  token.raw = text_.substr(at_, length);
  at_ += length;
  return token;
}

Result<FilterToken> FilterLexer::next() {
  skip_blanks();
  FilterToken token;
  token.position = at_;
  if (at_ == text_.size()) return token;
  const char c = text_[at_];
  if (c == '"') return read_text();
  const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (is_digit(c) || ((c == '-' || c == '.') && is_digit(following))) return read_number();
  std::size_t length = 0;
  if (is_letter(c)) {
    token.kind = FilterToken::Kind::kWord;
    while (at_ + length < text_.size() && is_word_character(text_[at_ + length])) ++length;
  } else {
    token.kind = FilterToken::Kind::kSign;
    constexpr std::array<std::string_view, 3> kPairs = {"!=", "<=", ">="};
    const std::string_view pair = text_.substr(at_, 2);
    for (const std::string_view known : kPairs) length = pair == known ? 2 : length;
    constexpr std::string_view kSigns = "!=<>(){}[],:#";
    if (length == 0 && kSigns.find(c) != std::string_view::npos) length = 1;
    if (length == 0) return filter_error("unexpected character '" + std::string(1, c) + "'", at_);
  }
  token.raw = text_.substr(at_, length);
  at_ += length;
  return token;
}

Result<std::string> FilterLexer::take_until(char end) {
  skip_blanks();
  const std::size_t found = text_.find(end, at_);
  if (found == std::string_view::npos) {
    return filter_error("missing '" + std::string(1, end) + "'", text_.size());
  }
  std::string_view taken = text_.substr(at_, found - at_);
  while (!taken.empty() && taken.back() == ' ') taken.remove_suffix(1);
  at_ = found + 1;
  return std::string(taken);
}

Result<std::string> FilterLexer::take_array() {
  skip_blanks();
  const std::size_t begin = at_;
  if (at_ == text_.size() || text_[at_] != '[') return filter_error("expected a JSON array", at_);
  std::size_t depth = 0;
  bool in_text = false;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (in_text) {
      if (c == '\\') ++at_;
      in_text = c != '"';
      continue;
    }
    in_text = c == '"';
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && --depth == 0) {
      ++at_;
      return std::string(text_.substr(begin, at_ - begin));
    }
  }
  at_ = text_.size();
  return filter_error("missing end of the JSON array", begin);
}

}  // namespace tracery::xray
