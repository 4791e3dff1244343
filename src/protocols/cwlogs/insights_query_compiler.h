// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocols/cwlogs/insights_binder.h"
#include "protocols/cwlogs/insights_compiler.h"
#include "protocols/cwlogs/message_template.h"
#include "query/row_lookup.h"

/// Inside of compile_insights: nobody else includes this.
namespace tracery::cwlogs {

/// Rows of a query inside another; more are refused rather than left out.
inline constexpr std::size_t kNestedRowsMax = 100'000;

/// A column of the result.
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

/// Appends the names of the fields that a command reads.
void add_field_names(const CommandBody& command, std::vector<std::string>& names);

/// Turns commands, one after another, into steps. Commands whose rows a later one needs in a
/// certain order or number end a step. insights_compiler.cc has the commands over one stream of
/// rows, insights_relations.cc those over other rows as well, insights_stage.cc what ends a step.
class QueryCompiler {
 public:
  QueryCompiler(const InsightsQuery& query, const InsightsContext& context, QueryProblem* problem);
  QueryCompiler(const QueryCompiler&) = delete;  // Its binder asks it for queries inside.
  QueryCompiler& operator=(const QueryCompiler&) = delete;
  ~QueryCompiler() = default;

  Result<CompiledInsights> compile();
  /// With these columns as well.
  Result<CompiledInsights> compile_with(const std::vector<std::string>& names);
  /// Each value of a column once: of that name, or the only one.
  Result<CompiledInsights> compile_values(const std::string& field, TextSpan span);

 private:
  Status add_commands();
  Status add(const FieldsCommand& fields);
  Status add(const FilterCommand& filter);
  /// Conditions that all must hold are tested one after another, cheap ones on the way in.
  Status add_condition(const QueryNode& node);
  /// Tells the scan what messages must hold; true when that is all that the condition asks for.
  bool require_text(const QueryNode& node);
  Status add(const ParseCommand& parse);
  Status add(const SortCommand& sort);
  Status add(const LimitCommand& limit);
  Status add(const DedupCommand& dedup);
  Status add(const StatsCommand& stats);
  Status add(const UnnestCommand& unnest);
  Status add(const PatternCommand& pattern);
  Status add(const DiffCommand& diff);
  Status add_pattern(const QueryNode& source, PatternDetail detail, DiffCommand::Against against);
  Status add(const AnomalyCommand&);
  Status add(const AddTotalsCommand& totals);
  /// The rows are cut first: the sums are those of the rows that are shown.
  void add_column_totals(const std::vector<std::string>& fields);
  Status add(const LookupCommand& lookup);
  /// Each row becomes one for each row of the other side that has the same key. Fields of the other
  /// side are read through the number of its row.
  Status add(const JoinCommand& join);
  /// What a query inside this one runs on.
  Result<InsightsContext> context_inside(const InsightsQuery& query, TextSpan span) const;
  /// Rows that will be there when this query's first row is read.
  std::shared_ptr<const query::RowLookup> ask_first(query::RowQuery query, std::size_t key);
  Result<std::shared_ptr<const query::RowLookup>> values_of(const QueryNode& node,
                                                            const std::string& field);
  std::pair<std::int64_t, std::int64_t> range_before(DiffCommand::Against against) const;
  void put_output(const std::string& name, std::size_t slot);
  /// What rows show when nobody says.
  void name_outputs();
  /// Names that the command under way and those after it read, as they are called here.
  std::vector<std::string> names_to_come() const;
  /// Ends the stage with rows that have what they show, and what later commands read; gives the
  /// names of their columns.
  std::vector<std::string> cut_rows(std::vector<std::string> names = {});
  std::size_t output_slot(const std::string& name);
  /// The stage's rows in its order, or in that of the log, newest first.
  query::RowEnd row_end(std::vector<std::size_t> slots);
  /// Makes the stage a step, and goes on with one whose rows have these columns.
  void end_stage(query::RowEnd end, const std::vector<std::string>& columns);
  void finish();

  const InsightsQuery& query_;
  const InsightsContext& context_;
  QueryProblem* problem_;
  ExpressionBinder binder_;
  CompiledInsights made_;
  Stage stage_;
  std::size_t at_ = 0;  ///< The command being added.
};

}  // namespace tracery::cwlogs
