// SPDX-License-Identifier: Apache-2.0
#include <simdjson.h>

#include "base/json_writer.h"
#include "protocols/honeycomb/query_document.h"
#include "protocols/honeycomb/query_spec.h"

namespace tracery::honeycomb {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t kLimitMax = 1'000;
constexpr std::size_t kLimitWithoutSeriesMax = 10'000;

Error not_an_object() { return Error{ErrorCode::kMalformed, "could not parse request body"}; }

bool parse_object(simdjson::dom::parser& parser, std::string_view json, object& out) {
  return parser.parse(json.data(), json.size()).get(out) == simdjson::SUCCESS;
}

/// True for the member that says what is the case without it.
bool is_default_combination(std::string_view key, const element& value) {
  std::string_view text;
  return key == "filter_combination" && value.get(text) == simdjson::SUCCESS && text == "AND";
}

void write_raw(const element& value, JsonWriter& out) { out.raw(simdjson::minify(value)); }

void write_calculation(const element& value, JsonWriter& out) {
  object members;
  if (value.get(members) != simdjson::SUCCESS) return write_raw(value, out);
  out.begin_object();
  for (const auto member : members) {
    if (is_default_combination(member.key, member.value)) continue;
    out.key(member.key);
    write_raw(member.value, out);
  }
  out.end_object();
}

void write_calculations(const element& value, JsonWriter& out) {
  simdjson::dom::array calculations;
  if (value.get(calculations) != simdjson::SUCCESS) return write_raw(value, out);
  out.begin_array();
  for (const element calculation : calculations) write_calculation(calculation, out);
  out.end_array();
}

Status read_flag(const element& value, const std::string& name, FieldProblem& problem, bool& out) {
  if (value.is_null() || value.get(out) == simdjson::SUCCESS) return {};
  return invalid(problem, name, "incorrect_type", name + " must be a boolean");
}

Status read_limit(const element& value, FieldProblem& problem, QueryRun& run) {
  if (value.is_null()) return {};
  std::uint64_t limit = 0;
  if (value.get(limit) != simdjson::SUCCESS) {
    return invalid(problem, "limit", "incorrect_type", "limit must be an integer");
  }
  run.limit = limit;
  return {};
}

Status read_query(const element& value, FieldProblem& problem, QueryRun& run) {
  if (value.is_null()) return {};
  if (!value.is_object()) {
    return invalid(problem, "query", "incorrect_type", "query must be an object");
  }
  run.query_json = simdjson::minify(value);
  return {};
}

Status read_member(const std::string& key, const element& value, FieldProblem& problem,
                   QueryRun& run) {
  if (key == "disable_series") return read_flag(value, key, problem, run.disable_series);
  if (key == "disable_total_by_aggregate") {
    return read_flag(value, key, problem, run.disable_total);
  }
  if (key == "disable_other_by_aggregate") {
    return read_flag(value, key, problem, run.disable_other);
  }
  if (key == "limit") return read_limit(value, problem, run);
  if (key == "query") return read_query(value, problem, run);
  if (key != "query_id") {
    return invalid(problem, key, "invalid", "unknown field \"" + key + "\"");
  }
  std::string_view text;
  if (!value.is_null() && value.get(text) != simdjson::SUCCESS) {
    return invalid(problem, key, "incorrect_type", "query_id must be a string");
  }
  run.query_id = text;
  return {};
}

Status check_limit(const QueryRun& run, FieldProblem& problem) {
  if (!run.limit) return {};
  const std::size_t limit_max = run.disable_series ? kLimitWithoutSeriesMax : kLimitMax;
  if (*run.limit >= 1 && *run.limit <= limit_max) return {};
  return invalid(problem, "limit", "invalid",
                 "limit value must be between 1 and " + std::to_string(limit_max));
}

}  // namespace

Result<std::string> echo_query_spec(std::string_view json, std::string_view id) {
  simdjson::dom::parser parser;
  object members;
  if (!parse_object(parser, json, members)) return not_an_object();
  JsonWriter out;
  out.begin_object();
  for (const auto member : members) {
    if (member.key == "id" || is_default_combination(member.key, member.value)) continue;
    out.key(member.key);
    if (member.key == "calculations") {
      write_calculations(member.value, out);
    } else {
      write_raw(member.value, out);
    }
  }
  if (!id.empty()) out.field("id", id);
  out.end_object();
  return out.take();
}

Result<QueryRun> decode_query_run(std::string_view json, FieldProblem* problem) {
  FieldProblem ignored;
  FieldProblem& told = problem == nullptr ? ignored : *problem;
  simdjson::dom::parser parser;
  object members;
  if (!parse_object(parser, json, members)) return not_an_object();
  QueryRun run;
  for (const auto member : members) {
    TRACERY_TRY(read_member(std::string(member.key), member.value, told, run));
  }
  if (run.query_id.empty() && run.query_json.empty()) {
    return invalid(told, "query_id", "missing", "query_id is required");
  }
  TRACERY_TRY(check_limit(run, told));
  return run;
}

void apply_query_run(const QueryRun& run, query::Spec& spec) {
  if (run.disable_series) spec.series = false;
  if (run.disable_total) spec.totals = false;
  if (run.disable_other) spec.other = false;
  if (run.limit) spec.limit = *run.limit;
}

}  // namespace tracery::honeycomb
