// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tracery::cwlogs {
namespace {

constexpr std::size_t kRowsMax = 100'000;

class QueryParser {
 public:
  explicit QueryParser(QueryTokens& tokens) : tokens_(tokens), expressions_(tokens) {}

  /// Up to the end of the text, or of the parenthesis that the query is in.
  Result<InsightsQuery> parse(bool is_nested) {
    const auto at_end = [&] {
      return is_nested ? tokens_.at_symbol(")") : tokens_.peek().kind == QueryToken::Kind::kEnd;
    };
    InsightsQuery query;
    query.text = tokens_.query();
    if (tokens_.take_word("source")) {
      query.source = TRACERY_TRY(parse_source());
      if (at_end()) return query;
      TRACERY_TRY(tokens_.expect_symbol("|"));
    }
    if (at_end()) return query;
    do {
      QueryCommand command;
      command.span = tokens_.peek().span;
      command.body = TRACERY_TRY(parse_command());
      query.commands.push_back(std::move(command));
    } while (tokens_.take_symbol("|"));
    if (!at_end()) return tokens_.unexpected();
    return query;
  }

 private:
  Result<CommandBody> parse_command() {
    if (tokens_.take_word("fields")) return parse_fields(false);
    if (tokens_.take_word("display")) return parse_fields(true);
    if (tokens_.take_word("filter") || tokens_.take_word("filterindex")) {
      return CommandBody(FilterCommand{TRACERY_TRY(expressions_.parse())});
    }
    if (tokens_.take_word("parse")) return parse_parse();
    if (tokens_.take_word("stats")) return parse_stats();
    if (tokens_.take_word("sort") || tokens_.take_word("order")) return parse_sort();
    if (tokens_.take_word("limit") || tokens_.take_word("head")) return parse_limit();
    if (tokens_.take_word("dedup")) {
      return CommandBody(DedupCommand{TRACERY_TRY(expressions_.parse_named_list())});
    }
    if (tokens_.take_word("pattern")) {
      return CommandBody(PatternCommand{TRACERY_TRY(expressions_.parse())});
    }
    if (tokens_.take_word("diff")) return parse_diff();
    if (tokens_.take_word("unnest")) return parse_unnest();
    if (tokens_.take_word("anomaly")) return CommandBody(AnomalyCommand{});
    if (tokens_.take_word("addtotals")) return parse_addtotals();
    if (tokens_.take_word("join")) return parse_join();
    if (tokens_.take_word("lookup")) return parse_lookup();
    return tokens_.unexpected();
  }

  Result<CommandBody> parse_fields(bool is_display) {
    return CommandBody(FieldsCommand{TRACERY_TRY(expressions_.parse_named_list()), is_display});
  }

  Result<CommandBody> parse_parse() {
    ParseCommand parse;
    parse.source.text = "@message";
    const auto is_pattern = [this] {
      return tokens_.peek().kind == QueryToken::Kind::kText || tokens_.at_symbol("/");
    };
    if (!is_pattern()) {
      // Not a whole expression: a slash that follows is no division.
      parse.source.span = tokens_.peek().span;
      parse.source.text = TRACERY_TRY(tokens_.expect_name());
    }
    if (!is_pattern()) return tokens_.unexpected();
    parse.is_regex = tokens_.at_symbol("/");
    const QueryToken pattern = parse.is_regex ? TRACERY_TRY(tokens_.take_regex()) : tokens_.take();
    parse.pattern = pattern.text;
    parse.pattern_span = pattern.span;
    if (tokens_.take_word("as")) {
      do {
        parse.names.push_back(TRACERY_TRY(tokens_.expect_name()));
      } while (tokens_.take_symbol(","));
    } else if (!parse.is_regex) {
      return tokens_.unexpected();
    }
    return CommandBody(std::move(parse));
  }

  Result<CommandBody> parse_stats() {
    StatsCommand stats;
    stats.items = TRACERY_TRY(expressions_.parse_named_list());
    if (tokens_.take_word("by")) stats.keys = TRACERY_TRY(expressions_.parse_named_list());
    return CommandBody(std::move(stats));
  }

  Result<CommandBody> parse_sort() {
    SortCommand sort;
    tokens_.take_word("by");
    do {
      SortCommand::Key key;
      key.item = TRACERY_TRY(expressions_.parse_named());
      if (tokens_.take_word("desc")) {
        key.descending = true;
      } else {
        tokens_.take_word("asc");
      }
      sort.keys.push_back(std::move(key));
    } while (tokens_.take_symbol(","));
    return CommandBody(std::move(sort));
  }

