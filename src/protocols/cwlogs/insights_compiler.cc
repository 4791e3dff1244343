// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_compiler.h"

#include <algorithm>
#include <utility>

#include "model/names.h"
#include "protocols/cwlogs/insights_binder.h"
#include "protocols/cwlogs/insights_extract.h"
#include "protocols/cwlogs/insights_json.h"
#include "protocols/cwlogs/insights_regex.h"
#include "protocols/cwlogs/insights_time.h"
#include "protocols/cwlogs/message_template.h"

namespace tracery::cwlogs {
namespace {

using query::Datum;
using query::Expression;

/// Texts shorter than this are in most messages: looking for them twice does not pay.
constexpr std::size_t kRequiredBytesMin = 3;

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
};

void collect_aggregates(const QueryNode& node, std::vector<const QueryNode*>& found) {
  if (ExpressionBinder::is_aggregate(node)) return found.push_back(&node);
  for (const QueryNode& argument : node.arguments) collect_aggregates(argument, found);
}

class QueryCompiler {
 public:
  QueryCompiler(const InsightsQuery& query, const InsightsContext& context, QueryProblem* problem)
      : query_(query), context_(context), binder_(query.text, problem), stage_(&context, true) {
    made_.query.scan.datasets = context.groups;
    made_.query.scan.from_ns = context.from_ns;
    made_.query.scan.to_ns = context.to_ns;
    made_.rows_are_events = true;
    if (auto visibility = stage_.scope.visibility()) {
      stage_.actions.push_back({*std::move(visibility), nullptr, 0});
    }
  }

  Result<CompiledInsights> compile() {
    for (at_ = 0; at_ < query_.commands.size(); ++at_) {
      const QueryCommand& command = query_.commands[at_];
      if (!stage_.distinct.empty() && !std::holds_alternative<LimitCommand>(command.body)) {
        return binder_.fail(command.span, "only limit may follow dedup");
      }
      TRACERY_TRY(std::visit([this](const auto& body) { return add(body); }, command.body));
    }
    finish();
    return std::move(made_);
  }

 private:
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

  Status add(const PatternCommand& pattern) { return add_pattern(pattern.source, std::nullopt); }

  Status add(const DiffCommand& diff) {
    QueryNode message;
    message.text = "@message";
    return add_pattern(message, diff.against);
  }

  Status add_pattern(const QueryNode& source, std::optional<DiffCommand::Against> against) {
    if (stage_.limit) cut_rows();
    const bool diff_follows = !against && at_ + 1 < query_.commands.size() &&
                              std::holds_alternative<DiffCommand>(query_.commands[at_ + 1].body);
    if (diff_follows) against = std::get<DiffCommand>(query_.commands[++at_].body).against;
    if (against && !made_.query.steps.empty()) {
      return binder_.fail(query_.commands[at_].span, "diff needs log events");
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
    std::vector<std::string> columns(std::begin(kPatternColumns), std::end(kPatternColumns));
    if (against) {
      columns.insert(columns.end(), std::begin(kDifferenceColumns), std::end(kDifferenceColumns));
      made_.query.earlier = range_before(*against);
    }
    end_stage(std::move(grouped), columns);
    made_.query.steps.back().transform = [](query::RowTable rows, const query::RowTable* earlier) {
      return make_patterns(rows, earlier);
    };
    made_.rows_are_events = false;
    stage_.names_outputs = true;
    for (const std::string& column : columns) put_output(column, stage_.scope.slot_of(column));
    return {};
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

  /// Ends the stage with rows that have what they show, and what later commands read.
  void cut_rows() {
    name_outputs();
    std::vector<std::string> names;
    for (const Column& output : stage_.outputs) names.push_back(output.name);
    for (std::size_t i = at_; i < query_.commands.size(); ++i) {
      std::visit(FieldsOf{names}, query_.commands[i].body);
    }
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
