// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tracery::cwlogs {

/// A piece of a query's text, in bytes.
struct TextSpan {
  std::size_t start = 0;
  std::size_t end = 0;
};

/// What is wrong with a query, as MalformedQueryException's queryCompileError tells it.
struct QueryProblem {
  std::string message;
  std::size_t start = 0;  ///< Of the offending text, in code points; `end` is one after it.
  std::size_t end = 0;
};

struct QueryToken {
  enum class Kind : std::uint8_t {
    kEnd,
    kName,    ///< `text` without backticks.
    kNumber,  ///< `text` as written.
    kPeriod,  ///< `5m`, as written.
    kText,    ///< `text` without quotes and escapes.
    kRegex,   ///< `text` without slashes.
    kSymbol,
    kBad,  ///< A quote that is not closed, a character that means nothing; `text` says what.
  };
  Kind kind = Kind::kEnd;
  std::string text;
  TextSpan span;
  bool is_quoted = false;  ///< A name in backticks: no keyword.
};

/// Cuts a Logs Insights query into tokens; `#` starts a comment that ends with the line.
class QueryLexer {
 public:
  explicit QueryLexer(std::string_view query) : query_(query) {}

  QueryToken next();
  /// Reads `/…/` where the parser expects one; a slash comes next. `\/` is a slash.
  QueryToken next_regex();
  std::size_t offset() const { return at_; }
  void rewind(std::size_t offset) { at_ = offset; }

 private:
  void skip_blanks();
  QueryToken take_name();
  QueryToken take_number();
  QueryToken take_text();
  QueryToken take_symbol();
  QueryToken make(QueryToken::Kind kind, std::size_t start, std::string text) const;
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < query_.size() ? query_[at_ + ahead] : '\0';
  }

  std::string_view query_;
  std::size_t at_ = 0;
};

/// "MESSAGE at line L and position P", where the span lies in the query.
QueryProblem make_problem(std::string_view query, TextSpan span, std::string_view message);

}  // namespace tracery::cwlogs
