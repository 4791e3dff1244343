// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_harness.h"

namespace tracery::cwlogs {
namespace {

/// Groups as named, all of them seen; one table.
class TestSources final : public InsightsSources {
 public:
  std::vector<std::string> groups_of(const QuerySource& source) const override {
    return source.groups;
  }
  Result<InsightsAccess> access(const std::vector<std::string>& groups) const override {
    if (groups[0] == "nowhere") return Error{ErrorCode::kNotFound, "no such group"};
    return InsightsAccess{};
  }
  Result<std::shared_ptr<const LookupTable>> table(const std::string& name) const override {
    if (name != "codes") return Error{ErrorCode::kNotFound, "no lookup table " + name};
    return std::make_shared<const LookupTable>(TRACERY_TRY(parse_lookup_table(kTestTable)));
  }
};

InsightsContext context_of_test() {
  static const TestSources sources;
  InsightsContext context;
  context.groups = {"g"};
  context.from_ns = kTestDayNs;
  context.to_ns = kTestDayNs + 1'440 * kTestMinuteNs;
  context.now_ns = kTestDayNs + 2'000 * kTestMinuteNs;
  context.account = "000000000000";
  context.sources = &sources;
  return context;
}

}  // namespace

InsightsTable run_insights(std::string_view text, const std::vector<model::Event>& events,
                           const query::MemoryLayout& layout) {
  InsightsTable made;
  QueryProblem problem;
  const auto query = parse_insights(text, &problem);
  EXPECT_TRUE(query.ok()) << text << ": " << problem.message;
  if (!query.ok()) return made;
  const auto compiled = compile_insights(*query, context_of_test(), &problem);
  EXPECT_TRUE(compiled.ok()) << text << ": " << problem.message;
  if (!compiled.ok()) return made;
  const auto snapshot = query::make_memory_snapshot(events, layout);
  const auto table = query::run(snapshot, compiled->query, {}, &made.stats);
  EXPECT_TRUE(table.ok()) << text << ": " << table.error().message;
  if (!table.ok()) return made;
  made.columns = compiled->columns;
  if (compiled->rows_are_events) made.columns.pop_back();
  for (const InsightsRow& row : format_rows(*table)) {
    std::string line;
    for (std::size_t i = 0; i < made.columns.size(); ++i) {
      if (i != 0) line += '|';
      line += row[i].value_or("-");
    }
    made.rows.push_back(std::move(line));
  }
  return made;
}

std::string insights_problem(std::string_view text) {
  QueryProblem problem;
  const auto query = parse_insights(text, &problem);
  if (query.ok() && compile_insights(*query, context_of_test(), &problem).ok()) return "";
  return problem.message + " [" + std::to_string(problem.start) + "," +
         std::to_string(problem.end) + ")";
}

}  // namespace tracery::cwlogs
