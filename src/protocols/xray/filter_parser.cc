// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "protocols/xray/filter_expression.h"
#include "protocols/xray/filter_lexer.h"

namespace tracery::xray {
namespace {

using Kind = FilterExpression::Kind;
using LiteralKind = FilterLiteral::Kind;
using TokenKind = FilterToken::Kind;

/// What an expression speaks of.
enum Context : std::uint8_t { kTrace = 1, kSegment = 2, kCause = 4 };

struct Keyword {
  std::string_view name;
  LiteralKind kind;
  unsigned contexts;
};

constexpr std::array<Keyword, 27> kKeywords = {{
    {"ok", LiteralKind::kTruth, kTrace | kSegment},
    {"error", LiteralKind::kTruth, kTrace | kSegment},
    {"throttle", LiteralKind::kTruth, kTrace | kSegment},
    {"fault", LiteralKind::kTruth, kTrace | kSegment},
    {"partial", LiteralKind::kTruth, kTrace | kSegment},
    {"inferred", LiteralKind::kTruth, kSegment | kCause},
    {"root", LiteralKind::kTruth, kSegment},
    {"first", LiteralKind::kTruth, kCause},
    {"last", LiteralKind::kTruth, kCause},
    {"remote", LiteralKind::kTruth, kCause},
    {"responsetime", LiteralKind::kNumber, kTrace | kSegment},
    {"duration", LiteralKind::kNumber, kTrace | kSegment},
    {"http.status", LiteralKind::kNumber, kTrace | kSegment},
    {"index", LiteralKind::kNumber, kCause},
    {"coverage", LiteralKind::kNumber, kCause},
    {"http.url", LiteralKind::kText, kTrace | kSegment},
    {"http.method", LiteralKind::kText, kTrace | kSegment},
    {"http.useragent", LiteralKind::kText, kTrace | kSegment},
    {"http.clientip", LiteralKind::kText, kTrace | kSegment},
    {"user", LiteralKind::kText, kTrace | kSegment},
    {"name", LiteralKind::kText, kTrace | kSegment | kCause},
    {"type", LiteralKind::kText, kTrace | kSegment | kCause},
    {"message", LiteralKind::kText, kCause},
    {"availabilityzone", LiteralKind::kText, kTrace | kSegment},
    {"instance.id", LiteralKind::kText, kTrace | kSegment},
    {"resource.arn", LiteralKind::kText, kTrace | kSegment},
    {"account.id", LiteralKind::kText, kTrace | kSegment},
}};

const Keyword* find_keyword(std::string_view name) {
  for (const Keyword& keyword : kKeywords) {
    if (keyword.name == name) return &keyword;
  }
  return nullptr;
}

bool is_text_operator(FilterOperator op) {
  return op == FilterOperator::kContains || op == FilterOperator::kBeginsWith ||
         op == FilterOperator::kEndsWith;
}

bool is_equality(FilterOperator op) {
  return op == FilterOperator::kEqual || op == FilterOperator::kNotEqual;
}

bool fits(FilterOperator op, LiteralKind kind) {
  if (is_equality(op)) return true;
  return kind == LiteralKind::kText ? is_text_operator(op)
                                    : kind == LiteralKind::kNumber && !is_text_operator(op);
}

/// Recursive descent; how deep expressions nest is bounded.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Result<FilterExpression> parse() {
    TRACERY_TRY(advance());
    FilterExpression all;
    if (token_.kind == TokenKind::kEnd) return all;
    all = TRACERY_TRY(parse_or(kTrace));
    TRACERY_TRY(expect_end());
    return all;
  }

  Result<FilterExpression> parse_selector() {
    TRACERY_TRY(advance());
    FilterExpression entity;
    entity.position = token_.position;
    if (token_.is_word("id")) {
      entity.kind = Kind::kService;
      entity.service = TRACERY_TRY(parse_service());
    } else if (token_.is_word("service") || token_.is_word("edge")) {
      entity = TRACERY_TRY(parse_word(kTrace));
    } else {
      return filter_error("expected service(...), edge(...) or id(...)", token_.position);
    }
    TRACERY_TRY(expect_end());
    return entity;
  }

 private:
  static constexpr unsigned kDepthMax = 64;

