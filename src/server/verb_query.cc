// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include <simdjson.h>

#include "base/json_writer.h"
#include "base/time.h"
#include "server/api_client.h"
#include "server/filter_text.h"
#include "server/terminal.h"
#include "server/verbs.h"

namespace tracery::server {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(25);
constexpr auto kPollMax = std::chrono::milliseconds(250);

Result<std::string> read_spec(const std::string& spec) {
  if (spec.starts_with('{')) return spec;
  if (spec == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  std::ifstream file(spec, std::ios::binary);
  if (!file) return Error{ErrorCode::kNotFound, "cannot read: " + spec};
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

Status write_formulas(const std::vector<std::string>& formulas, JsonWriter& json) {
  json.key("formulas").begin_array();
  for (const std::string& formula : formulas) {
    const std::size_t mark = formula.find('=');
    if (mark == 0 || mark == formula.npos) {
      return Error{ErrorCode::kInvalid, "a formula needs a name and a =: " + formula};
    }
    const std::string_view text = formula;
    json.begin_object().field("name", text.substr(0, mark));
    json.field("expression", text.substr(mark + 1)).end_object();
  }
  json.end_array();
  return {};
}

Result<std::string> make_spec(const QueryOptions& options) {
  JsonWriter json;
  json.begin_object().key("calculations").begin_array();
  for (const auto& [op, column] : options.calculations) {
    json.begin_object().field("op", op);
    if (!column.empty()) json.field("column", column);
    json.end_object();
  }
  if (options.calculations.empty()) json.begin_object().field("op", "COUNT").end_object();
  json.end_array();
  if (!options.formulas.empty()) TRACERY_TRY(write_formulas(options.formulas, json));
  if (!options.where.empty()) json.key("filters").raw(TRACERY_TRY(filters_json(options.where)));
  if (options.match_any) json.field("filter_combination", "OR");
  if (!options.by.empty()) {
    json.key("breakdowns").begin_array();
    for (const std::string& column : options.by) json.value(column);
    json.end_array();
  }
  if (!options.last.empty()) {
    const std::int64_t range_ns = TRACERY_TRY(parse_duration_ns(options.last, kNsPerSecond));
    json.field("time_range", range_ns / kNsPerSecond);
  }
  if (options.limit > 0) json.field("limit", options.limit);
  return json.end_object().take();
}

/// A text member of a JSON object; kInternal when the server left it out.
Result<std::string> text_member(const std::string& json, const char* name) {
  simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(json)[name].get(text) != simdjson::SUCCESS) {
    return Error{ErrorCode::kInternal, std::string("the server's answer lacks: ") + name};
  }
  return std::string(text);
}

bool is_complete(const std::string& json) {
  simdjson::dom::parser parser;
  bool complete = false;
  return parser.parse(json)["complete"].get(complete) != simdjson::SUCCESS || complete;
}

/// The finished result document.
Result<std::string> run_on_server(const QueryOptions& options, const std::string& spec) {
  ApiClient client(options.client);
  const std::string dataset = percent_encode(options.dataset);
  const std::string query = TRACERY_TRY(client.post("/1/queries/" + dataset, spec));
  JsonWriter run;
  run.begin_object().field("query_id", TRACERY_TRY(text_member(query, "id")));
  run.field("disable_series", true).end_object();
  const std::string results = "/1/query_results/" + dataset;
  std::string result = TRACERY_TRY(client.post(results, run.take()));
  const std::string path = results + "/" + TRACERY_TRY(text_member(result, "id"));
  ProgressBar bar("querying");
  for (auto wait = kPoll; !is_complete(result); wait = std::min(wait * 2, kPollMax)) {
    std::this_thread::sleep_for(wait);
    bar.show(-1);
    result = TRACERY_TRY(client.get(path));
  }
  if (const auto error = text_member(result, "error"); error.ok()) {
    return Error{ErrorCode::kInvalid, *error};
  }
  return result;
}

std::string cell_text(const simdjson::dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return printable(text);
  if (value.is_null()) return "-";
  double real = 0;
  if (value.is_double() && value.get(real) == simdjson::SUCCESS) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.6g", real);
    return digits;
  }
  return std::string(simdjson::minify(value));
}

/// They come first in the table, in the order asked for.
std::vector<std::string> breakdowns_of(const simdjson::dom::element& document) {
  std::vector<std::string> names;
  simdjson::dom::array list;
  if (document["query"]["breakdowns"].get(list) != simdjson::SUCCESS) return names;
  for (const simdjson::dom::element entry : list) {
    std::string_view name;
    if (entry.get(name) == simdjson::SUCCESS) names.emplace_back(name);
  }
  return names;
}

Status print_rows(const std::string& result) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  simdjson::dom::array rows;
  if (parser.parse(result).get(document) != simdjson::SUCCESS ||
      document["data"]["results"].get(rows) != simdjson::SUCCESS) {
    return Error{ErrorCode::kInternal, "the server's answer has no rows"};
  }
  std::vector<std::string> heads = breakdowns_of(document);
  std::vector<std::vector<std::string>> cells;
  for (const simdjson::dom::element row : rows) {
    simdjson::dom::object data;
    if (row["data"].get(data) != simdjson::SUCCESS) continue;
    std::vector<std::string> line(heads.size(), "-");
    for (const auto& [name, value] : data) {
      const auto head = std::find(heads.begin(), heads.end(), name);
      const auto column = static_cast<std::size_t>(head - heads.begin());
      if (head == heads.end()) {
        heads.emplace_back(name);
        line.emplace_back();
      }
      line[column] = cell_text(value);
    }
    cells.push_back(std::move(line));
  }
  for (auto& line : cells) line.resize(heads.size(), "-");
  for (std::string& head : heads) head = printable(head);
  const std::string table = format_table(heads, cells, stdout_paint());
  std::fputs(cells.empty() ? "" : table.c_str(), stdout);
  if (cells.empty()) std::fputs("tracery: no rows\n", stderr);
  return {};
}

}  // namespace

int run_query(const QueryOptions& options) {
  const auto spec = options.spec.empty() ? make_spec(options) : read_spec(options.spec);
  if (!spec) {
    report(spec.error());
    return kExitMisuse;
  }
  const auto result = run_on_server(options, *spec);
  if (!result) return report(result.error());
  if (options.client.json) {
    std::printf("%s\n", result->c_str());
    return kExitOk;
  }
  const Status printed = print_rows(*result);
  return printed ? kExitOk : report(printed.error());
}

}  // namespace tracery::server