  Result<CommandBody> parse_limit() {
    const QueryToken token = tokens_.peek();
    if (token.kind != QueryToken::Kind::kNumber) return tokens_.unexpected();
    tokens_.take();
    std::size_t count = 0;
    const char* end = token.text.data() + token.text.size();
    const auto read = std::from_chars(token.text.data(), end, count);
    if (read.ec != std::errc() || read.ptr != end || count == 0 || count > kRowsMax) {
      return tokens_.fail(token.span, "limit must be between 1 and 100000");
    }
    return CommandBody(LimitCommand{count});
  }

  Result<CommandBody> parse_unnest() {
    UnnestCommand unnest;
    unnest.list = TRACERY_TRY(expressions_.parse());
    if (!tokens_.take_word("into")) return tokens_.unexpected();
    unnest.name = TRACERY_TRY(tokens_.expect_name());
    return CommandBody(std::move(unnest));
  }

  Result<CommandBody> parse_diff() {
    using Against = DiffCommand::Against;
    if (tokens_.take_word("previousday")) return CommandBody(DiffCommand{Against::kDayBefore});
    if (tokens_.take_word("previousweek")) return CommandBody(DiffCommand{Against::kWeekBefore});
    if (tokens_.take_word("previousmonth")) return CommandBody(DiffCommand{Against::kMonthBefore});
    return CommandBody(DiffCommand{});
  }

  /// `name=value`, where it is the next but for the equals sign.
  Result<bool> take_setting(std::string_view name, std::string& value) {
    if (!tokens_.take_word(name)) return false;
    TRACERY_TRY(tokens_.expect_symbol("="));
    value = TRACERY_TRY(tokens_.expect_name());
    return true;
  }

  Result<bool> take_truth(std::string_view name, bool& value) {
    const QueryToken place = tokens_.peek();
    std::string word;
    if (!TRACERY_TRY(take_setting(name, word))) return false;
    word = lower_case(word);
    if (word != "true" && word != "false") {
      return tokens_.fail(place.span, std::string(name) + " must be true or false");
    }
    value = word == "true";
    return true;
  }

  Result<CommandBody> parse_addtotals() {
    AddTotalsCommand totals;
    while (TRACERY_TRY(take_setting("fieldname", totals.name)) ||
           TRACERY_TRY(take_truth("row", totals.of_rows)) ||
           TRACERY_TRY(take_truth("col", totals.of_columns))) {
    }
    if (tokens_.peek().kind != QueryToken::Kind::kName) return CommandBody(std::move(totals));
    do {
      totals.fields.push_back(TRACERY_TRY(tokens_.expect_name()));
    } while (tokens_.take_symbol(","));
    return CommandBody(std::move(totals));
  }

  /// `type=left left=a right=b where a.x=b.y (SOURCE …)`
  Result<CommandBody> parse_join() {
    JoinCommand join;
    const QueryToken place = tokens_.peek();
    std::string type = "inner";
    while (TRACERY_TRY(take_setting("type", type)) ||
           TRACERY_TRY(take_setting("left", join.left)) ||
           TRACERY_TRY(take_setting("right", join.right))) {
    }
    type = lower_case(type);
    if (type != "inner" && type != "left") {
      return tokens_.fail(place.span, "join type must be inner or left");
    }
    if (join.left.empty() || join.right.empty() || join.left == join.right) {
      return tokens_.fail(place.span, "join needs two names, left= and right=");
    }
    join.keeps_unmatched = type == "left";
    if (!tokens_.take_word("where")) return tokens_.unexpected();
    const TextSpan keys = tokens_.peek().span;
    std::string first = TRACERY_TRY(tokens_.expect_name());
    TRACERY_TRY(tokens_.expect_symbol("="));
    std::string second = TRACERY_TRY(tokens_.expect_name());
    if (first.starts_with(join.right + ".")) std::swap(first, second);
    if (!first.starts_with(join.left + ".") || !second.starts_with(join.right + ".")) {
      return tokens_.fail(
          {keys.start, tokens_.last_end()},
          "join compares a field of each side, " + join.left + ".x=" + join.right + ".y");
    }
    join.left_key = first.substr(join.left.size() + 1);
    join.right_key = second.substr(join.right.size() + 1);
    join.query = TRACERY_TRY(parse_nested_query(tokens_));
    return CommandBody(std::move(join));
  }

  /// `table column as field, … OUTPUT column as name, …`
  Result<CommandBody> parse_lookup() {
    LookupCommand lookup;
    lookup.table_span = tokens_.peek().span;
    lookup.table = TRACERY_TRY(tokens_.expect_name());
    lookup.keys = TRACERY_TRY(parse_pairs());
    if (!tokens_.take_word("output")) return tokens_.unexpected();
    lookup.outputs = TRACERY_TRY(parse_pairs());
    return CommandBody(std::move(lookup));
  }

