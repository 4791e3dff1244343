// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/cwlogs/insights_compiler.h"
#include "protocols/cwlogs/insights_rows.h"
#include "query/testing/memory_source.h"

/// For tests: queries over plain events in memory.
namespace tracery::cwlogs {

inline constexpr std::int64_t kTestDayNs = 1'700'006'400'000'000'000;  // 2023-11-15, midnight.
inline constexpr std::int64_t kTestMinuteNs = 60'000'000'000;

/// The lookup table "codes".
inline constexpr std::string_view kTestTable =
    "code,path,what\n200,/a,fine\n404,/b,\"not, found\"\n500,/a,broken\n";

/// A result as text: cells joined by '|', missing ones "-".
struct InsightsTable {
  std::vector<std::string> columns;
  std::vector<std::string> rows;
  query::RowStats stats;
};

/// Runs a query over [day, day + 1 day) of group "g". `@ptr` is left out.
InsightsTable run_insights(std::string_view text, const std::vector<model::Event>& events,
                           const query::MemoryLayout& layout = {});

/// "MESSAGE [start,end)" of a query that is refused; "" when it is not.
std::string insights_problem(std::string_view text);

}  // namespace tracery::cwlogs
