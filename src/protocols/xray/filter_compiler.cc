// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/filter_compiler.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "protocols/xray/filter_causes.h"
#include "protocols/xray/filter_lexer.h"
#include "protocols/xray/names.h"
#include "protocols/xray/span_rules.h"

namespace tracery::xray {
namespace {

using query::FilterOp;
using query::RowTest;
using query::SpanCondition;
using query::SpanFact;
using query::TraceCondition;
using Kind = FilterExpression::Kind;
using LiteralKind = FilterLiteral::Kind;

FilterOp to_op(FilterOperator op) {
  switch (op) {
    case FilterOperator::kEqual: return FilterOp::kEqual;
    case FilterOperator::kNotEqual: return FilterOp::kNotEqual;
    case FilterOperator::kLess: return FilterOp::kLess;
    case FilterOperator::kLessEqual: return FilterOp::kLessEqual;
    case FilterOperator::kGreater: return FilterOp::kGreater;
    case FilterOperator::kGreaterEqual: return FilterOp::kGreaterEqual;
    case FilterOperator::kContains: return FilterOp::kContains;
    case FilterOperator::kBeginsWith: return FilterOp::kStartsWith;
    case FilterOperator::kEndsWith: return FilterOp::kEndsWith;
  }
  return FilterOp::kEqual;
}

model::Value value_of(const FilterLiteral& literal) {
  switch (literal.kind) {
    case LiteralKind::kText: return literal.text;
    case LiteralKind::kNumber: return literal.number;
    case LiteralKind::kTruth: return literal.truth;
  }
  return {};
}

RowTest::Sees sees(LiteralKind kind) {
  switch (kind) {
    case LiteralKind::kText: return RowTest::Sees::kTexts;
    case LiteralKind::kNumber: return RowTest::Sees::kNumbers;
    case LiteralKind::kTruth: return RowTest::Sees::kTruths;
  }
  return RowTest::Sees::kEverything;
}

/// There is a value of that kind at all.
RowTest has_kind(const std::string& column, LiteralKind kind) {
  switch (kind) {
    case LiteralKind::kText:
      return RowTest::of(column, FilterOp::kContains, std::string(), RowTest::Sees::kTexts);
    case LiteralKind::kNumber:
      return RowTest::of(column, FilterOp::kGreaterEqual, -std::numeric_limits<double>::infinity());
    case LiteralKind::kTruth: break;
  }
  return RowTest::any({RowTest::of(column, FilterOp::kEqual, true, RowTest::Sees::kTruths),
                       RowTest::of(column, FilterOp::kEqual, false, RowTest::Sees::kTruths)});
}

/// A column compared as the expression says. Values of another kind than the literal's are as good
/// as none, so that they fail != too.
RowTest compare(const std::string& column, const FilterExpression& expression) {
  const LiteralKind kind = expression.literal.kind;
  if (*expression.op != FilterOperator::kNotEqual) {
    return RowTest::of(column, to_op(*expression.op), value_of(expression.literal), sees(kind));
  }
  RowTest equal = RowTest::of(column, FilterOp::kEqual, value_of(expression.literal), sees(kind));
  return RowTest::all({has_kind(column, kind), RowTest::negate(std::move(equal))});
}

RowTest any_of(std::vector<RowTest> tests) {
  return tests.size() == 1 ? std::move(tests.front()) : RowTest::any(std::move(tests));
}

RowTest keyword_test(const FilterExpression& expression) {
  std::vector<std::string> columns = keyword_columns(expression.keyword);
  const bool looks_inside = expression.op && (*expression.op == FilterOperator::kContains ||
                                              *expression.op == FilterOperator::kEndsWith);
  // Servers of OpenTelemetry know their URLs from the path on only.
  if (expression.keyword == "http.url" && looks_inside) {
    columns.emplace_back(names::kHttpTarget);
    columns.emplace_back("url.path");
  }
  std::vector<RowTest> tests;
  for (const std::string& column : columns) {
    tests.push_back(expression.op ? compare(column, expression) : RowTest::exists(column));
  }
  return any_of(std::move(tests));
}

RowTest annotation_test(const FilterExpression& expression) {
  const auto test = [&](const std::string& column) {
    if (expression.op) return compare(column, expression);
    // A boolean alone speaks for itself.
    return RowTest::all(
        {RowTest::exists(column),
         RowTest::negate(RowTest::of(column, FilterOp::kEqual, false, RowTest::Sees::kTruths))});
  };
  // Attributes of OpenTelemetry have no prefix.
  return RowTest::any({test(std::string(names::kAnnotationPrefix) + expression.keyword),
                       RowTest::all({RowTest::negate(RowTest::exists(std::string(names::kEntity))),
                                     test(expression.keyword)})});
}

SpanCondition of_kind(SpanCondition::Kind kind) {
  SpanCondition condition;
  condition.kind = kind;
  return condition;
}

SpanCondition of_fact(SpanFact fact) {
  SpanCondition condition = of_kind(SpanCondition::Kind::kFact);
  condition.fact = fact;
  return condition;
}

SpanCondition of_row(RowTest row) {
  SpanCondition condition = of_kind(SpanCondition::Kind::kRow);
  condition.row = std::move(row);
  return condition;
}

template <typename Condition>
Condition negate(Condition condition) {
  Condition negation;
  negation.kind = Condition::Kind::kNot;
  negation.operands.push_back(std::move(condition));
  return negation;
}

SpanCondition truth_condition(const std::string& keyword) {
  if (keyword == "fault") return of_fact(SpanFact::kFault);
  if (keyword == "error") return of_fact(SpanFact::kError);
  if (keyword == "throttle") return of_fact(SpanFact::kThrottle);
  if (keyword == "partial") return of_fact(SpanFact::kUnfinished);
  if (keyword == "root") return of_kind(SpanCondition::Kind::kRoot);
  if (keyword == "inferred") return of_kind(SpanCondition::Kind::kInferred);
  SpanCondition failed = of_kind(SpanCondition::Kind::kAny);
  for (const SpanFact fact : {SpanFact::kFault, SpanFact::kError, SpanFact::kThrottle}) {
    failed.operands.push_back(of_fact(fact));
  }
  return negate(std::move(failed));
}

/// Whether a comparison with true or false asks for the opposite of the keyword.
bool asks_for_opposite(const FilterExpression& expression) {
  if (!expression.op) return false;
  return expression.literal.truth == (*expression.op == FilterOperator::kNotEqual);
}

/// A keyword about one span.
SpanCondition span_condition(const FilterExpression& expression) {
  const std::string& keyword = expression.keyword;
  if (keyword_kind(keyword) == LiteralKind::kTruth) {
    SpanCondition condition = truth_condition(keyword);
    return asks_for_opposite(expression) ? negate(std::move(condition)) : condition;
  }
  if (keyword == "responsetime" || keyword == "duration") {
    SpanCondition condition = of_kind(SpanCondition::Kind::kSeconds);
    condition.seconds = expression.op
                            ? query::NumberTest{to_op(*expression.op), expression.literal.number}
                            : query::NumberTest{FilterOp::kGreaterEqual, 0};
    return condition;
  }
  if (keyword == "name" || keyword == "type") {
    SpanCondition condition =
        of_kind(keyword == "name" ? SpanCondition::Kind::kName : SpanCondition::Kind::kType);
    condition.text = expression.op ? query::TextTest{to_op(*expression.op), expression.literal.text}
                                   : query::TextTest{FilterOp::kNotEqual, ""};
    return condition;
  }
  return of_row(keyword_test(expression));
}

/// What stands in the braces of service(…) and edge(…).
SpanCondition segment_condition(const FilterExpression& expression) {
  SpanCondition condition;
  switch (expression.kind) {
    case Kind::kAll: condition.kind = SpanCondition::Kind::kAll; break;
    case Kind::kAny: condition.kind = SpanCondition::Kind::kAny; break;
    case Kind::kNot: condition.kind = SpanCondition::Kind::kNot; break;
    default: return span_condition(expression);
  }
  for (const FilterExpression& operand : expression.operands) {
    condition.operands.push_back(segment_condition(operand));
  }
  return condition;
}

query::ServicePattern pattern_of(const FilterService& service) {
  return {service.name, service.type, service.account_id};
}

class Compiler {
 public:
  explicit Compiler(const FindGroup& find_group) : find_group_(find_group) {}

