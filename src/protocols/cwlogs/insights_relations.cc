// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/time.h"
#include "protocols/cwlogs/insights_query_compiler.h"
#include "protocols/cwlogs/insights_totals.h"

namespace tracery::cwlogs {
namespace {

using query::Datum;
using query::Expression;

}  // namespace

Result<CompiledInsights> QueryCompiler::compile_with(const std::vector<std::string>& names) {
  TRACERY_TRY(add_commands());
  name_outputs();
  for (const std::string& name : names) put_output(name, output_slot(name));
  finish();
  return std::move(made_);
}

Result<CompiledInsights> QueryCompiler::compile_values(const std::string& field, TextSpan span) {
  TRACERY_TRY(add_commands());
  name_outputs();
  const auto is_wanted = [&](const Column& column) { return column.name == field; };
  const auto& outputs = stage_.outputs;
  if (std::none_of(outputs.begin(), outputs.end(), is_wanted) && outputs.size() != 1) {
    return binder_.fail(span, "subquery must give one field, or one named " + field);
  }
  const std::string name = outputs.size() == 1 ? outputs[0].name : field;
  if (stage_.limit || !stage_.distinct.empty()) cut_rows({name});
  query::GroupedRows grouped;
  grouped.keys.push_back(output_slot(name));
  end_stage(std::move(grouped), {name});
  made_.rows_are_events = false;
  stage_.names_outputs = true;
  put_output(name, stage_.scope.slot_of(name));
  finish();
  return std::move(made_);
}

Status QueryCompiler::add(const AddTotalsCommand& totals) {
  std::vector<std::string> fields = totals.fields;
  for (const Column& output : stage_.outputs) {
    if (totals.fields.empty() && !output.name.starts_with('@')) fields.push_back(output.name);
  }
  if (totals.of_rows) {
    std::vector<Expression> values;
    for (const std::string& field : fields) {
      values.push_back(Expression::of_slot(output_slot(field)));
    }
    put_output(totals.name,
               stage_.scope.define(totals.name, stage_.scope.program().call(
                                                    [count = fields.size()](const Datum* summed,
                                                                            query::TextArena&) {
                                                      return sum_of({summed, count});
                                                    },
                                                    std::move(values))));
    if (totals.fields.empty()) fields.push_back(totals.name);
  }
  if (totals.of_columns) add_column_totals(fields);
  return {};
}

void QueryCompiler::add_column_totals(const std::vector<std::string>& fields) {
  const std::size_t rows = stage_.limit.value_or(context_.rows_max);
  const std::vector<std::string> names = cut_rows();
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::find(fields.begin(), fields.end(), names[i]) != fields.end()) columns.push_back(i);
  }
  made_.query.steps.back().transform = [columns](query::RowTable table, const query::RowTable*) {
    return with_column_totals(std::move(table), columns);
  };
  stage_.limit = rows + 1;
}

Status QueryCompiler::add(const LookupCommand& lookup) {
  const auto unknown = [&](const std::string& name) {
    return binder_.fail(lookup.table_span, "lookup table has no field " + name);
  };
  if (context_.sources == nullptr) return binder_.fail(lookup.table_span, "no lookup tables");
  const auto found = context_.sources->table(lookup.table);
  if (!found.ok()) return binder_.fail(lookup.table_span, found.error().message);
  const std::shared_ptr<const LookupTable> table = *found;
  std::vector<std::size_t> columns;
  std::vector<Expression> keys;
  for (const LookupCommand::Pair& key : lookup.keys) {
    const auto column = table->column_of(key.column);
    if (!column) return unknown(key.column);
    columns.push_back(*column);
    keys.push_back(Expression::of_slot(output_slot(key.field)));
  }
  const auto index = std::make_shared<const LookupIndex>(*table, columns);
  const std::size_t row = stage_.scope.computed(stage_.scope.program().call(
      [index, count = columns.size()](const Datum* values, query::TextArena& texts) {
        std::vector<std::string> key;
        for (std::size_t i = 0; i < count; ++i) {
          if (values[i].is_null()) return Datum();
          key.emplace_back(query::text_of(values[i], texts));
        }
        const auto place = index->find(key);
        return place ? Datum::integer(static_cast<std::int64_t>(*place)) : Datum();
      },
      std::move(keys)));
  for (const LookupCommand::Pair& output : lookup.outputs) {
    const auto column = table->column_of(output.column);
    if (!column) return unknown(output.column);
    put_output(output.field,
               stage_.scope.define(
                   output.field,
                   stage_.scope.program().call(
                       [table, column = *column](const Datum* values, query::TextArena&) {
                         if (values[0].is_null()) return Datum();
                         return Datum::text(
                             table->rows[static_cast<std::size_t>(values[0].whole())][column]);
                       },
                       {Expression::of_slot(row)})));
  }
  return {};
}