  Status advance() {
    token_ = TRACERY_TRY(lexer_.next());
    return {};
  }

  Status expect(std::string_view sign) {
    if (!token_.is(sign)) return unexpected("'" + std::string(sign) + "'");
    return advance();
  }

  Status expect_end() {
    if (token_.kind == TokenKind::kEnd) return {};
    return filter_error("unexpected '" + std::string(token_.raw) + "'", token_.position);
  }

  Error unexpected(const std::string& wanted) const {
    const std::string found =
        token_.kind == TokenKind::kEnd ? "the end" : "'" + std::string(token_.raw) + "'";
    return filter_error("expected " + wanted + " instead of " + found, token_.position);
  }

  Result<FilterExpression> parse_or(Context context) {
    if (++depth_ > kDepthMax) return filter_error("nested too deeply", token_.position);
    FilterExpression first = TRACERY_TRY(parse_and(context));
    if (token_.is_word("or")) {
      FilterExpression any;
      any.kind = Kind::kAny;
      any.position = first.position;
      any.operands.push_back(std::move(first));
      while (token_.is_word("or")) {
        TRACERY_TRY(advance());
        any.operands.push_back(TRACERY_TRY(parse_and(context)));
      }
      first = std::move(any);
    }
    --depth_;
    return first;
  }

  bool begins_operand() const {
    return (token_.kind == TokenKind::kWord && !token_.is_word("or") && !token_.is_word("and")) ||
           token_.is("!") || token_.is("(");
  }

  Result<FilterExpression> parse_and(Context context) {
    FilterExpression first = TRACERY_TRY(parse_unary(context));
    if (!begins_operand() && !token_.is_word("and")) return first;
    FilterExpression all;
    all.position = first.position;
    all.operands.push_back(std::move(first));
    while (begins_operand() || token_.is_word("and")) {
      if (token_.is_word("and")) TRACERY_TRY(advance());
      all.operands.push_back(TRACERY_TRY(parse_unary(context)));
    }
    return all;
  }

  Result<FilterExpression> parse_unary(Context context) {
    if (token_.is("(")) {
      TRACERY_TRY(advance());
      FilterExpression inner = TRACERY_TRY(parse_or(context));
      TRACERY_TRY(expect(")"));
      return inner;
    }
    if (!token_.is("!")) return parse_word(context);
    if (++depth_ > kDepthMax) return filter_error("nested too deeply", token_.position);
    FilterExpression negation;
    negation.kind = Kind::kNot;
    negation.position = token_.position;
    TRACERY_TRY(advance());
    negation.operands.push_back(TRACERY_TRY(parse_unary(context)));
    --depth_;
    return negation;
  }

  Result<FilterExpression> parse_word(Context context) {
    if (token_.kind != TokenKind::kWord) return unexpected("a keyword");
    const std::string word = to_lower(token_.raw);
    if (word == "service") return parse_service_expression(context);
    if (word == "edge") return parse_edge(context);
    if (word == "annotation" || word.starts_with("annotation.")) return parse_annotation(context);
    if (word == "group.name" || word == "group.arn") return parse_group(context, word.substr(6));
    if (word.starts_with("rootcause.")) return parse_root_cause(context, word.substr(10));
    return parse_keyword(context, word);
  }

  Status only_for_traces(Context context) const {
    if (context == kTrace) return {};
    return filter_error("'" + std::string(token_.raw) + "' is not allowed inside of braces",
                        token_.position);
  }

  Result<FilterExpression> start(Kind kind, Context context) {
    TRACERY_TRY(only_for_traces(context));
    FilterExpression expression;
    expression.kind = kind;
    expression.position = token_.position;
    return expression;
  }

  /// { expression }, when there is one.
  Status parse_braces(Context context, FilterExpression& into) {
    if (!token_.is("{")) return {};
    TRACERY_TRY(advance());
    if (!token_.is("}")) into.operands.push_back(TRACERY_TRY(parse_or(context)));
    return expect("}");
  }

  Result<FilterExpression> parse_service_expression(Context context) {
    FilterExpression service = TRACERY_TRY(start(Kind::kService, context));
    TRACERY_TRY(advance());
    TRACERY_TRY(expect("("));
    if (!token_.is(")")) service.service = TRACERY_TRY(parse_service());
    TRACERY_TRY(expect(")"));
    TRACERY_TRY(parse_braces(kSegment, service));
    return service;
  }

