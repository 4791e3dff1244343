// SPDX-License-Identifier: Apache-2.0
#include "query/testing/query_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/time.h"
#include "query/testing/oracle_values.h"

namespace tracery::query {
namespace {

/// Where tables start counting their seconds; a multiple of every bucket width they use.
constexpr std::int64_t kStartNs = 1'700'000'000 * kNsPerSecond;

/// Splits at blanks outside of quotes.
std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> words;
  bool quoted = false, inside = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ' ' && !quoted) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    words.back() += c;
  }
  return words;
}

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

model::Value parse_value(const std::string& word) {
  if (word.size() >= 2 && word.front() == '"') return word.substr(1, word.size() - 2);
  if (word == "true" || word == "false") return word == "true";
  if (const auto integer = parse_number<std::int64_t>(word)) return *integer;
  if (const auto number = parse_number<double>(word)) return *number;
  return word;
}

std::int64_t parse_time(const std::string& word) {
  return kStartNs + std::llround(std::atof(word.c_str()) * static_cast<double>(kNsPerSecond));
}

model::Event parse_event(const std::vector<std::string>& words) {
  model::Event event;
  event.dataset = "main";
  event.time_ns = parse_time(words.at(1));
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::size_t mark = words[i].find('=');
    const std::string name = words[i].substr(0, mark);
    model::Value value = parse_value(words[i].substr(mark + 1));
    if (name == "@rate") {
      event.sample_rate = static_cast<std::uint32_t>(std::get<std::int64_t>(value));
    } else if (name == "@dataset") {
      event.dataset = std::get<std::string>(value);
    } else {
      event.fields.push_back({name, std::move(value)});
    }
  }
  return event;
}

bool parse_filter(const std::vector<std::string>& words, std::size_t first, Filter* filter) {
  if (words.size() < first + 2) return false;
  const auto op = parse_filter_op(words[first + 1]);
  if (!op) return false;
  filter->column = words[first];
  filter->op = *op;
  for (std::size_t i = first + 2; i < words.size(); ++i) {
    filter->values.push_back(parse_value(words[i]));
  }
  return true;
}

bool parse_calculation(const std::vector<std::string>& words, Spec* spec) {
  Calculation calculation;
  const std::size_t open = words[1].find('(');
  const auto op = parse_op(std::string_view(words[1]).substr(0, open));
  if (!op) return false;
  calculation.op = *op;
  if (open != std::string::npos) {
    calculation.column = words[1].substr(open + 1, words[1].size() - open - 2);
  }
  std::size_t at = 2;
  if (at + 1 < words.size() && words[at] == "as") {
    calculation.name = words[at + 1];
    at += 2;
  }
  if (at < words.size()) {
    Filter filter;
    if (words[at] != "where" || !parse_filter(words, at + 1, &filter)) return false;
    calculation.filters.filters.push_back(std::move(filter));
  }
  spec->calculations.push_back(std::move(calculation));
  return true;
}

std::optional<std::size_t> find_calculation(const Spec& spec, const std::string& key) {
  for (std::size_t i = 0; i < spec.calculations.size(); ++i) {
    if (spec.calculations[i].key() == key) return i;
  }
  for (std::size_t i = 0; i < spec.formulas.size(); ++i) {
    if (spec.formulas[i].name == key) return spec.calculations.size() + i;
  }
  return std::nullopt;
}

/// A quotient is all that tables need; other formulas are tested where they are read and computed.
bool parse_formula(const std::vector<std::string>& words, Spec* spec) {
  if (words.size() != 6 || words[2] != "=" || words[4] != "/") return false;
  FormulaNode root;
  root.op = FormulaOp::kDivide;
  for (const std::string& name : {words[3], words[5]}) {
    const auto calculation = find_calculation(*spec, name);
    if (!calculation) return false;
    root.arguments.push_back({FormulaOp::kCalculation, 0, *calculation, {}});
  }
  spec->formulas.push_back({words[1], std::move(root)});
  return true;
}

bool parse_having(const std::vector<std::string>& words, Spec* spec) {
  if (words.size() != 4) return false;
  const auto calculation = find_calculation(*spec, words[1]);
  const auto op = parse_filter_op(words[2]);
  const auto value = parse_number<double>(words[3]);
  if (!calculation || !op || !value) return false;
  spec->havings.push_back({*calculation, *op, *value});
  return true;
}

