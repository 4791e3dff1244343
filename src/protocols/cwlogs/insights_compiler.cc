// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_compiler.h"

#include <algorithm>
#include <utility>

#include "base/time.h"
#include "model/names.h"
#include "protocols/cwlogs/insights_binder.h"
#include "protocols/cwlogs/insights_extract.h"
#include "protocols/cwlogs/insights_json.h"
#include "protocols/cwlogs/insights_regex.h"
#include "protocols/cwlogs/insights_time.h"
#include "protocols/cwlogs/insights_totals.h"
#include "protocols/cwlogs/message_template.h"

namespace tracery::cwlogs {
namespace {

using query::Datum;
using query::Expression;

/// Texts shorter than this are in most messages: looking for them twice does not pay.
constexpr std::size_t kRequiredBytesMin = 3;
/// Rows of a query inside another; more are refused rather than left out.
constexpr std::size_t kNestedRowsMax = 100'000;

struct Column {
  std::string name;
  std::size_t slot = 0;
};

/// The step under way: what the commands so far ask of its rows.
struct Stage {
  Stage(const InsightsContext* context, bool reads_events) : scope(context, reads_events) {}

  QueryScope scope;
  std::vector<query::RowAction> actions;
  std::vector<Column> outputs;
  bool names_outputs = false;  ///< By `fields`, `display` or `stats`.
  std::vector<query::OrderKey> order;
  std::vector<std::size_t> distinct;  ///< Keys of `dedup`.
  std::optional<std::size_t> limit;
};

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

void collect_aggregates(const QueryNode& node, std::vector<const QueryNode*>& found) {
  if (ExpressionBinder::is_aggregate(node)) return found.push_back(&node);
  for (const QueryNode& argument : node.arguments) collect_aggregates(argument, found);
}

class QueryCompiler {
 public:
  QueryCompiler(const InsightsQuery& query, const InsightsContext& context, QueryProblem* problem)
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

  Result<CompiledInsights> compile() {
    TRACERY_TRY(add_commands());
    finish();
    return std::move(made_);
  }

  /// With these columns as well.
  Result<CompiledInsights> compile_with(const std::vector<std::string>& names) {
    TRACERY_TRY(add_commands());
    name_outputs();
    for (const std::string& name : names) put_output(name, output_slot(name));
    finish();
    return std::move(made_);
  }