  Result<std::vector<LookupCommand::Pair>> parse_pairs() {
    std::vector<LookupCommand::Pair> pairs;
    do {
      LookupCommand::Pair pair;
      pair.column = pair.field = TRACERY_TRY(tokens_.expect_name());
      if (tokens_.take_word("as")) pair.field = TRACERY_TRY(tokens_.expect_name());
      pairs.push_back(std::move(pair));
    } while (tokens_.take_symbol(","));
    return pairs;
  }

  Result<QuerySource> parse_source() {
    QuerySource source;
    do {
      if (tokens_.peek().kind == QueryToken::Kind::kText) {
        source.groups.push_back(tokens_.take().text);
      } else if (tokens_.take_word("loggroups")) {
        TRACERY_TRY(parse_group_choice(source));
      } else {
        return tokens_.unexpected();
      }
    } while (tokens_.take_symbol(","));
    while (tokens_.at_word("start") || tokens_.at_word("end")) {
      auto& time = tokens_.at_word("start") ? source.start_ms : source.end_ms;
      tokens_.take();
      TRACERY_TRY(tokens_.expect_symbol("="));
      time = TRACERY_TRY(parse_time());
    }
    return source;
  }

  /// `(namePrefix: ['a', 'b'], class: 'STANDARD', accountIdentifiers: [...])`
  Status parse_group_choice(QuerySource& source) {
    TRACERY_TRY(tokens_.expect_symbol("("));
    while (!tokens_.at_symbol(")")) {
      const QueryToken key = tokens_.peek();
      const std::string name = lower_case(TRACERY_TRY(tokens_.expect_name()));
      TRACERY_TRY(tokens_.expect_symbol(":"));
      const auto texts = TRACERY_TRY(parse_texts());
      if (name == "nameprefix") {
        source.prefixes = texts;
      } else if (name == "class" || name == "loggroupclass") {
        source.group_class = texts.front();
      } else if (name != "accountidentifiers" && name != "accountidentifier") {
        return tokens_.fail(key.span, "unexpected symbol found " + key.text);
      }
      if (!tokens_.take_symbol(",")) break;
    }
    return tokens_.expect_symbol(")");
  }

  Result<std::vector<std::string>> parse_texts() {
    std::vector<std::string> texts;
    const bool is_list = tokens_.take_symbol("[");
    do {
      if (tokens_.peek().kind != QueryToken::Kind::kText) return tokens_.unexpected();
      texts.push_back(tokens_.take().text);
    } while (is_list && tokens_.take_symbol(","));
    if (is_list) TRACERY_TRY(tokens_.expect_symbol("]"));
    return texts;
  }

  Result<std::int64_t> parse_time() {
    const bool is_back = tokens_.take_symbol("-");
    const QueryToken token = tokens_.take();
    std::int64_t value = 0;
    if (token.kind == QueryToken::Kind::kPeriod) {
      const auto period = period_ms(token.text);
      if (!period) return tokens_.fail(token.span, "invalid time period " + token.text);
      value = *period;
    } else if (token.kind == QueryToken::Kind::kNumber) {
      const char* end = token.text.data() + token.text.size();
      const auto read = std::from_chars(token.text.data(), end, value);
      if (read.ec != std::errc() || read.ptr != end) {
        return tokens_.fail(token.span, "invalid time " + token.text);
      }
    } else {
      return tokens_.fail(token.span, "unexpected symbol found " + token.text);
    }
    return is_back ? -value : value;
  }

