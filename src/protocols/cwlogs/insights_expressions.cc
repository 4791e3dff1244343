// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "protocols/cwlogs/insights_parser.h"

namespace tracery::cwlogs {
namespace {

constexpr int kDepthMax = 100;

QueryNode call_of(std::string name, std::vector<QueryNode> arguments, TextSpan span) {
  return {QueryNode::Kind::kCall, std::move(name), std::move(arguments), span, nullptr};
}

QueryNode leaf_of(QueryNode::Kind kind, QueryToken token) {
  return {kind, std::move(token.text), {}, token.span, nullptr};
}

}  // namespace

Result<QueryNode> ExpressionParser::parse() {
  if (++depth_ > kDepthMax) return tokens_.fail(tokens_.peek().span, "expression nested too deep");
  auto node = parse_or();
  --depth_;
  return node;
}

Result<NamedNode> ExpressionParser::parse_named() {
  const std::size_t start = tokens_.peek().span.start;
  NamedNode named;
  named.node = TRACERY_TRY(parse());
  // A field's column has the field's name, without backticks.
  named.name =
      named.node.kind == QueryNode::Kind::kField ? named.node.text : tokens_.text_from(start);
  if (tokens_.take_word("as")) named.name = TRACERY_TRY(tokens_.expect_name());
  return named;
}

Result<std::vector<NamedNode>> ExpressionParser::parse_named_list() {
  std::vector<NamedNode> list;
  do {
    list.push_back(TRACERY_TRY(parse_named()));
  } while (tokens_.take_symbol(","));
  return list;
}

Result<QueryNode> ExpressionParser::join(std::string name, QueryNode left,
                                         Result<QueryNode> right) {
  if (!right.ok()) return right;
  const TextSpan span{left.span.start, right->span.end};
  return call_of(std::move(name), {std::move(left), *std::move(right)}, span);
}

Result<QueryNode> ExpressionParser::parse_or() {
  QueryNode left = TRACERY_TRY(parse_and());
  while (tokens_.take_word("or")) left = TRACERY_TRY(join("or", std::move(left), parse_and()));
  return left;
}

Result<QueryNode> ExpressionParser::parse_and() {
  QueryNode left = TRACERY_TRY(parse_not());
  while (tokens_.take_word("and")) left = TRACERY_TRY(join("and", std::move(left), parse_not()));
  return left;
}

Result<QueryNode> ExpressionParser::parse_not() {
  const TextSpan span = tokens_.peek().span;
  if (!tokens_.take_word("not")) return parse_comparison();
  if (++depth_ > kDepthMax) return tokens_.fail(span, "expression nested too deep");
  QueryNode inner = TRACERY_TRY(parse_not());
  --depth_;
  const TextSpan whole{span.start, inner.span.end};
  return call_of("not", {std::move(inner)}, whole);
}

Result<QueryNode> ExpressionParser::parse_comparison() {
  QueryNode left = TRACERY_TRY(parse_sum());
  for (const std::string_view sign : {"=", "!=", "<=", ">=", "<", ">"}) {
    if (tokens_.take_symbol(sign)) return join(std::string(sign), std::move(left), parse_sum());
  }
  if (tokens_.at_symbol("=~")) return parse_like(std::move(left), "like");
  if (tokens_.at_word("like")) return parse_like(std::move(left), "like");
  if (tokens_.at_word("in")) return parse_in(std::move(left), "in");
  if (!tokens_.take_word("not")) return left;
  if (tokens_.at_word("like")) return parse_like(std::move(left), "not like");
  if (tokens_.at_word("in")) return parse_in(std::move(left), "not in");
  return tokens_.unexpected();
}

Result<QueryNode> ExpressionParser::parse_like(QueryNode left, std::string name) {
  const std::size_t start = left.span.start;
  // The token after the operator may be a regular expression, which only this place can know.
  tokens_.take();
  QueryNode right;
  if (tokens_.at_symbol("/")) {
    right = leaf_of(QueryNode::Kind::kRegex, TRACERY_TRY(tokens_.take_regex()));
  } else {
    right = TRACERY_TRY(parse_sum());
  }
  const TextSpan span{start, right.span.end};
  return call_of(std::move(name), {std::move(left), std::move(right)}, span);
}

Result<QueryNode> ExpressionParser::parse_in(QueryNode left, std::string name) {
  const std::size_t start = left.span.start;
  tokens_.take();
  if (tokens_.at_symbol("(")) {
    QueryNode query;
    query.kind = QueryNode::Kind::kQuery;
    query.span.start = tokens_.peek().span.start;
    query.query = TRACERY_TRY(parse_nested_query(tokens_));
    query.span.end = tokens_.last_end();
    return call_of(std::move(name), {std::move(left), std::move(query)},
                   {start, tokens_.last_end()});
  }
  TRACERY_TRY(tokens_.expect_symbol("["));
  std::vector<QueryNode> arguments;
  arguments.push_back(std::move(left));
  if (!tokens_.at_symbol("]")) {
    do {
      arguments.push_back(TRACERY_TRY(parse()));
    } while (tokens_.take_symbol(","));
  }
  TRACERY_TRY(tokens_.expect_symbol("]"));
  return call_of(std::move(name), std::move(arguments), {start, tokens_.last_end()});
}

Result<QueryNode> ExpressionParser::parse_sum() {
  QueryNode left = TRACERY_TRY(parse_product());
  while (tokens_.at_symbol("+") || tokens_.at_symbol("-")) {
    const std::string sign = tokens_.take().text;
    left = TRACERY_TRY(join(sign, std::move(left), parse_product()));
  }
  return left;
}

Result<QueryNode> ExpressionParser::parse_product() {
  QueryNode left = TRACERY_TRY(parse_power());
  while (tokens_.at_symbol("*") || tokens_.at_symbol("/") || tokens_.at_symbol("%")) {
    const std::string sign = tokens_.take().text;
    left = TRACERY_TRY(join(sign, std::move(left), parse_power()));
  }
  return left;
}

Result<QueryNode> ExpressionParser::parse_power() {
  QueryNode base = TRACERY_TRY(parse_unary());
  if (!tokens_.at_symbol("^")) return base;
  const TextSpan span = tokens_.take().span;
  if (++depth_ > kDepthMax) return tokens_.fail(span, "expression nested too deep");
  auto exponent = parse_power();
  --depth_;
  return join("^", std::move(base), std::move(exponent));
}

Result<QueryNode> ExpressionParser::parse_unary() {
  const TextSpan span = tokens_.peek().span;
  if (!tokens_.take_symbol("-")) return parse_postfix();
  if (++depth_ > kDepthMax) return tokens_.fail(span, "expression nested too deep");
  QueryNode inner = TRACERY_TRY(parse_unary());
  --depth_;
  const TextSpan whole{span.start, inner.span.end};
  if (inner.kind == QueryNode::Kind::kNumber && inner.text[0] != '-') {
    inner.text.insert(0, "-");
    inner.span = whole;
    return inner;
  }
  return call_of("negative", {std::move(inner)}, whole);
}

/// `[3]` and `.name` after a value. Of a field they are part of its name.
Result<QueryNode> ExpressionParser::parse_postfix() {
  QueryNode node = TRACERY_TRY(parse_primary());
  std::string path;
  while (true) {
    if (tokens_.take_symbol("[")) {
      const QueryToken index = tokens_.peek();
      const bool is_text = index.kind == QueryToken::Kind::kText;
      if (!is_text && index.kind != QueryToken::Kind::kNumber) return tokens_.unexpected();
      path += "." + tokens_.take().text;
      TRACERY_TRY(tokens_.expect_symbol("]"));
    } else if (tokens_.take_symbol(".")) {
      path += "." + TRACERY_TRY(tokens_.expect_name());
    } else {
      break;
    }
  }
  if (path.empty()) return node;
  node.span.end = tokens_.last_end();
  if (node.kind == QueryNode::Kind::kField) {
    node.text += path;
    return node;
  }
  const TextSpan span = node.span;
  QueryNode name{QueryNode::Kind::kText, path.substr(1), {}, span, nullptr};
  return call_of("member", {std::move(node), std::move(name)}, span);
}

Result<QueryNode> ExpressionParser::parse_primary() {
  const QueryToken& next = tokens_.peek();
  switch (next.kind) {
    case QueryToken::Kind::kNumber: return leaf_of(QueryNode::Kind::kNumber, tokens_.take());
    case QueryToken::Kind::kPeriod: return leaf_of(QueryNode::Kind::kPeriod, tokens_.take());
    case QueryToken::Kind::kText: return leaf_of(QueryNode::Kind::kText, tokens_.take());
    case QueryToken::Kind::kName: {
      const QueryToken name = tokens_.take();
      if (!name.is_quoted && tokens_.at_symbol("(")) return parse_call(name);
      return leaf_of(QueryNode::Kind::kField, name);
    }
    default: break;
  }
  if (!tokens_.take_symbol("(")) return tokens_.unexpected();
  QueryNode inside = TRACERY_TRY(parse());
  TRACERY_TRY(tokens_.expect_symbol(")"));
  return inside;
}

Result<QueryNode> ExpressionParser::parse_call(const QueryToken& name) {
  tokens_.take();
  std::vector<QueryNode> arguments;
  if (tokens_.at_symbol("*")) {
    arguments.push_back(leaf_of(QueryNode::Kind::kStar, tokens_.take()));
  } else if (!tokens_.at_symbol(")")) {
    do {
      arguments.push_back(TRACERY_TRY(parse()));
    } while (tokens_.take_symbol(","));
  }
  TRACERY_TRY(tokens_.expect_symbol(")"));
  return call_of(lower_case(name.text), std::move(arguments),
                 {name.span.start, tokens_.last_end()});
}

}  // namespace tracery::cwlogs
