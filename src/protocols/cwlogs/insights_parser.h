// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "protocols/cwlogs/insights_query.h"

namespace tracery::cwlogs {

/// One token ahead, and what every part of the grammar needs.
class QueryTokens {
 public:
  QueryTokens(std::string_view query, QueryProblem* problem);

  const QueryToken& peek() const { return token_; }
  QueryToken take();
  bool at_symbol(std::string_view symbol) const;
  bool take_symbol(std::string_view symbol);
  /// Words in any case, not in backticks.
  bool at_word(std::string_view lower_case) const;
  bool take_word(std::string_view lower_case);
  Status expect_symbol(std::string_view symbol);
  Result<std::string> expect_name();
  /// A regular expression; a slash comes next.
  Result<QueryToken> take_regex();

  /// "unexpected symbol found X", at the next token.
  Error unexpected() const;
  Error fail(TextSpan span, std::string_view message) const;
  /// The query's text from there to the last token taken, blanks made one.
  std::string text_from(std::size_t start) const;
  std::size_t last_end() const { return last_end_; }
  /// The whole text.
  std::string_view query() const { return query_; }
  /// To be called before and after what is in a query of its own; at most 5 are inside each other.
  Status enter_query();
  void leave_query() { --depth_; }

 private:
  std::string_view query_;
  QueryProblem* problem_;
  QueryLexer lexer_;
  QueryToken token_;
  std::size_t last_end_ = 0;
  int depth_ = 0;
};

/// `(SOURCE … | …)`
Result<std::shared_ptr<const InsightsQuery>> parse_nested_query(QueryTokens& tokens);

std::string lower_case(std::string_view text);

/// The grammar of expressions. Nests at most 100 deep.
class ExpressionParser {
 public:
  explicit ExpressionParser(QueryTokens& tokens) : tokens_(tokens) {}

  Result<QueryNode> parse();
  /// With `as name`.
  Result<NamedNode> parse_named();
  Result<std::vector<NamedNode>> parse_named_list();

 private:
  Result<QueryNode> parse_or();
  Result<QueryNode> parse_and();
  Result<QueryNode> parse_not();
  Result<QueryNode> parse_comparison();
  Result<QueryNode> parse_sum();
  Result<QueryNode> parse_product();
  Result<QueryNode> parse_power();
  Result<QueryNode> parse_unary();
  Result<QueryNode> parse_postfix();
  Result<QueryNode> parse_primary();
  Result<QueryNode> parse_like(QueryNode left, std::string name);
  Result<QueryNode> parse_in(QueryNode left, std::string name);
  Result<QueryNode> parse_call(const QueryToken& name);
  Result<QueryNode> join(std::string name, QueryNode left, Result<QueryNode> right);

  QueryTokens& tokens_;
  int depth_ = 0;
};

}  // namespace tracery::cwlogs
