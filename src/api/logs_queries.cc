// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/logs_call.h"
#include "app/logs.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "protocols/cwlogs/limits.h"

namespace tracery::api {
namespace {

using State = app::InsightsView::State;

std::string_view status_word(State state) {
  switch (state) {
    case State::kScheduled: return "Scheduled";
    case State::kRunning: return "Running";
    case State::kComplete: return "Complete";
    case State::kFailed: return "Failed";
    case State::kCancelled: return "Cancelled";
    case State::kTimeout: return "Timeout";
  }
  return "Unknown";
}

LogsAnswer malformed_query(const cwlogs::QueryProblem& problem) {
  JsonWriter json;
  json.begin_object().field("__type", "MalformedQueryException");
  json.field("message", problem.message).key("queryCompileError").begin_object();
  json.key("location").begin_object();
  json.field("startCharOffset", static_cast<std::uint64_t>(problem.start));
  json.field("endCharOffset", static_cast<std::uint64_t>(problem.end)).end_object();
  json.field("message", problem.message).end_object().end_object();
  net::Response response = aws_response(AwsProtocol::kJson11, json.take());
  response.status = 400;
  return response;
}

Result<std::vector<std::string>> queried_groups(const nlohmann::json& input) {
  constexpr std::size_t kGroupsMax = 50;
  std::vector<std::string> groups = texts_of(input, "logGroupNames");
  for (const std::string& identifier : texts_of(input, "logGroupIdentifiers")) {
    groups.push_back(TRACERY_TRY(cwlogs::group_of_identifier(identifier)));
  }
  if (input.contains("logGroupName")) groups.push_back(text_of(input, "logGroupName"));
  if (groups.size() > kGroupsMax) {
    return Error{ErrorCode::kInvalid, "At most 50 log groups can be queried."};
  }
  return groups;
}

Result<app::InsightsRequest> read_query(const LogsCall& call) {
  constexpr std::size_t kTextMax = 10'000;
  constexpr std::size_t kRowsMax = 100'000;
  app::InsightsRequest request;
  request.text = TRACERY_TRY(required_text(call.input, "queryString"));
  TRACERY_TRY(cwlogs::check_length(request.text, "queryString", 0, kTextMax));
  const auto start_s = number_of(call.input, "startTime");
  const auto end_s = number_of(call.input, "endTime");
  constexpr std::int64_t kSecondsMax = 9'000'000'000;
  if (!start_s || !end_s || *start_s < 0 || *end_s < 0 || *start_s > kSecondsMax ||
      *end_s > kSecondsMax) {
    return Error{ErrorCode::kInvalid, "startTime and endTime must be seconds since 1970."};
  }
  if (*start_s > *end_s) {
    return Error{ErrorCode::kInvalid, "End time should not be before start time."};
  }
  request.from_ns = *start_s * kNsPerSecond;
  request.to_ns = (*end_s + 1) * kNsPerSecond;
  request.groups = TRACERY_TRY(queried_groups(call.input));
  if (call.input.contains("limit")) {
    request.limit = TRACERY_TRY(limit_of(call.input, kRowsMax, kRowsMax));
  }
  request.account = call.account();
  return request;
}

LogsAnswer start_query(const LogsCall& call) {
  const std::string language = text_member(call.input, "queryLanguage", "CWLI");
  if (language != "CWLI") {
    return malformed_query({"queryLanguage is not supported: " + language, 0, 0});
  }
  auto request = TRACERY_TRY(read_query(call));
  cwlogs::QueryProblem problem;
  const auto id = call.logs().insights->start(std::move(request), &problem);
  if (id.ok()) return JsonWriter().begin_object().field("queryId", *id).end_object().take();
  if (id.error().code == ErrorCode::kInvalid) return malformed_query(problem);
  if (id.error().code == ErrorCode::kOverloaded) {
    return AwsError{400, "LimitExceededException", "Resource limit exceeded.", {}};
  }
  return id.error();
}

Result<std::shared_ptr<const app::InsightsView>> find_query(const LogsCall& call) {
  const std::string id = TRACERY_TRY(required_text(call.input, "queryId"));
  auto view = call.logs().insights->find(id);
  if (view == nullptr) return Error{ErrorCode::kNotFound, "Query does not exist."};
  return view;
}

void write_row(JsonWriter& json, const app::InsightsView& view, const cwlogs::InsightsRow& row) {
  json.begin_array();
  for (std::size_t i = 0; i < row.size() && i < view.columns.size(); ++i) {
    if (!row[i]) continue;
    json.begin_object().field("field", view.columns[i]).field("value", *row[i]).end_object();
  }
  json.end_array();
}

LogsAnswer get_results(const LogsCall& call) {
  constexpr std::size_t kPageMax = 10'000;
  const auto view = TRACERY_TRY(find_query(call));
  const std::size_t most = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax, "maxItems"));
  std::size_t begin = 0;
  if (const std::string token = text_of(call.input, "nextToken"); !token.empty()) {
    const auto offset = std::from_chars(token.data(), token.data() + token.size(), begin);
    if (offset.ec != std::errc() || offset.ptr != token.data() + token.size()) {
      return AwsError{400, "InvalidParameterException", "The specified nextToken is invalid.", {}};
    }
  }
  const std::size_t count = view->rows == nullptr ? 0 : view->rows->size();
  begin = std::min(begin, count);
  const std::size_t end = std::min(count, begin + most);
  JsonWriter json;
  json.begin_object().field("queryLanguage", "CWLI").field("status", status_word(view->state));
  json.key("results").begin_array();
  for (std::size_t i = begin; i < end; ++i) write_row(json, *view, (*view->rows)[i]);
  json.end_array().key("statistics").begin_object();
  json.field("recordsMatched", static_cast<double>(view->stats.scan.rows_matched));
  json.field("recordsScanned", static_cast<double>(view->stats.rows_in_scope));
  json.field("bytesScanned", static_cast<double>(view->stats.bytes_read));
  json.field("estimatedRecordsSkipped", 0.0).field("estimatedBytesSkipped", 0.0);
  json.field("logGroupsScanned", static_cast<double>(view->request.groups.size())).end_object();
  if (end < count) json.field("nextToken", std::to_string(end));
  return json.end_object().take();
}