  QueryTokens& tokens_;
  ExpressionParser expressions_;
};

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

QueryTokens::QueryTokens(std::string_view query, QueryProblem* problem)
    : query_(query), problem_(problem), lexer_(query), token_(lexer_.next()) {}

QueryToken QueryTokens::take() {
  QueryToken taken = std::move(token_);
  last_end_ = taken.span.end;
  token_ = lexer_.next();
  return taken;
}

bool QueryTokens::at_symbol(std::string_view symbol) const {
  return token_.kind == QueryToken::Kind::kSymbol && token_.text == symbol;
}

bool QueryTokens::take_symbol(std::string_view symbol) {
  if (!at_symbol(symbol)) return false;
  take();
  return true;
}

bool QueryTokens::at_word(std::string_view word) const {
  return token_.kind == QueryToken::Kind::kName && !token_.is_quoted &&
         lower_case(token_.text) == word;
}

bool QueryTokens::take_word(std::string_view word) {
  if (!at_word(word)) return false;
  take();
  return true;
}

Status QueryTokens::expect_symbol(std::string_view symbol) {
  if (!take_symbol(symbol)) return unexpected();
  return {};
}

Result<std::string> QueryTokens::expect_name() {
  if (token_.kind != QueryToken::Kind::kName) return unexpected();
  return take().text;
}

Result<QueryToken> QueryTokens::take_regex() {
  lexer_.rewind(token_.span.start);
  QueryToken regex = lexer_.next_regex();
  if (regex.kind == QueryToken::Kind::kBad) return fail(regex.span, regex.text);
  last_end_ = regex.span.end;
  token_ = lexer_.next();
  return regex;
}

Error QueryTokens::unexpected() const {
  if (token_.kind == QueryToken::Kind::kEnd) return fail(token_.span, "unexpected end of query");
  const std::string_view text =
      query_.substr(token_.span.start, token_.span.end - token_.span.start);
  if (token_.kind == QueryToken::Kind::kBad && token_.text.starts_with("unclosed")) {
    return fail(token_.span, token_.text);
  }
  return fail(token_.span, "unexpected symbol found " + std::string(text));
}

Error QueryTokens::fail(TextSpan span, std::string_view message) const {
  QueryProblem problem = make_problem(query_, span, message);
  const Error error{ErrorCode::kInvalid, problem.message};
  if (problem_ != nullptr) *problem_ = std::move(problem);
  return error;
}

Status QueryTokens::enter_query() {
  constexpr int kDepthMax = 5;
  if (++depth_ > kDepthMax) return fail(token_.span, "queries nested too deep");
  return {};
}

std::string QueryTokens::text_from(std::size_t start) const {
  std::string text;
  for (const char c : query_.substr(start, last_end_ - start)) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (is_blank && (text.empty() || text.back() == ' ')) continue;
    text += is_blank ? ' ' : c;
  }
  return text;
}

std::optional<Period> parse_period(std::string_view text) {
  struct Name {
    std::string_view name;
    Period::Unit unit;
  };
  using Unit = Period::Unit;
  static constexpr Name kNames[] = {{"ms", Unit::kMillisecond},
                                    {"msec", Unit::kMillisecond},
                                    {"millisecond", Unit::kMillisecond},
                                    {"s", Unit::kSecond},
                                    {"sec", Unit::kSecond},
                                    {"second", Unit::kSecond},
                                    {"m", Unit::kMinute},
                                    {"min", Unit::kMinute},
                                    {"minute", Unit::kMinute},
                                    {"h", Unit::kHour},
                                    {"hr", Unit::kHour},
                                    {"hour", Unit::kHour},
                                    {"d", Unit::kDay},
                                    {"day", Unit::kDay},
                                    {"w", Unit::kWeek},
                                    {"week", Unit::kWeek},
                                    {"mo", Unit::kMonth},
                                    {"mon", Unit::kMonth},
                                    {"month", Unit::kMonth},
                                    {"q", Unit::kQuarter},
                                    {"qtr", Unit::kQuarter},
                                    {"quarter", Unit::kQuarter},
                                    {"y", Unit::kYear},
                                    {"yr", Unit::kYear},
                                    {"year", Unit::kYear}};
  Period period;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, period.count);
  if (read.ec != std::errc() || period.count < 1 || period.count > 1'000'000'000) {
    return std::nullopt;
  }
  std::string unit = lower_case({read.ptr, static_cast<std::size_t>(end - read.ptr)});
  if (unit.size() > 2 && unit.ends_with('s')) unit.pop_back();
  for (const Name& name : kNames) {
    if (name.name != unit) continue;
    period.unit = name.unit;
    return period;
  }
  return std::nullopt;
}

std::optional<std::int64_t> period_ms(std::string_view text) {
  const auto period = parse_period(text);
  if (!period || period->unit >= Period::Unit::kMonth) return std::nullopt;
  constexpr std::int64_t kUnits[] = {1, 1'000, 60'000, 3'600'000, 86'400'000, 604'800'000};
  return period->count * kUnits[static_cast<std::size_t>(period->unit)];
}

Result<InsightsQuery> parse_insights(std::string_view text, QueryProblem* problem) {
  QueryTokens tokens(text, problem);
  return QueryParser(tokens).parse(/*is_nested=*/false);
}

Result<std::shared_ptr<const InsightsQuery>> parse_nested_query(QueryTokens& tokens) {
  TRACERY_TRY(tokens.expect_symbol("("));
  TRACERY_TRY(tokens.enter_query());
  auto query = TRACERY_TRY(QueryParser(tokens).parse(/*is_nested=*/true));
  tokens.leave_query();
  TRACERY_TRY(tokens.expect_symbol(")"));
  return std::make_shared<const InsightsQuery>(std::move(query));
}

}  // namespace tracery::cwlogs