  Result<TraceCondition> compile(const FilterExpression& expression) {
    TraceCondition condition;
    switch (expression.kind) {
      case Kind::kAll: condition.kind = TraceCondition::Kind::kAll; break;
      case Kind::kAny: condition.kind = TraceCondition::Kind::kAny; break;
      case Kind::kNot: condition.kind = TraceCondition::Kind::kNot; break;
      case Kind::kKeyword: return compile_keyword(expression);
      case Kind::kAnnotation:
        condition.kind = TraceCondition::Kind::kSome;
        condition.span = of_row(annotation_test(expression));
        return condition;
      case Kind::kService:
      case Kind::kEdge: return compile_service(expression);
      case Kind::kGroup: return compile_group(expression);
      case Kind::kRootCause: return compile_root_cause(expression);
      case Kind::kRootCauseJson: return compile_root_cause_json(expression);
    }
    for (const FilterExpression& operand : expression.operands) {
      condition.operands.push_back(TRACERY_TRY(compile(operand)));
    }
    return condition;
  }

 private:
  static constexpr unsigned kGroupDepthMax = 8;

  static TraceCondition compile_keyword(const FilterExpression& expression) {
    TraceCondition condition;
    condition.span = span_condition(expression);
    const std::string& keyword = expression.keyword;
    if (keyword == "duration") {
      condition.kind = TraceCondition::Kind::kSeconds;
      condition.seconds = condition.span.seconds;
      return condition;
    }
    if (keyword == "partial") {
      // "Not partial" is said of the trace, so of all of its segments.
      condition.kind = TraceCondition::Kind::kSome;
      condition.span = of_fact(SpanFact::kUnfinished);
      return asks_for_opposite(expression) ? negate(std::move(condition)) : condition;
    }
    const bool is_of_any_segment = keyword == "user" || keyword == "availabilityzone" ||
                                   keyword == "instance.id" || keyword == "resource.arn" ||
                                   keyword == "account.id";
    condition.kind = is_of_any_segment ? TraceCondition::Kind::kSome : TraceCondition::Kind::kRoot;
    return condition;
  }