  Result<FilterExpression> parse_edge(Context context) {
    FilterExpression edge = TRACERY_TRY(start(Kind::kEdge, context));
    TRACERY_TRY(advance());
    TRACERY_TRY(expect("("));
    if (!token_.is(",")) edge.service = TRACERY_TRY(parse_service());
    TRACERY_TRY(expect(","));
    if (!token_.is(")")) edge.callee = TRACERY_TRY(parse_service());
    TRACERY_TRY(expect(")"));
    TRACERY_TRY(parse_braces(kSegment, edge));
    return edge;
  }

  /// A name, or id(name: "…", type: "…", account.id: "…").
  Result<FilterService> parse_service() {
    FilterService service;
    if (!token_.is_word("id")) {
      std::string name = TRACERY_TRY(parse_text());
      // An empty name stands for every service.
      if (!name.empty()) service.name = std::move(name);
      return service;
    }
    TRACERY_TRY(advance());
    if (!token_.is("(")) {
      service.name = "id";
      return service;
    }
    do {
      TRACERY_TRY(advance());
      TRACERY_TRY(parse_member(service));
    } while (token_.is(","));
    TRACERY_TRY(expect(")"));
    return service;
  }

  Status parse_member(FilterService& service) {
    std::optional<std::string>* member = nullptr;
    if (token_.is_word("name")) member = &service.name;
    if (token_.is_word("type")) member = &service.type;
    if (token_.is_word("account.id")) member = &service.account_id;
    if (member == nullptr) return unexpected("name, type or account.id");
    TRACERY_TRY(advance());
    TRACERY_TRY(expect(":"));
    *member = TRACERY_TRY(parse_text());
    return {};
  }

  /// A string in quotes or a bare word.
  Result<std::string> parse_text() {
    std::string text;
    switch (token_.kind) {
      case TokenKind::kText: text = std::move(token_.text); break;
      case TokenKind::kWord:
      case TokenKind::kNumber: text = std::string(token_.raw); break;
      default: return unexpected("a string");
    }
    TRACERY_TRY(advance());
    return text;
  }

  Result<FilterExpression> parse_annotation(Context context) {
    FilterExpression annotation = TRACERY_TRY(start(Kind::kAnnotation, context));
    constexpr std::size_t kPrefix = std::string_view("annotation.").size();
    if (token_.raw.size() >= kPrefix) {
      annotation.keyword = std::string(token_.raw.substr(kPrefix));
      TRACERY_TRY(advance());
    } else {
      TRACERY_TRY(advance());
      if (!token_.is("[")) return unexpected("'.' or '[' after annotation");
      annotation.keyword = TRACERY_TRY(lexer_.take_until(']'));
      TRACERY_TRY(advance());
    }
    if (annotation.keyword.empty()) {
      return filter_error("missing key of the annotation", annotation.position);
    }
    TRACERY_TRY(parse_comparison(annotation, std::nullopt));
    return annotation;
  }

  Result<FilterExpression> parse_group(Context context, std::string member) {
    FilterExpression group = TRACERY_TRY(start(Kind::kGroup, context));
    group.keyword = std::move(member);
    TRACERY_TRY(advance());
    const std::size_t at = token_.position;
    TRACERY_TRY(parse_comparison(group, LiteralKind::kText));
    if (!group.op || !is_equality(*group.op)) {
      return filter_error("a group is compared by = or !=", at);
    }
    return group;
  }

  Result<FilterExpression> parse_root_cause(Context context, std::string rest) {
    FilterExpression cause = TRACERY_TRY(start(Kind::kRootCause, context));
    if (rest == "json") return parse_root_cause_json(std::move(cause));
    const std::size_t dot = rest.find('.');
    const std::string what = rest.substr(0, dot);
    const std::string step = dot == std::string::npos ? "" : rest.substr(dot + 1);
    const bool is_known = (what == "responsetime" || what == "fault" || what == "error") &&
                          (step == "service" || step == "entity" || step == "exception");
    if (!is_known) {
      return filter_error("unknown keyword '" + std::string(token_.raw) + "'", cause.position);
    }
    cause.keyword = std::move(rest);
    TRACERY_TRY(advance());
    TRACERY_TRY(parse_braces(kCause, cause));
    return cause;
  }