Status QueryCompiler::add(const JoinCommand& join) {
  if (stage_.limit) cut_rows();
  const std::string prefix = join.right + ".";
  std::vector<std::string> wanted = {join.right_key};
  bool are_named = false;
  for (std::size_t i = at_ + 1; i < query_.commands.size(); ++i) {
    const CommandBody& body = query_.commands[i].body;
    std::vector<std::string> names;
    add_field_names(body, names);
    for (const std::string& name : names) {
      if (name.starts_with(prefix)) wanted.push_back(name.substr(prefix.size()));
    }
    are_named = are_named || std::holds_alternative<FieldsCommand>(body);
  }
  const InsightsContext context =
      TRACERY_TRY(context_inside(*join.query, query_.commands[at_].span));
  CompiledInsights right =
      TRACERY_TRY(QueryCompiler(*join.query, context, problem_).compile_with(wanted));
  const auto key =
      std::find(right.columns.begin(), right.columns.end(), join.right_key) - right.columns.begin();
  const auto rows = ask_first(std::move(right.query), static_cast<std::size_t>(key));

  query::RowAction action;
  action.expression = Expression::of_slot(output_slot(join.left_key));
  action.elements = [rows, keeps = join.keeps_unmatched](const Datum& value, query::TextArena&,
                                                         std::vector<Datum>& matches) {
    const std::vector<std::uint32_t> found = rows->find(value);
    for (const std::uint32_t row : found) matches.push_back(Datum::integer(row));
    if (found.empty() && keeps) matches.emplace_back();
  };
  query::RowSlot slot;
  slot.kind = query::RowSlot::Kind::kElement;
  action.slot = stage_.scope.program().add_slot(std::move(slot));
  const std::size_t row = action.slot;
  stage_.actions.push_back(std::move(action));
  for (std::size_t i = 0; i < right.columns.size(); ++i) {
    const std::string name = prefix + right.columns[i];
    const std::size_t value = stage_.scope.define(
        name, stage_.scope.program().call(
                  [rows, i](const Datum* values, query::TextArena&) {
                    if (values[0].is_null()) return Datum();
                    return rows->at(i, static_cast<std::uint32_t>(values[0].whole()));
                  },
                  {Expression::of_slot(row)}));
    if (!are_named && right.columns[i] != "@ptr") put_output(name, value);
  }
  stage_.scope.add_prefix(join.left);
  return {};
}

Result<InsightsContext> QueryCompiler::context_inside(const InsightsQuery& query,
                                                      TextSpan span) const {
  InsightsContext context = context_;
  context.rows_max = kNestedRowsMax + 1;
  if (!query.source) return context;
  const QuerySource& source = *query.source;
  if (source.start_ms) context.from_ns = time_of_source(*source.start_ms, context.now_ns);
  if (source.end_ms) context.to_ns = time_of_source(*source.end_ms, context.now_ns) + kNsPerMs;
  const auto* sources = context.sources;
  context.groups = sources == nullptr ? source.groups : sources->groups_of(source);
  if (context.groups.empty()) return binder_.fail(span, "no such log group");
  if (sources == nullptr) return context;
  auto access = sources->access(context.groups);
  if (!access.ok()) return binder_.fail(span, access.error().message);
  context.from_ns = std::max(context.from_ns, access->from_ns);
  context.is_visible = std::move(access->is_visible);
  return context;
}

std::shared_ptr<const query::RowLookup> QueryCompiler::ask_first(query::RowQuery query,
                                                                 std::size_t key) {
  auto rows = std::make_shared<query::RowLookup>();
  made_.query.preludes.push_back({std::move(query), [rows, key](query::RowTable table) -> Status {
                                    if (table.rows > kNestedRowsMax) {
                                      return Error{
                                          ErrorCode::kTooLarge,
                                          "a query inside the query gives more than 100000 rows"};
                                    }
                                    rows->fill(std::move(table), key);
                                    return {};
                                  }});
  return rows;
}

Result<std::shared_ptr<const query::RowLookup>> QueryCompiler::values_of(const QueryNode& node,
                                                                         const std::string& field) {
  const InsightsContext context = TRACERY_TRY(context_inside(*node.query, node.span));
  QueryCompiler inside(*node.query, context, problem_);
  return ask_first(TRACERY_TRY(inside.compile_values(field, node.span)).query, 0);
}

}  // namespace tracery::cwlogs