  static TraceCondition compile_service(const FilterExpression& expression) {
    TraceCondition condition;
    const bool is_edge = expression.kind == Kind::kEdge;
    condition.kind = is_edge ? TraceCondition::Kind::kCall : TraceCondition::Kind::kService;
    condition.service = pattern_of(expression.service);
    condition.callee = pattern_of(expression.callee);
    if (!expression.operands.empty()) {
      condition.span = segment_condition(expression.operands.front());
    }
    return condition;
  }

  Result<TraceCondition> compile_group(const FilterExpression& expression) {
    std::optional<std::string> text;
    if (find_group_) text = find_group_(expression.keyword, expression.literal.text);
    if (!text) {
      return filter_error("unknown group \"" + expression.literal.text + "\"", expression.position);
    }
    if (++group_depth_ > kGroupDepthMax) {
      return filter_error("groups refer to each other in circles", expression.position);
    }
    const FilterExpression parsed = TRACERY_TRY(parse_filter(*text));
    TraceCondition condition = TRACERY_TRY(compile(parsed));
    --group_depth_;
    const bool is_negated = *expression.op == FilterOperator::kNotEqual;
    return is_negated ? negate(std::move(condition)) : condition;
  }

  const FindGroup& find_group_;
  unsigned group_depth_ = 0;
};

}  // namespace

Result<TraceCondition> compile_filter(const FilterExpression& expression,
                                      const FindGroup& find_group) {
  return Compiler(find_group).compile(expression);
}

Result<std::optional<TraceCondition>> read_filter(std::string_view text,
                                                  const FindGroup& find_group) {
  const FilterExpression expression = TRACERY_TRY(parse_filter(text));
  const bool is_empty = expression.kind == Kind::kAll && expression.operands.empty();
  if (is_empty) return std::optional<TraceCondition>();
  return std::optional(TRACERY_TRY(compile_filter(expression, find_group)));
}

}  // namespace tracery::xray
