// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "protocols/cwlogs/insights_query_compiler.h"

namespace tracery::cwlogs {
namespace {

void add_fields(const QueryNode& node, std::vector<std::string>& names) {
  if (node.kind == QueryNode::Kind::kField) names.push_back(node.text);
  for (const QueryNode& argument : node.arguments) add_fields(argument, names);
}

void add_fields(const std::vector<NamedNode>& items, std::vector<std::string>& names) {
  for (const NamedNode& item : items) add_fields(item.node, names);
}

/// Names that a command reads.
struct FieldsOf {
  std::vector<std::string>& names;

  void operator()(const FieldsCommand& fields) const { add_fields(fields.items, names); }
  void operator()(const FilterCommand& filter) const { add_fields(filter.condition, names); }
  void operator()(const ParseCommand& parse) const { add_fields(parse.source, names); }
  void operator()(const StatsCommand& stats) const {
    add_fields(stats.items, names);
    add_fields(stats.keys, names);
  }
  void operator()(const SortCommand& sort) const {
    for (const SortCommand::Key& key : sort.keys) add_fields(key.item.node, names);
  }
  void operator()(const DedupCommand& dedup) const { add_fields(dedup.keys, names); }
  void operator()(const UnnestCommand& unnest) const { add_fields(unnest.list, names); }
  void operator()(const PatternCommand& pattern) const { add_fields(pattern.source, names); }
  void operator()(const LimitCommand&) const {}
  void operator()(const DiffCommand&) const {}
  void operator()(const AnomalyCommand&) const {}
  void operator()(const AddTotalsCommand& totals) const {
    names.insert(names.end(), totals.fields.begin(), totals.fields.end());
  }
  void operator()(const JoinCommand& join) const { names.push_back(join.left_key); }
  void operator()(const LookupCommand& lookup) const {
    for (const LookupCommand::Pair& key : lookup.keys) names.push_back(key.field);
  }
};

}  // namespace

void add_field_names(const CommandBody& command, std::vector<std::string>& names) {
  std::visit(FieldsOf{names}, command);
}

void QueryCompiler::put_output(const std::string& name, std::size_t slot) {
  const auto found = std::find_if(stage_.outputs.begin(), stage_.outputs.end(),
                                  [&](const Column& column) { return column.name == name; });
  if (found == stage_.outputs.end()) {
    stage_.outputs.push_back({name, slot});
  } else {
    found->slot = slot;
  }
}

void QueryCompiler::name_outputs() {
  if (stage_.names_outputs) return;
  stage_.names_outputs = true;
  std::vector<Column> others = std::move(stage_.outputs);
  stage_.outputs.clear();
  for (const char* name : {"@timestamp", "@message"}) {
    put_output(name, stage_.scope.slot_of(name));
  }
  for (const Column& column : others) put_output(column.name, column.slot);
}

std::vector<std::string> QueryCompiler::names_to_come() const {
  std::vector<std::string> names;
  for (std::size_t i = query_.commands.size(); i-- > at_;) {
    const CommandBody& body = query_.commands[i].body;
    if (const auto* join = std::get_if<JoinCommand>(&body)) {
      std::erase_if(names, [&](const auto& name) { return name.starts_with(join->right + "."); });
      for (std::string& name : names) {
        if (name.starts_with(join->left + ".")) name.erase(0, join->left.size() + 1);
      }
    }
    add_field_names(body, names);
  }
  return names;
}

std::vector<std::string> QueryCompiler::cut_rows(std::vector<std::string> names) {
  name_outputs();
  for (const Column& output : stage_.outputs) names.push_back(output.name);
  for (std::string& name : names_to_come()) names.push_back(std::move(name));
  if (made_.rows_are_events) names.insert(names.end(), {"@timestamp", "@ptr"});
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<std::size_t> slots;
  for (const std::string& name : names) slots.push_back(output_slot(name));
  const std::vector<Column> outputs = stage_.outputs;
  end_stage(row_end(std::move(slots)), names);
  stage_.names_outputs = true;
  for (const Column& output : outputs) {
    put_output(output.name, stage_.scope.slot_of(output.name));
  }
  return names;
}

std::size_t QueryCompiler::output_slot(const std::string& name) {
  for (const Column& output : stage_.outputs) {
    if (output.name == name) return output.slot;
  }
  return stage_.scope.slot_of(name);
}

query::RowEnd QueryCompiler::row_end(std::vector<std::size_t> slots) {
  query::TopRows top;
  top.outputs = std::move(slots);
  top.order = stage_.order;
  top.limit = stage_.limit.value_or(context_.rows_max);
  if (stage_.scope.reads_events()) {
    const bool ascending = !top.order.empty() && !top.order[0].descending &&
                           top.order[0].slot == stage_.scope.time_slot();
    top.order.push_back({stage_.scope.time_slot(), !ascending});
    top.order.push_back({stage_.scope.sequence_slot(), !ascending});
  }
  if (stage_.distinct.empty()) return top;
  return query::DistinctRows{std::move(top), stage_.distinct};
}

void QueryCompiler::end_stage(query::RowEnd end, const std::vector<std::string>& columns) {
  query::RowStep step;
  step.actions = std::move(stage_.actions);
  step.end = std::move(end);
  step.program = std::move(stage_.scope.program());
  made_.query.steps.push_back(std::move(step));
  stage_ = Stage(&context_, false);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    query::RowSlot slot;
    slot.column = i;
    stage_.scope.define(columns[i], stage_.scope.program().add_slot(std::move(slot)));
  }
}

void QueryCompiler::finish() {
  name_outputs();
  if (made_.rows_are_events) {
    std::erase_if(stage_.outputs, [](const Column& column) { return column.name == "@ptr"; });
    put_output("@ptr", stage_.scope.slot_of("@ptr"));
  }
  std::vector<std::size_t> slots;
  for (const Column& output : stage_.outputs) {
    slots.push_back(output.slot);
    made_.columns.push_back(output.name);
  }
  end_stage(row_end(std::move(slots)), {});
}

}  // namespace tracery::cwlogs