LogsAnswer stop_query(const LogsCall& call) {
  const auto view = TRACERY_TRY(find_query(call));
  const Status stopped = call.logs().insights->stop(view->id);
  if (!stopped.ok()) {
    return AwsError{400, "InvalidParameterException", "The query has already ended.", {}};
  }
  return std::string(R"({"success":true})");
}

/// As AWS gives it back: with the groups and the range it was run with.
std::string told_query(const app::InsightsRequest& request) {
  std::string text = "SOURCE";
  for (std::size_t i = 0; i < request.groups.size(); ++i) {
    text.append(i == 0 ? " \"" : ", \"").append(request.groups[i]).append("\"");
  }
  text += " START=" + std::to_string(request.from_ns / kNsPerMs);
  text += " END=" + std::to_string(request.to_ns / kNsPerMs - 1);
  return text + " | " + request.text;
}

LogsAnswer describe_queries(const LogsCall& call) {
  constexpr std::size_t kPageMax = 1000;
  const std::string group = text_of(call.input, "logGroupName");
  const std::string status = text_of(call.input, "status");
  const std::size_t most = TRACERY_TRY(limit_of(call.input, kPageMax, kPageMax, "maxResults"));
  JsonWriter json;
  json.begin_object().key("queries").begin_array();
  std::size_t shown = 0;
  for (const auto& view : call.logs().insights->list()) {
    const auto& groups = view->request.groups;
    const bool has_group =
        group.empty() || std::find(groups.begin(), groups.end(), group) != groups.end();
    if (!has_group || (!status.empty() && status != status_word(view->state))) continue;
    if (++shown > most) break;
    json.begin_object().field("queryLanguage", "CWLI").field("queryId", view->id);
    json.field("queryString", told_query(view->request));
    json.field("status", status_word(view->state));
    json.field("createTime", view->started_ns / kNsPerMs);
    if (!groups.empty()) json.field("logGroupName", groups.front());
    json.field("bytesScanned", static_cast<double>(view->stats.bytes_read));
    if (view->is_over()) {
      json.field("queryDuration", (view->finished_ns - view->started_ns) / kNsPerMs);
    }
    json.end_object();
  }
  return json.end_array().end_object().take();
}

LogsAnswer get_group_fields(const LogsCall& call) {
  constexpr std::int64_t kAroundNs = 8 * 60 * kNsPerSecond;
  app::LogSelection selection;
  selection.groups = {TRACERY_TRY(group_argument(call.input))};
  TRACERY_TRY(call.logs().groups->find(selection.groups.front()));
  const std::int64_t now_ns = call.services.clock.now_ns();
  selection.from_ns = now_ns - 15 * 60 * kNsPerSecond;
  selection.to_ns = now_ns + 1;
  if (const auto time_s = number_of(call.input, "time")) {
    TRACERY_TRY(cwlogs::check_range(*time_s, "time", 0, 9'000'000'000));
    selection.from_ns = *time_s * kNsPerSecond - kAroundNs;
    selection.to_ns = *time_s * kNsPerSecond + kAroundNs;
  }
  JsonWriter json;
  json.begin_object().key("logGroupFields").begin_array();
  for (const app::LogField& field : TRACERY_TRY(call.logs().search.fields(selection))) {
    json.begin_object().field("name", field.name).field("percent", field.percent).end_object();
  }
  return json.end_array().end_object().take();
}

}  // namespace

std::span<const LogsOperation> logs_query_operations() {
  static constexpr std::array kOperations = {
      LogsOperation{"StartQuery", start_query},
      LogsOperation{"GetQueryResults", get_results},
      LogsOperation{"StopQuery", stop_query},
      LogsOperation{"DescribeQueries", describe_queries},
      LogsOperation{"GetLogGroupFields", get_group_fields},
  };
  return kOperations;
}

}  // namespace tracery::api