bool parse_clause(const std::vector<std::string>& words, Spec* spec) {
  const std::string& verb = words[0];
  if (verb == "unweighted") {
    spec->weighted = false;
    return true;
  }
  if (words.size() < 2) return false;
  if (verb == "calculate") return parse_calculation(words, spec);
  if (verb == "having") return parse_having(words, spec);
  if (verb == "formula") return parse_formula(words, spec);
  if (verb == "where") {
    Filter filter;
    const bool ok = parse_filter(words, 1, &filter);
    spec->filters.filters.push_back(std::move(filter));
    return ok;
  }
  if (verb == "combine") {
    spec->filters.combine = Combine::kOr;
  } else if (verb == "by") {
    spec->breakdowns.push_back(words[1]);
  } else if (verb == "order") {
    const auto calculation = find_calculation(*spec, words[1]);
    spec->orders.push_back(
        {calculation ? "" : words[1], calculation, words.back() == "descending"});
  } else if (verb == "limit") {
    spec->limit = parse_number<std::size_t>(words[1]).value_or(0);
  } else if (verb == "range") {
    spec->from_ns = parse_time(words[1]);
    spec->to_ns = parse_time(words.back());
  } else if (verb == "granularity") {
    spec->granularity_ns = parse_time(words[1]) - kStartNs;
  } else if (verb == "compare") {
    spec->compare_offset_ns = parse_time(words[1]) - kStartNs;
  } else if (verb == "dataset") {
    spec->datasets.push_back(words[1]);
  } else if (verb == "series") {
    spec->series = false;
  } else {
    return false;
  }
  return true;
}

Spec default_spec() {
  Spec spec;
  spec.from_ns = kStartNs;
  spec.to_ns = kStartNs + 60 * kNsPerSecond;
  spec.granularity_ns = 10 * kNsPerSecond;
  return spec;
}

std::string show_value(const model::Value& value) {
  if (value.index() == 0) return "nothing";
  const std::string text = oracle::text_of(value);
  return value.index() == 4 ? "\"" + text + "\"" : text;
}

std::string show_cell(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&cell)) return oracle::text_of(*number);
  const auto* heatmap = std::get_if<Heatmap>(&cell);
  if (heatmap == nullptr) return "nothing";
  std::string text;
  for (const HeatmapBucket& one : *heatmap) {
    text += (text.empty() ? "" : " ") + oracle::text_of(one.min) + ".." + oracle::text_of(one.max) +
            ":" + oracle::text_of(one.count);
  }
  return text;
}

std::string show_row(std::string head, const ResultRow& row) {
  for (const model::Value& value : row.group) head += " " + show_value(value);
  for (const Cell& cell : row.cells) head += " | " + show_cell(cell);
  if (row.cells.empty()) head += " | no events";
  return head;
}

std::vector<std::string> show_one(const Spec& spec, const QueryResult& result) {
  std::vector<std::string> lines;
  for (const ResultRow& row : result.rows) lines.push_back(show_row("row", row));
  if (result.total) lines.push_back(show_row("total", *result.total));
  if (result.other) lines.push_back(show_row("other", *result.other));
  if (!spec.series) return lines;
  for (const SeriesPoint& point : result.series) {
    const double seconds =
        static_cast<double>(point.time_ns - kStartNs) / static_cast<double>(kNsPerSecond);
    lines.push_back(show_row("point " + oracle::text_of(seconds), point.row));
  }
  return lines;
}

}  // namespace

Result<QueryTable> parse_query_table(std::string_view text) {
  QueryTable table;
  bool in_case = false, in_expect = false;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const std::vector<std::string> words = split(line);
    const auto malformed =
        Error{ErrorCode::kMalformed, "query table line: " + std::to_string(number)};
    if (words.empty()) {
      in_case = in_expect = false;
    } else if (in_expect) {
      table.cases.back().expected.emplace_back(line);
    } else if (words[0] == "query") {
      table.cases.push_back({std::string(line.substr(6)), number, default_spec(), {}});
      in_case = true;
    } else if (in_case && words[0] == "expect") {
      in_expect = true;
    } else if (in_case) {
      if (!parse_clause(words, &table.cases.back().spec)) return malformed;
    } else if (words[0] == "event" && words.size() > 1) {
      table.events.push_back(parse_event(words));
    } else if (words[0].front() != '#') {
      return malformed;
    }
  }
  return table;
}

std::vector<std::string> show_result(const Spec& spec, const QueryResult& result) {
  std::vector<std::string> lines = show_one(spec, result);
  if (result.comparison == nullptr) return lines;
  for (const std::string& line : show_one(spec, *result.comparison)) {
    lines.push_back("then " + line);
  }
  return lines;
}

}  // namespace tracery::query
