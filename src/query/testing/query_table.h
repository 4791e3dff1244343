// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "query/result.h"
#include "query/spec.h"

namespace tracery::query {

/// One query of a table and what it must answer.
struct TableCase {
  std::string name;
  std::size_t line = 0;
  Spec spec;
  std::vector<std::string> expected;
};

/// Events and queries over them, written as text:
///
///   table  := { "#" comment | event | case }
///   event  := "event" seconds { field "=" value }       @dataset and @rate are the event's own
///   case   := "query" name { clause } "expect" { line } blank
///   clause := "calculate" op [ "(" column ")" ] [ "as" name ] [ "where" filter ]
///           | "where" filter | "combine or" | "by" column | "having" op-or-name op number
///           | "order" column-or-calculation ( "ascending" | "descending" ) | "limit" n
///           | "range" from to | "granularity" seconds | "dataset" name
///           | "series off" | "unweighted" | "formula" name "=" name "/" name | "compare" seconds
///   filter := column op { value }
///   value  := "text" | true | false | int | double
struct QueryTable {
  std::vector<model::Event> events;
  std::vector<TableCase> cases;
};

/// kMalformed with the line's number.
Result<QueryTable> parse_query_table(std::string_view text);

/// The answer as the lines that follow "expect".
std::vector<std::string> show_result(const Spec& spec, const QueryResult& result);

}  // namespace tracery::query
