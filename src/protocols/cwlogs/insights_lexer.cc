// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_lexer.h"

#include <algorithm>
#include <utility>

namespace tracery::cwlogs {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool starts_name(char c) { return is_letter(c) || c == '@' || c == '`'; }
bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '@'; }

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

void QueryLexer::skip_blanks() {
  while (at_ < query_.size()) {
    const char c = query_[at_];
    if (c == '#') {
      at_ = std::min(query_.find('\n', at_), query_.size());
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else {
      return;
    }
  }
}

QueryToken QueryLexer::make(QueryToken::Kind kind, std::size_t start, std::string text) const {
  return {kind, std::move(text), {start, at_}, false};
}

QueryToken QueryLexer::next() {
  skip_blanks();
  if (at_ == query_.size()) return make(QueryToken::Kind::kEnd, at_, "");
  const char c = peek();
  if (starts_name(c)) return take_name();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return take_number();
  if (c == '"' || c == '\'') return take_text();
  return take_symbol();
}

/// Words joined by dots; each may stand in backticks.
QueryToken QueryLexer::take_name() {
  const std::size_t start = at_;
  std::string text;
  bool is_quoted = false;
  while (true) {
    if (peek() == '`') {
      const std::size_t close = query_.find('`', at_ + 1);
      if (close == std::string_view::npos) {
        at_ = query_.size();
        return make(QueryToken::Kind::kBad, start, "unclosed backtick");
      }
      text += query_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      is_quoted = true;
    } else {
      while (is_name(peek())) text += query_[at_++];
    }
    if (peek() != '.' || !(is_name(peek(1)) || peek(1) == '`')) break;
    text += query_[at_++];
  }
  QueryToken token = make(QueryToken::Kind::kName, start, std::move(text));
  token.is_quoted = is_quoted;
  return token;
}

QueryToken QueryLexer::take_number() {
  const std::size_t start = at_;
  while (is_digit(peek())) ++at_;
  if (peek() == '.' && is_digit(peek(1))) {
    ++at_;
    while (is_digit(peek())) ++at_;
  }
  const std::size_t sign = peek(1) == '-' || peek(1) == '+' ? 1 : 0;
  if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
    at_ += 1 + sign;
    while (is_digit(peek())) ++at_;
  }
  auto kind = QueryToken::Kind::kNumber;
  while (is_letter(peek())) {
    kind = QueryToken::Kind::kPeriod;
    ++at_;
  }
  return make(kind, start, std::string(query_.substr(start, at_ - start)));
}

QueryToken QueryLexer::take_text() {
  const std::size_t start = at_;
  const char quote = query_[at_++];
  std::string text;
  for (; at_ < query_.size(); ++at_) {
    const char c = query_[at_];
    if (c == quote) {
      ++at_;
      return make(QueryToken::Kind::kText, start, std::move(text));
    }
    if (c != '\\' || at_ + 1 == query_.size()) {
      text += c;
      continue;
    }
    const char escaped = query_[++at_];
    switch (escaped) {
      case 'n': text += '\n'; break;
      case 't': text += '\t'; break;
      case 'r': text += '\r'; break;
      case '\\':
      case '"':
      case '\'': text += escaped; break;
      default: (text += '\\') += escaped;
    }
  }
  return make(QueryToken::Kind::kBad, start, "unclosed quote");
}

QueryToken QueryLexer::take_symbol() {
  static constexpr std::string_view kPairs[] = {"!=", "<=", ">=", "=~"};
  static constexpr std::string_view kSingles = "=<>+-*/^%()[],|:.";
  const std::size_t start = at_;
  for (const std::string_view pair : kPairs) {
    if (query_.substr(at_).starts_with(pair)) {
      at_ += 2;
      return make(QueryToken::Kind::kSymbol, start, std::string(pair));
    }
  }
  const bool is_known = kSingles.find(query_[at_]) != std::string_view::npos;
  ++at_;
  return make(is_known ? QueryToken::Kind::kSymbol : QueryToken::Kind::kBad, start,
              is_known ? std::string(1, query_[start]) : "unexpected symbol found");
}

QueryToken QueryLexer::next_regex() {
  skip_blanks();
  const std::size_t start = at_;
  std::string text;
  for (++at_; at_ < query_.size(); ++at_) {
    const char c = query_[at_];
    if (c == '/') {
      ++at_;
      return make(QueryToken::Kind::kRegex, start, std::move(text));
    }
    if (c == '\\' && at_ + 1 < query_.size()) {
      ++at_;
      if (query_[at_] != '/') text += '\\';
    }
    text += query_[at_];
  }
  return make(QueryToken::Kind::kBad, start, "unclosed regular expression");
}

QueryProblem make_problem(std::string_view query, TextSpan span, std::string_view message) {
  const std::string_view before = query.substr(0, span.start);
  const std::size_t line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = line == 0 ? 0 : before.rfind('\n') + 1;
  QueryProblem problem;
  problem.start = code_points(before);
  problem.end = problem.start + code_points(query.substr(span.start, span.end - span.start));
  problem.message = std::string(message) + " at line " + std::to_string(line + 1) +
                    " and position " + std::to_string(code_points(before.substr(line_start)));
  return problem;
}

}  // namespace tracery::cwlogs
