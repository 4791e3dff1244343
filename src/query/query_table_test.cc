// SPDX-License-Identifier: Apache-2.0
// Runs every query of testdata/*.test: in several layouts, and by the oracle.
#include "query/testing/query_table.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "query/run.h"
#include "query/testing/memory_source.h"
#include "query/testing/oracle.h"

namespace tracery::query {
namespace {

void check(const std::string& file, const QueryTable& table, const TableCase& one) {
  SCOPED_TRACE(file + ":" + std::to_string(one.line) + " " + one.name);
  EXPECT_EQ(show_result(one.spec, run_oracle(table.events, one.spec)), one.expected);
  for (const std::uint32_t group_rows : {1U, 3U, 1000U}) {
    MemoryLayout layout;
    layout.group_rows = group_rows;
    layout.sources = 1 + group_rows % 3;
    layout.random_shapes = group_rows != 1000;
    const auto result = run(make_memory_snapshot(table.events, layout), one.spec);

    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_EQ(show_result(one.spec, *result), one.expected);
  }
}

TEST(QueryTable, AnswersAsWritten) {
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TRACERY_QUERY_TESTDATA)) {
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto table = parse_query_table(text);

    ASSERT_TRUE(table.ok()) << entry.path() << " " << table.error().message;
    for (const TableCase& one : table->cases) check(entry.path().filename(), *table, one);
    cases += table->cases.size();
  }
  EXPECT_GT(cases, 20u);
}

}  // namespace
}  // namespace tracery::query
