// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/filter_causes.h"

#include <utility>

#include <simdjson.h>

#include "protocols/xray/filter_lexer.h"

namespace tracery::xray {
namespace {

using query::CauseCondition;
using query::CauseKind;
using query::CausePattern;
using query::FilterOp;
using query::TraceCondition;
using simdjson::dom::element;
using Kind = FilterExpression::Kind;

CauseCondition of_keyword(const std::string& keyword) {
  using Step = CauseCondition::Kind;
  constexpr std::pair<std::string_view, Step> kSteps[] = {
      {"first", Step::kFirst}, {"last", Step::kLast},         {"remote", Step::kRemote},
      {"index", Step::kIndex}, {"coverage", Step::kCoverage}, {"inferred", Step::kInferred},
      {"name", Step::kName},   {"type", Step::kType},         {"message", Step::kMessage},
  };
  CauseCondition condition;
  for (const auto& [name, kind] : kSteps) {
    if (name == keyword) condition.kind = kind;
  }
  return condition;
}

CauseCondition negate(CauseCondition condition) {
  CauseCondition negation;
  negation.kind = CauseCondition::Kind::kNot;
  negation.operands.push_back(std::move(condition));
  return negation;
}

FilterOp number_op(FilterOperator op) {
  switch (op) {
    case FilterOperator::kNotEqual: return FilterOp::kNotEqual;
    case FilterOperator::kLess: return FilterOp::kLess;
    case FilterOperator::kLessEqual: return FilterOp::kLessEqual;
    case FilterOperator::kGreater: return FilterOp::kGreater;
    case FilterOperator::kGreaterEqual: return FilterOp::kGreaterEqual;
    default: return FilterOp::kEqual;
  }
}

FilterOp text_op(FilterOperator op) {
  switch (op) {
    case FilterOperator::kNotEqual: return FilterOp::kNotEqual;
    case FilterOperator::kContains: return FilterOp::kContains;
    case FilterOperator::kBeginsWith: return FilterOp::kStartsWith;
    case FilterOperator::kEndsWith: return FilterOp::kEndsWith;
    default: return FilterOp::kEqual;
  }
}

CauseCondition compile_step(const FilterExpression& expression) {
  if (expression.kind == Kind::kKeyword) {
    CauseCondition condition = of_keyword(expression.keyword);
    switch (keyword_kind(expression.keyword).value_or(FilterLiteral::Kind::kText)) {
      case FilterLiteral::Kind::kTruth: {
        const bool is_opposite = expression.op && expression.literal.truth ==
                                                      (*expression.op == FilterOperator::kNotEqual);
        return is_opposite ? negate(std::move(condition)) : condition;
      }
      case FilterLiteral::Kind::kNumber:
        condition.number = {FilterOp::kGreaterEqual, 0};
        if (expression.op)
          condition.number = {number_op(*expression.op), expression.literal.number};
        return condition;
      case FilterLiteral::Kind::kText:
        condition.text = {FilterOp::kNotEqual, ""};
        if (expression.op) condition.text = {text_op(*expression.op), expression.literal.text};
        return condition;
    }
  }
  CauseCondition condition;
  condition.kind = expression.kind == Kind::kNot   ? CauseCondition::Kind::kNot
                   : expression.kind == Kind::kAny ? CauseCondition::Kind::kAny
                                                   : CauseCondition::Kind::kAll;
  for (const FilterExpression& operand : expression.operands) {
    condition.operands.push_back(compile_step(operand));
  }
  return condition;
}

std::optional<std::string> text_member(const element& object, const char* name) {
  std::string_view text;
  if (object[name].get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

std::optional<bool> truth_member(const element& object, const char* name) {
  bool truth = false;
  if (object[name].get(truth) != simdjson::SUCCESS) return std::nullopt;
  return truth;
}

/// Calls f(element) for each element of an array member, if there is one.
template <typename F>
void for_each_in(const element& object, const char* name, F&& f) {
  simdjson::dom::array items;
  if (object[name].get(items) != simdjson::SUCCESS) return;
  for (const element item : items) f(item);
}

CausePattern::Service read_service(const element& json) {
  CausePattern::Service service;
  service.name = text_member(json, "Name");
  service.type = text_member(json, "Type");
  service.account = text_member(json, "AccountId");
  service.inferred = truth_member(json, "Inferred");
  for_each_in(json, "EntityPath", [&](const element& entity_json) {
    CausePattern::Entity& entity = service.entities.emplace_back();
    entity.name = text_member(entity_json, "Name");
    entity.remote = truth_member(entity_json, "Remote");
    for_each_in(entity_json, "Exceptions", [&](const element& exception) {
      entity.exceptions.emplace_back(text_member(exception, "Name"),
                                     text_member(exception, "Message"));
    });
  });
  return service;
}

}  // namespace

TraceCondition compile_root_cause(const FilterExpression& expression) {
  TraceCondition condition;
  condition.kind = TraceCondition::Kind::kCause;
  const std::string_view keyword = expression.keyword;
  condition.cause = keyword.starts_with("responsetime") ? CauseKind::kResponseTime
                    : keyword.starts_with("fault")      ? CauseKind::kFault
                                                        : CauseKind::kError;
  condition.step_of = keyword.ends_with("service")  ? TraceCondition::Step::kService
                      : keyword.ends_with("entity") ? TraceCondition::Step::kEntity
                                                    : TraceCondition::Step::kException;
  if (!expression.operands.empty()) condition.step = compile_step(expression.operands.front());
  return condition;
}

Result<TraceCondition> compile_root_cause_json(const FilterExpression& expression) {
  simdjson::dom::parser parser;
  simdjson::dom::array causes;
  if (parser.parse(expression.literal.text).get(causes) != simdjson::SUCCESS) {
    return filter_error("the root causes are no JSON array", expression.position);
  }
  TraceCondition all;
  all.kind = TraceCondition::Kind::kAll;
  for (const element cause : causes) {
    if (!cause.is_object()) {
      return filter_error("a root cause is no JSON object", expression.position);
    }
    TraceCondition& condition = all.operands.emplace_back();
    condition.kind = TraceCondition::Kind::kCausePath;
    for_each_in(cause, "Services", [&](const element& service) {
      condition.path.services.push_back(read_service(service));
    });
  }
  if (*expression.op != FilterOperator::kNotEqual) return all;
  TraceCondition negation;
  negation.kind = TraceCondition::Kind::kNot;
  negation.operands.push_back(std::move(all));
  return negation;
}

}  // namespace tracery::xray
