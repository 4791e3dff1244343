// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_compiler.h"

#include <algorithm>
#include <utility>

#include "model/names.h"
#include "protocols/cwlogs/insights_extract.h"
#include "protocols/cwlogs/insights_json.h"
#include "protocols/cwlogs/insights_query_compiler.h"
#include "protocols/cwlogs/insights_regex.h"
#include "protocols/cwlogs/insights_time.h"

namespace tracery::cwlogs {
namespace {

using query::Datum;
using query::Expression;

/// Texts shorter than this are in most messages: looking for them twice does not pay.
constexpr std::size_t kRequiredBytesMin = 3;

void collect_aggregates(const QueryNode& node, std::vector<const QueryNode*>& found) {
  if (ExpressionBinder::is_aggregate(node)) return found.push_back(&node);
  for (const QueryNode& argument : node.arguments) collect_aggregates(argument, found);
}

}  // namespace

QueryCompiler::QueryCompiler(const InsightsQuery& query, const InsightsContext& context,
                             QueryProblem* problem)
    : query_(query),
      context_(context),
      problem_(problem),
      binder_(query.text, problem),
      stage_(&context, true) {
  binder_.set_bind_query(
      [this](const QueryNode& node, const std::string& field) { return values_of(node, field); });
  made_.query.scan.datasets = context.groups;
  made_.query.scan.from_ns = context.from_ns;
  made_.query.scan.to_ns = context.to_ns;
  made_.rows_are_events = true;
  if (auto visibility = stage_.scope.visibility()) {
    stage_.actions.push_back({*std::move(visibility), nullptr, 0});
  }
}

Result<CompiledInsights> QueryCompiler::compile() {
  TRACERY_TRY(add_commands());
  finish();
  return std::move(made_);
}

Status QueryCompiler::add_commands() {
  for (at_ = 0; at_ < query_.commands.size(); ++at_) {
    const QueryCommand& command = query_.commands[at_];
    if (!stage_.distinct.empty() && !std::holds_alternative<LimitCommand>(command.body)) {
      return binder_.fail(command.span, "only limit may follow dedup");
    }
    TRACERY_TRY(std::visit([this](const auto& body) { return add(body); }, command.body));
  }
  return {};
}

Status QueryCompiler::add(const FieldsCommand& fields) {
  if (fields.is_display) stage_.outputs.clear();
  stage_.names_outputs = true;
  for (const NamedNode& item : fields.items) {
    const std::size_t slot = TRACERY_TRY(binder_.bind_slot(item.node, stage_.scope));
    const bool is_plain = item.node.kind == QueryNode::Kind::kField && item.node.text == item.name;
    if (!is_plain) stage_.scope.define(item.name, slot);
    put_output(item.name, slot);
  }
  return {};
}

Status QueryCompiler::add(const FilterCommand& filter) {
  if (stage_.limit) cut_rows();
  return add_condition(filter.condition);
}

Status QueryCompiler::add_condition(const QueryNode& node) {
  if (node.kind == QueryNode::Kind::kCall && node.text == "and") {
    TRACERY_TRY(add_condition(node.arguments[0]));
    return add_condition(node.arguments[1]);
  }
  Expression condition = TRACERY_TRY(binder_.bind(node, stage_.scope));
  if (!require_text(node)) stage_.actions.push_back({std::move(condition), nullptr, 0});
  return {};
}

bool QueryCompiler::require_text(const QueryNode& node) {
  if (node.kind != QueryNode::Kind::kCall || node.arguments.size() != 2) return false;
  if (node.text != "like" && node.text != "strcontains") return false;
  const QueryNode& field = node.arguments[0];
  const QueryNode& pattern = node.arguments[1];
  const bool is_message =
      field.kind == QueryNode::Kind::kField && stage_.scope.is_message(field.text);
  if (!is_message) return false;
  std::string text = pattern.text;
  const bool is_text = pattern.kind == QueryNode::Kind::kText;
  if (pattern.kind == QueryNode::Kind::kRegex) text = required_text_of(pattern.text);
  if ((!is_text && pattern.kind != QueryNode::Kind::kRegex) || text.size() < kRequiredBytesMin) {
    return false;
  }
  query::Filter filter;
  filter.column = std::string(model::names::kBody);
  filter.op = query::FilterOp::kContains;
  filter.values = {text};
  made_.query.scan.required.push_back(query::Predicate::from(filter));
  return is_text;
}

Status QueryCompiler::add(const ParseCommand& parse) {
  auto extractor = make_extractor(parse);
  if (!extractor.ok()) return binder_.fail(parse.pattern_span, extractor.error().message);
  query::RowProgram& program = stage_.scope.program();
  query::Extraction extraction;
  extraction.source = TRACERY_TRY(binder_.bind(parse.source, stage_.scope));
  extraction.extractor = std::move(extractor->function);
  for (const std::string& name : extractor->names) {
    query::RowSlot slot;
    slot.kind = query::RowSlot::Kind::kExtracted;
    slot.extraction = program.extractions.size();
    const std::size_t index = program.add_slot(std::move(slot));
    extraction.slots.push_back(index);
    stage_.scope.define(name, index);
    put_output(name, index);
  }
  program.extractions.push_back(std::move(extraction));
  return {};
}

Status QueryCompiler::add(const SortCommand& sort) {
  if (stage_.limit) cut_rows();
  stage_.order.clear();
  for (const SortCommand::Key& key : sort.keys) {
    stage_.order.push_back(
        {TRACERY_TRY(binder_.bind_slot(key.item.node, stage_.scope)), key.descending});
  }
  return {};
}

Status QueryCompiler::add(const LimitCommand& limit) {
  stage_.limit = std::min(stage_.limit.value_or(limit.count), limit.count);
  return {};
}

Status QueryCompiler::add(const DedupCommand& dedup) {
  if (stage_.limit) cut_rows();
  for (const NamedNode& key : dedup.keys) {
    stage_.distinct.push_back(TRACERY_TRY(binder_.bind_slot(key.node, stage_.scope)));
  }
  return {};
}

Status QueryCompiler::add(const StatsCommand& stats) {
  if (stage_.limit) cut_rows();
  query::GroupedRows grouped;
  std::vector<std::string> columns;
  for (const NamedNode& key : stats.keys) {
    grouped.keys.push_back(TRACERY_TRY(binder_.bind_slot(key.node, stage_.scope)));
    columns.push_back(key.name);
  }
  for (const NamedNode& item : stats.items) {
    std::vector<const QueryNode*> aggregates;
    collect_aggregates(item.node, aggregates);
    for (const QueryNode* aggregate : aggregates) {
      std::string text = binder_.text_of(*aggregate);
      if (std::find(columns.begin(), columns.end(), text) != columns.end()) continue;
      grouped.aggregates.push_back(TRACERY_TRY(binder_.bind_aggregate(*aggregate, stage_.scope)));
      columns.push_back(std::move(text));
    }
  }
  if (stage_.scope.reads_events() || stage_.scope.find("@timestamp")) {
    grouped.time_slot = stage_.scope.time_slot();
  }
  end_stage(std::move(grouped), columns);
  made_.rows_are_events = false;
  stage_.names_outputs = true;
  for (const NamedNode& key : stats.keys) put_output(key.name, stage_.scope.slot_of(key.name));
  for (const NamedNode& item : stats.items) {
    const std::size_t slot = TRACERY_TRY(binder_.bind_slot(item.node, stage_.scope));
    stage_.scope.define(item.name, slot);
    put_output(item.name, slot);
  }
  return {};
}

Status QueryCompiler::add(const UnnestCommand& unnest) {
  if (stage_.limit) cut_rows();
  query::RowAction action;
  action.expression = TRACERY_TRY(binder_.bind(unnest.list, stage_.scope));
  action.elements = [](const Datum& list, query::TextArena& texts, std::vector<Datum>& elements) {
    if (list.is_text()) read_json_list(list.text(), texts, elements);
  };
  query::RowSlot slot;
  slot.kind = query::RowSlot::Kind::kElement;
  action.slot = stage_.scope.program().add_slot(std::move(slot));
  stage_.scope.define(unnest.name, action.slot);
  put_output(unnest.name, action.slot);
  stage_.actions.push_back(std::move(action));
  return {};
}

Status QueryCompiler::add(const PatternCommand& pattern) {
  if (at_ + 1 < query_.commands.size()) {
    const CommandBody& next = query_.commands[at_ + 1].body;
    if (const auto* diff = std::get_if<DiffCommand>(&next)) {
      ++at_;
      return add_pattern(pattern.source, PatternDetail::kDifference, diff->against);
    }
    if (std::holds_alternative<AnomalyCommand>(next)) {
      ++at_;
      return add_pattern(pattern.source, PatternDetail::kAnomaly, {});
    }
  }
  return add_pattern(pattern.source, PatternDetail::kNone, {});
}

Status QueryCompiler::add(const DiffCommand& diff) {
  QueryNode message;
  message.text = "@message";
  return add_pattern(message, PatternDetail::kDifference, diff.against);
}

Status QueryCompiler::add_pattern(const QueryNode& source, PatternDetail detail,
                                  DiffCommand::Against against) {
  if (stage_.limit) cut_rows();
  if (detail != PatternDetail::kNone && !made_.query.steps.empty()) {
    const bool is_diff = detail == PatternDetail::kDifference;
    return binder_.fail(query_.commands[at_].span,
                        std::string(is_diff ? "diff" : "anomaly") + " needs log events");
  }
  Expression text = TRACERY_TRY(binder_.bind(source, stage_.scope));
  query::GroupedRows grouped;
  grouped.keys.push_back(stage_.scope.computed(stage_.scope.program().call(
      [](const Datum* values, query::TextArena& texts) {
        if (values[0].is_null()) return Datum();
        return Datum::text(texts.store(template_of(query::text_of(values[0], texts))));
      },
      {std::move(text)})));
  grouped.aggregates.emplace_back();
  const std::vector<std::string> columns = pattern_columns(detail);
  if (detail != PatternDetail::kNone) made_.query.earlier = range_before(against);
  end_stage(std::move(grouped), columns);
  made_.query.steps.back().transform = [detail](query::RowTable rows,
                                                const query::RowTable* earlier) {
    return make_patterns(rows, earlier, detail);
  };
  made_.rows_are_events = false;
  stage_.names_outputs = true;
  for (const std::string& column : columns) put_output(column, stage_.scope.slot_of(column));
  return {};
}

Status QueryCompiler::add(const AnomalyCommand&) {
  return binder_.fail(query_.commands[at_].span, "anomaly must follow pattern");
}

std::pair<std::int64_t, std::int64_t> QueryCompiler::range_before(
    DiffCommand::Against against) const {
  constexpr std::int64_t kDayNs = 86'400'000'000'000;
  std::int64_t shift = context_.to_ns - context_.from_ns;
  if (against == DiffCommand::Against::kDayBefore) shift = kDayNs;
  if (against == DiffCommand::Against::kWeekBefore) shift = 7 * kDayNs;
  if (against == DiffCommand::Against::kMonthBefore) {
    shift = context_.from_ns - month_before(context_.from_ns);
  }
  return {context_.from_ns - shift, context_.to_ns - shift};
}

Result<CompiledInsights> compile_insights(const InsightsQuery& query,
                                          const InsightsContext& context, QueryProblem* problem) {
  return QueryCompiler(query, context, problem).compile();
}

}  // namespace tracery::cwlogs
