// SPDX-License-Identifier: Apache-2.0
// Property: any text is a query or is refused with a place inside it; a query that compiles runs
// over a few events, whatever it asks for. Reading templates and globs of any message ends.
#include "base/check.h"
#include "model/names.h"
#include "protocols/cwlogs/insights_compiler.h"
#include "protocols/cwlogs/insights_rows.h"
#include "protocols/cwlogs/message_template.h"
#include "store/memory_source.h"

namespace {

using namespace tracery;

const store::Snapshot& some_events() {
  static const store::Snapshot snapshot = [] {
    std::vector<model::Event> events(5);
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i].dataset = "g";
      events[i].time_ns = static_cast<std::int64_t>(i) * 60'000'000'000;
      events[i].fields = {{"a", static_cast<std::int64_t>(i)},
                          {"b", i % 2 == 0 ? model::Value(std::string("x")) : model::Value(1.5)},
                          {std::string(model::names::kBody), R"(GET 200 {"c":{"d":[1,"e"]}})"}};
    }
    store::Snapshot made;
    made.sources.push_back(store::MemorySource::make(events));
    return made;
  }();
  return snapshot;
}

void check_problem(std::string_view text, const cwlogs::QueryProblem& problem) {
  TRACERY_CHECK(!problem.message.empty());
  TRACERY_CHECK(problem.start <= problem.end && problem.end <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cwlogs::show_template(cwlogs::template_of(text));
  cwlogs::QueryProblem problem;
  const auto query = cwlogs::parse_insights(text, &problem);
  if (!query.ok()) {
    check_problem(text, problem);
    return 0;
  }
  cwlogs::InsightsContext context;
  context.groups = {"g"};
  context.to_ns = 86'400'000'000'000;
  const auto compiled = cwlogs::compile_insights(*query, context, &problem);
  if (!compiled.ok()) {
    check_problem(text, problem);
    return 0;
  }
  query::RowStats stats;
  query::RunOptions options;
  options.threads = 1;
  const auto table = query::run(some_events(), compiled->query, options, &stats);
  TRACERY_CHECK(table.ok());
  TRACERY_CHECK(table->columns.size() == compiled->columns.size());
  cwlogs::format_rows(*table);
  return 0;
}
