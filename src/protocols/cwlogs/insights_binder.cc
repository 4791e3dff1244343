// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_binder.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "base/text_search.h"
#include "base/time.h"
#include "protocols/cwlogs/insights_functions.h"
#include "protocols/cwlogs/insights_regex.h"
#include "protocols/cwlogs/insights_time.h"

namespace tracery::cwlogs {
namespace {

using query::AggregateSpec;
using query::Datum;
using query::Expression;
using query::TextArena;
using Kind = AggregateSpec::Kind;

struct AggregateName {
  std::string_view name;
  Kind kind;
};

constexpr AggregateName kAggregates[] = {
    {"count", Kind::kCount},
    {"count_distinct", Kind::kDistinct},
    {"sum", Kind::kSum},
    {"avg", Kind::kAverage},
    {"min", Kind::kLeast},
    {"max", Kind::kGreatest},
    {"stddev", Kind::kDeviation},
    {"pct", Kind::kPercentile},
    {"percentile", Kind::kPercentile},
    {"median", Kind::kPercentile},
    {"earliest", Kind::kEarliest},
    {"latest", Kind::kLatest},
    {"sortsfirst", Kind::kLeast},
    {"sortslast", Kind::kGreatest},
};

std::optional<Kind> aggregate_kind(const QueryNode& node) {
  if (node.kind != QueryNode::Kind::kCall) return std::nullopt;
  for (const AggregateName& one : kAggregates) {
    if (one.name == node.text) return one.kind;
  }
  return std::nullopt;
}

std::optional<std::int64_t> time_of(const Datum& datum) {
  if (datum.kind() == Datum::Kind::kTime) return datum.whole();
  const auto ms = query::number_of(datum);
  if (!ms || std::abs(*ms) > 9.2e12) return std::nullopt;
  return static_cast<std::int64_t>(*ms) * kNsPerMs;
}

}  // namespace

bool ExpressionBinder::is_aggregate(const QueryNode& node) {
  return aggregate_kind(node).has_value();
}

std::string ExpressionBinder::text_of(const QueryNode& node) const {
  std::string text;
  for (const char c : query_.substr(node.span.start, node.span.end - node.span.start)) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_blank || text.back() != ' ') text += is_blank ? ' ' : c;
  }
  return text;
}

Error ExpressionBinder::fail(TextSpan span, std::string_view message) const {
  QueryProblem problem = make_problem(query_, span, message);
  const Error error{ErrorCode::kInvalid, problem.message};
  if (problem_ != nullptr) *problem_ = std::move(problem);
  return error;
}

Error ExpressionBinder::wrong_count(const QueryNode& node) const {
  return fail(node.span, "invalid number of arguments for function " + node.text);
}

Result<std::size_t> ExpressionBinder::bind_slot(const QueryNode& node, QueryScope& scope) const {
  return scope.computed(TRACERY_TRY(bind(node, scope)));
}

Result<Expression> ExpressionBinder::bind_number(const QueryNode& node) const {
  std::int64_t whole = 0;
  const char* end = node.text.data() + node.text.size();
  const auto read = std::from_chars(node.text.data(), end, whole);
  if (read.ec == std::errc() && read.ptr == end) {
    return Expression::of_constant(Datum::integer(whole));
  }
  const auto number = query::parse_decimal(node.text);
  if (!number) return fail(node.span, "invalid number " + node.text);
  return Expression::of_constant(Datum::number(*number));
}

Result<Expression> ExpressionBinder::bind(const QueryNode& node, QueryScope& scope) const {
  switch (node.kind) {
    case QueryNode::Kind::kNumber: return bind_number(node);
    case QueryNode::Kind::kText: return Expression::of_text(node.text);
    case QueryNode::Kind::kField: return Expression::of_slot(scope.slot_of(node.text));
    case QueryNode::Kind::kCall: {
      // What a command before gave a column, by the same text.
      if (const auto known = scope.find(text_of(node))) return Expression::of_slot(*known);
      return bind_call(node, scope);
    }
    case QueryNode::Kind::kRegex:
    case QueryNode::Kind::kPeriod:
    case QueryNode::Kind::kStar:
    case QueryNode::Kind::kQuery: break;
  }
  return fail(node.span, "unexpected symbol found " + node.text);
}