  /// Each value of a column once: of that name, or the only one.
  Result<CompiledInsights> compile_values(const std::string& field, TextSpan span) {
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

 private:
  Status add_commands() {
    for (at_ = 0; at_ < query_.commands.size(); ++at_) {
      const QueryCommand& command = query_.commands[at_];
      if (!stage_.distinct.empty() && !std::holds_alternative<LimitCommand>(command.body)) {
        return binder_.fail(command.span, "only limit may follow dedup");
      }
      TRACERY_TRY(std::visit([this](const auto& body) { return add(body); }, command.body));
    }
    return {};
  }

  Status add(const FieldsCommand& fields) {
    if (fields.is_display) stage_.outputs.clear();
    stage_.names_outputs = true;
    for (const NamedNode& item : fields.items) {
      const std::size_t slot = TRACERY_TRY(binder_.bind_slot(item.node, stage_.scope));
      const bool is_plain =
          item.node.kind == QueryNode::Kind::kField && item.node.text == item.name;
      if (!is_plain) stage_.scope.define(item.name, slot);
      put_output(item.name, slot);
    }
    return {};
  }

  Status add(const FilterCommand& filter) {
    if (stage_.limit) cut_rows();
    return add_condition(filter.condition);
  }

  /// Conditions that all must hold are tested one after another, cheap ones on the way in.
  Status add_condition(const QueryNode& node) {
    if (node.kind == QueryNode::Kind::kCall && node.text == "and") {
      TRACERY_TRY(add_condition(node.arguments[0]));
      return add_condition(node.arguments[1]);
    }
    Expression condition = TRACERY_TRY(binder_.bind(node, stage_.scope));
    if (!require_text(node)) stage_.actions.push_back({std::move(condition), nullptr, 0});
    return {};
  }

  /// Tells the scan what messages must hold; true when that is all that the condition asks for.
  bool require_text(const QueryNode& node) {
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

  Status add(const ParseCommand& parse) {
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

  Status add(const SortCommand& sort) {
    if (stage_.limit) cut_rows();
    stage_.order.clear();
    for (const SortCommand::Key& key : sort.keys) {
      stage_.order.push_back(
          {TRACERY_TRY(binder_.bind_slot(key.item.node, stage_.scope)), key.descending});
    }
    return {};
  }

  Status add(const LimitCommand& limit) {
    stage_.limit = std::min(stage_.limit.value_or(limit.count), limit.count);
    return {};
  }

  Status add(const DedupCommand& dedup) {
    if (stage_.limit) cut_rows();
    for (const NamedNode& key : dedup.keys) {
      stage_.distinct.push_back(TRACERY_TRY(binder_.bind_slot(key.node, stage_.scope)));
    }
    return {};
  }

  Status add(const StatsCommand& stats) {
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

  Status add(const UnnestCommand& unnest) {
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

  Status add(const PatternCommand& pattern) {
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

  Status add(const DiffCommand& diff) {
    QueryNode message;
    message.text = "@message";
    return add_pattern(message, PatternDetail::kDifference, diff.against);
  }

  Status add_pattern(const QueryNode& source, PatternDetail detail, DiffCommand::Against against) {
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

  Status add(const AnomalyCommand&) {
    return binder_.fail(query_.commands[at_].span, "anomaly must follow pattern");
  }

  Status add(const AddTotalsCommand& totals) {
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

  /// The rows are cut first: the sums are those of the rows that are shown.
  void add_column_totals(const std::vector<std::string>& fields) {
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

  Status add(const LookupCommand& lookup) {
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

  /// Each row becomes one for each row of the other side that has the same key. Fields of the other
  /// side are read through the number of its row.
  Status add(const JoinCommand& join) {
    if (stage_.limit) cut_rows();
    const std::string prefix = join.right + ".";
    std::vector<std::string> wanted = {join.right_key};
    bool are_named = false;
    for (std::size_t i = at_ + 1; i < query_.commands.size(); ++i) {
      const CommandBody& body = query_.commands[i].body;
      std::vector<std::string> names;
      std::visit(FieldsOf{names}, body);
      for (const std::string& name : names) {
        if (name.starts_with(prefix)) wanted.push_back(name.substr(prefix.size()));
      }
      are_named = are_named || std::holds_alternative<FieldsCommand>(body);
    }
    const InsightsContext context =
        TRACERY_TRY(context_inside(*join.query, query_.commands[at_].span));
    CompiledInsights right =
        TRACERY_TRY(QueryCompiler(*join.query, context, problem_).compile_with(wanted));
    const auto key = std::find(right.columns.begin(), right.columns.end(), join.right_key) -
                     right.columns.begin();
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

  /// What a query inside this one runs on.
  Result<InsightsContext> context_inside(const InsightsQuery& query, TextSpan span) const {
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

  /// Rows that will be there when this query's first row is read.
  std::shared_ptr<const query::RowLookup> ask_first(query::RowQuery query, std::size_t key) {
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

  Result<std::shared_ptr<const query::RowLookup>> values_of(const QueryNode& node,
                                                            const std::string& field) {
    const InsightsContext context = TRACERY_TRY(context_inside(*node.query, node.span));
    QueryCompiler inside(*node.query, context, problem_);
    return ask_first(TRACERY_TRY(inside.compile_values(field, node.span)).query, 0);
  }

  std::pair<std::int64_t, std::int64_t> range_before(DiffCommand::Against against) const {
    constexpr std::int64_t kDayNs = 86'400'000'000'000;
    std::int64_t shift = context_.to_ns - context_.from_ns;
    if (against == DiffCommand::Against::kDayBefore) shift = kDayNs;
    if (against == DiffCommand::Against::kWeekBefore) shift = 7 * kDayNs;
    if (against == DiffCommand::Against::kMonthBefore) {
      shift = context_.from_ns - month_before(context_.from_ns);
    }
    return {context_.from_ns - shift, context_.to_ns - shift};
  }

  void put_output(const std::string& name, std::size_t slot) {
    const auto found = std::find_if(stage_.outputs.begin(), stage_.outputs.end(),
                                    [&](const Column& column) { return column.name == name; });
    if (found == stage_.outputs.end()) {
      stage_.outputs.push_back({name, slot});
    } else {
      found->slot = slot;
    }
  }

  /// What rows show when nobody says.
  void name_outputs() {
    if (stage_.names_outputs) return;
    stage_.names_outputs = true;
    std::vector<Column> others = std::move(stage_.outputs);
    stage_.outputs.clear();
    for (const char* name : {"@timestamp", "@message"}) {
      put_output(name, stage_.scope.slot_of(name));
    }
    for (const Column& column : others) put_output(column.name, column.slot);
  }

  /// Names that the command under way and those after it read, as they are called here.
  std::vector<std::string> names_to_come() const {
    std::vector<std::string> names;
    for (std::size_t i = query_.commands.size(); i-- > at_;) {
      const CommandBody& body = query_.commands[i].body;
      if (const auto* join = std::get_if<JoinCommand>(&body)) {
        std::erase_if(names, [&](const auto& name) { return name.starts_with(join->right + "."); });
        for (std::string& name : names) {
          if (name.starts_with(join->left + ".")) name.erase(0, join->left.size() + 1);
        }
      }
      std::visit(FieldsOf{names}, body);
    }
    return names;
  }

  /// Ends the stage with rows that have what they show, and what later commands read; gives the
  /// names of their columns.
  std::vector<std::string> cut_rows(std::vector<std::string> names = {}) {
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

  std::size_t output_slot(const std::string& name) {
    for (const Column& output : stage_.outputs) {
      if (output.name == name) return output.slot;
    }
    return stage_.scope.slot_of(name);
  }

  /// The stage's rows in its order, or in that of the log, newest first.
  query::RowEnd row_end(std::vector<std::size_t> slots) {
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

  /// Makes the stage a step, and goes on with one whose rows have these columns.
  void end_stage(query::RowEnd end, const std::vector<std::string>& columns) {
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

  void finish() {
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

  const InsightsQuery& query_;
  const InsightsContext& context_;
  QueryProblem* problem_;
  ExpressionBinder binder_;
  CompiledInsights made_;
  Stage stage_;
  std::size_t at_ = 0;  ///< The command being added.
};

}  // namespace

Result<CompiledInsights> compile_insights(const InsightsQuery& query,
                                          const InsightsContext& context, QueryProblem* problem) {
  return QueryCompiler(query, context, problem).compile();
}

}  // namespace tracery::cwlogs
