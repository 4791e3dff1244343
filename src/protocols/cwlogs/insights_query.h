// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "protocols/cwlogs/insights_lexer.h"

namespace tracery::cwlogs {

struct InsightsQuery;

/// An expression as written. Operators are calls named by their sign or word ("=", "and", "like",
/// "not in", "negative").
struct QueryNode {
  enum class Kind : std::uint8_t {
    kNumber,
    kText,
    kRegex,
    kPeriod,
    kField,
    kCall,
    kStar,
    kQuery,  ///< After "in" and "not in".
  };
  Kind kind = Kind::kField;
  /// A number or period as written, a text, a regular expression, a field's name, a function's
  /// name in lower case.
  std::string text;
  std::vector<QueryNode> arguments;
  TextSpan span;
  std::shared_ptr<const InsightsQuery> query;  ///< kQuery.
};

/// An expression and the name of the column it makes: the user's, else its own text.
struct NamedNode {
  QueryNode node;
  std::string name;
};

struct FieldsCommand {
  std::vector<NamedNode> items;
  bool is_display = false;  ///< Only these are shown.
};
struct FilterCommand {
  QueryNode condition;
};
struct ParseCommand {
  QueryNode source;
  bool is_regex = false;
  std::string pattern;
  TextSpan pattern_span;
  std::vector<std::string> names;  ///< After `as`.
};
struct StatsCommand {
  std::vector<NamedNode> items;
  std::vector<NamedNode> keys;
};
struct SortCommand {
  struct Key {
    NamedNode item;
    bool descending = false;
  };
  std::vector<Key> keys;
};
struct LimitCommand {
  std::size_t count = 0;
};
struct DedupCommand {
  std::vector<NamedNode> keys;
};
struct UnnestCommand {
  QueryNode list;
  std::string name;
};
struct PatternCommand {
  QueryNode source;
};
struct DiffCommand {
  enum class Against : std::uint8_t { kPeriodBefore, kDayBefore, kWeekBefore, kMonthBefore };
  Against against = Against::kPeriodBefore;
};

/// After `pattern`.
struct AnomalyCommand {};
struct AddTotalsCommand {
  bool of_rows = true;      ///< A column with the sum of each row.
  bool of_columns = false;  ///< A last row with the sum of each column.
  std::string name = "Total";
  std::vector<std::string> fields;  ///< All that are shown when empty.
};
struct JoinCommand {
  bool keeps_unmatched = false;  ///< type=left.
  std::string left, right;       ///< Before a dot, the side a field is of.
  std::string left_key, right_key;
  std::shared_ptr<const InsightsQuery> query;
};
struct LookupCommand {
  /// A column of the table, and what it is compared with or called.
  struct Pair {
    std::string column;
    std::string field;
  };
  std::string table;
  TextSpan table_span;
  std::vector<Pair> keys;
  std::vector<Pair> outputs;
};

using CommandBody =
    std::variant<FieldsCommand, FilterCommand, ParseCommand, StatsCommand, SortCommand,
                 LimitCommand, DedupCommand, UnnestCommand, PatternCommand, DiffCommand,
                 AnomalyCommand, AddTotalsCommand, JoinCommand, LookupCommand>;
struct QueryCommand {
  CommandBody body;
  TextSpan span;  ///< Of its first word.
};

/// Groups and times that the text itself names.
struct QuerySource {
  std::vector<std::string> groups;
  std::vector<std::string> prefixes;
  std::optional<std::string> group_class;  ///< STANDARD, INFREQUENT_ACCESS.
  /// Absolute (ms) or, when not above zero, ms back from now.
  std::optional<std::int64_t> start_ms, end_ms;
};

struct InsightsQuery {
  std::string text;
  std::optional<QuerySource> source;
  std::vector<QueryCommand> commands;
};

/// Reads a query of CloudWatch Logs Insights; see docs/wire/cwlogs-insights.md. kInvalid with the
/// message that `*problem` has too, with its place.
Result<InsightsQuery> parse_insights(std::string_view text, QueryProblem* problem);

/// Milliseconds of a period such as "5m" or "300s"; nothing for months and longer, which have no
/// fixed length, and for what is no period.
std::optional<std::int64_t> period_ms(std::string_view text);

/// A period as a count and a unit of the table in docs/wire/cwlogs-insights.md.
struct Period {
  enum class Unit : std::uint8_t {
    kMillisecond,
    kSecond,
    kMinute,
    kHour,
    kDay,
    kWeek,
    kMonth,
    kQuarter,
    kYear,
  };
  std::int64_t count = 1;
  Unit unit = Unit::kMinute;
};
std::optional<Period> parse_period(std::string_view text);

}  // namespace tracery::cwlogs