Result<Expression> ExpressionBinder::bind_call(const QueryNode& node, QueryScope& scope) const {
  if (is_aggregate(node)) {
    return fail(node.span, "aggregate function " + node.text + " outside of stats");
  }
  if (node.text == "like" || node.text == "not like") return bind_like(node, scope);
  if (node.arguments.size() == 2 && node.arguments[1].kind == QueryNode::Kind::kQuery) {
    return bind_in_query(node, scope);
  }
  if (node.text == "bin" || node.text == "datefloor" || node.text == "dateceil") {
    return bind_period(node, scope);
  }
  if (node.text == "now") {
    if (!node.arguments.empty()) return wrong_count(node);
    return Expression::of_constant(Datum::integer(scope.context().now_ns / kNsPerSecond));
  }
  const ScalarSpec* spec = find_scalar(node.text);
  if (spec == nullptr) return fail(node.span, "unknown function " + node.text);
  const std::size_t count = node.arguments.size();
  if (count < spec->arguments_min || count > spec->arguments_max) return wrong_count(node);
  std::vector<Expression> arguments;
  for (const QueryNode& argument : node.arguments) {
    arguments.push_back(TRACERY_TRY(bind(argument, scope)));
  }
  return scope.program().call(
      [body = spec->body, count](const Datum* values, TextArena& texts) {
        return body(values, count, texts);
      },
      std::move(arguments));
}

Result<Expression> ExpressionBinder::bind_like(const QueryNode& node, QueryScope& scope) const {
  const bool negated = node.text == "not like";
  const QueryNode& pattern = node.arguments[1];
  std::vector<Expression> arguments;
  arguments.push_back(TRACERY_TRY(bind(node.arguments[0], scope)));
  if (pattern.kind != QueryNode::Kind::kRegex) {
    arguments.push_back(TRACERY_TRY(bind(pattern, scope)));
    return scope.program().call(
        [negated](const Datum* values, TextArena& texts) {
          if (values[0].is_null() || values[1].is_null()) return Datum();
          const bool found =
              contains_text(query::text_of(values[0], texts), query::text_of(values[1], texts));
          return Datum::truth(found != negated);
        },
        std::move(arguments));
  }
  auto regex = QueryRegex::compile(pattern.text);
  if (!regex.ok()) {
    return fail(pattern.span, "invalid regular expression: " + regex.error().message);
  }
  return scope.program().call(
      [negated, regex = *std::move(regex)](const Datum* values, TextArena& texts) {
        if (values[0].is_null()) return Datum();
        return Datum::truth(regex.matches(query::text_of(values[0], texts)) != negated);
      },
      std::move(arguments));
}

Result<Expression> ExpressionBinder::bind_in_query(const QueryNode& node, QueryScope& scope) const {
  const QueryNode& value = node.arguments[0];
  const std::string field = value.kind == QueryNode::Kind::kField ? value.text : std::string();
  auto values = TRACERY_TRY(bind_query_(node.arguments[1], field));
  const bool negated = node.text == "not in";
  return scope.program().call(
      [negated, values = std::move(values)](const Datum* arguments, TextArena&) {
        if (arguments[0].is_null()) return Datum();
        return Datum::truth(values->contains(arguments[0]) != negated);
      },
      {TRACERY_TRY(bind(value, scope))});
}

Result<Expression> ExpressionBinder::bind_period(const QueryNode& node, QueryScope& scope) const {
  const bool is_bin = node.text == "bin";
  if (node.arguments.size() != (is_bin ? 1U : 2U)) return wrong_count(node);
  const QueryNode& last = node.arguments.back();
  const auto period =
      last.kind == QueryNode::Kind::kPeriod ? parse_period(last.text) : std::nullopt;
  if (!period) return fail(last.span, "invalid time period " + text_of(last));
  Expression time =
      is_bin ? Expression::of_slot(scope.time_slot()) : TRACERY_TRY(bind(node.arguments[0], scope));
  const auto round = node.text == "dateceil" ? ceil_time : floor_time;
  return scope.program().call(
      [round, period = *period](const Datum* values, TextArena&) {
        const auto time_ns = time_of(values[0]);
        return time_ns ? Datum::time(round(*time_ns, period)) : Datum();
      },
      {std::move(time)});
}

Result<AggregateSpec> ExpressionBinder::bind_aggregate(const QueryNode& node,
                                                       QueryScope& scope) const {
  AggregateSpec spec;
  spec.kind = *aggregate_kind(node);
  const auto& arguments = node.arguments;
  const bool is_star = arguments.empty() || arguments[0].kind == QueryNode::Kind::kStar;
  if (is_star && spec.kind == Kind::kCount) return spec;
  const bool has_percent = spec.kind == Kind::kPercentile && node.text != "median";
  if (is_star || arguments.size() != (has_percent ? 2U : 1U)) return wrong_count(node);
  spec.percent = 50;
  if (has_percent) {
    const QueryNode& percent = arguments[1];
    const auto number = query::parse_decimal(percent.text);
    if (percent.kind != QueryNode::Kind::kNumber || !number || *number < 0 || *number > 100) {
      return fail(percent.span, "percentile must be a number between 0 and 100");
    }
    spec.percent = *number;
  }
  spec.slot = TRACERY_TRY(bind_slot(arguments[0], scope));
  return spec;
}

}  // namespace tracery::cwlogs