  Result<FilterExpression> parse_root_cause_json(FilterExpression cause) {
    cause.kind = Kind::kRootCauseJson;
    TRACERY_TRY(advance());
    if (!token_.is("=") && !token_.is("!=")) return unexpected("'=' or '!='");
    cause.op = token_.is("=") ? FilterOperator::kEqual : FilterOperator::kNotEqual;
    TRACERY_TRY(advance());
    if (!token_.is("#")) return unexpected("'#'");
    cause.literal.text = TRACERY_TRY(lexer_.take_array());
    TRACERY_TRY(advance());
    return cause;
  }

  Result<FilterExpression> parse_keyword(Context context, const std::string& word) {
    const Keyword* keyword = find_keyword(word);
    if (keyword == nullptr) {
      return filter_error("unknown keyword '" + std::string(token_.raw) + "'", token_.position);
    }
    if ((keyword->contexts & context) == 0) {
      return filter_error("keyword '" + word + "' is not allowed here", token_.position);
    }
    FilterExpression expression;
    expression.kind = Kind::kKeyword;
    expression.position = token_.position;
    expression.keyword = word;
    TRACERY_TRY(advance());
    TRACERY_TRY(parse_comparison(expression, keyword->kind));
    return expression;
  }

  static std::optional<FilterOperator> operator_of(const FilterToken& token) {
    constexpr std::array<std::pair<std::string_view, FilterOperator>, 6> kSigns = {
        {{"=", FilterOperator::kEqual},
         {"!=", FilterOperator::kNotEqual},
         {"<", FilterOperator::kLess},
         {"<=", FilterOperator::kLessEqual},
         {">", FilterOperator::kGreater},
         {">=", FilterOperator::kGreaterEqual}}};
    for (const auto& [sign, op] : kSigns) {
      if (token.is(sign)) return op;
    }
    if (token.is_word("contains")) return FilterOperator::kContains;
    if (token.is_word("beginswith")) return FilterOperator::kBeginsWith;
    if (token.is_word("endswith")) return FilterOperator::kEndsWith;
    return std::nullopt;
  }

  /// An operator and a literal, when they follow. `kind` not given: the literal decides.
  Status parse_comparison(FilterExpression& into, std::optional<LiteralKind> kind) {
    const auto op = operator_of(token_);
    if (!op) return {};
    const std::size_t at = token_.position;
    TRACERY_TRY(advance());
    into.op = op;
    into.literal = TRACERY_TRY(parse_literal(kind, *op));
    if (!fits(*op, into.literal.kind)) {
      return filter_error("the operator does not fit the value", at);
    }
    return {};
  }

  Result<FilterLiteral> parse_literal(std::optional<LiteralKind> kind, FilterOperator op) {
    FilterLiteral literal;
    const bool is_truth = token_.is_word("true") || token_.is_word("false");
    if (!kind) {
      kind = LiteralKind::kText;
      if (token_.kind == TokenKind::kNumber && !is_text_operator(op)) kind = LiteralKind::kNumber;
      if (is_truth && !is_text_operator(op)) kind = LiteralKind::kTruth;
    }
    literal.kind = *kind;
    if (*kind == LiteralKind::kText) {
      literal.text = TRACERY_TRY(parse_text());
      return literal;
    }
    if (*kind == LiteralKind::kNumber) {
      if (token_.kind != TokenKind::kNumber) return unexpected("a number");
      literal.number = token_.number;
    } else {
      if (!is_truth) return unexpected("true or false");
      literal.truth = token_.is_word("true");
    }
    TRACERY_TRY(advance());
    return literal;
  }

  FilterLexer lexer_;
  FilterToken token_;
  unsigned depth_ = 0;
};

}  // namespace

std::optional<FilterLiteral::Kind> keyword_kind(std::string_view keyword) {
  const Keyword* known = find_keyword(keyword);
  if (known == nullptr) return std::nullopt;
  return known->kind;
}

Result<FilterExpression> parse_filter(std::string_view text) { return Parser(text).parse(); }

Result<FilterExpression> parse_entity_selector(std::string_view text) {
  return Parser(text).parse_selector();
}

}  // namespace tracery::xray
