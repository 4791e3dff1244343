// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/logs_call.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/ui_logs.h"
#include "api/url.h"
#include "app/logs.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using State = app::InsightsView::State;

constexpr std::size_t kRowsMax = 10'000;

std::string_view state_word(const app::InsightsView& view) {
  switch (view.state) {
    case State::kScheduled:
    case State::kRunning: return "running";
    case State::kComplete: return "done";
    case State::kCancelled: return "cancelled";
    default: return "failed";
  }
}

void write_texts(JsonWriter& json, const std::vector<std::string>& texts, std::size_t count) {
  json.begin_array();
  for (std::size_t i = 0; i < count; ++i) json.value(texts[i]);
  json.end_array();
}

void write_cell(JsonWriter& json, const std::optional<std::string>& cell) {
  if (cell) {
    json.value(*cell);
  } else {
    json.null();
  }
}

/// Rows, and the ids of the lines they are: the last column of events, which is not shown.
void write_rows(JsonWriter& json, const app::InsightsView& view, std::size_t columns) {
  static const std::vector<cwlogs::InsightsRow> kNone;
  const auto& rows = view.rows == nullptr ? kNone : *view.rows;
  const std::size_t count = std::min(rows.size(), kRowsMax);
  json.key("rows").begin_array();
  for (std::size_t i = 0; i < count; ++i) {
    json.begin_array();
    for (std::size_t c = 0; c < columns; ++c) write_cell(json, rows[i].at(c));
    json.end_array();
  }
  json.end_array().key("ids").begin_array();
  for (std::size_t i = 0; i < count; ++i) {
    write_cell(json, view.rows_are_events ? rows[i].back() : std::nullopt);
  }
  json.end_array();
}

std::int64_t elapsed_ns(const app::InsightsView& view, std::int64_t now_ns) {
  return (view.is_over() ? view.finished_ns : now_ns) - view.started_ns;
}

std::string encode_view(const app::InsightsView& view, std::int64_t now_ns) {
  const std::size_t columns =
      view.columns.size() - (view.rows_are_events && !view.columns.empty() ? 1 : 0);
  JsonWriter json;
  json.begin_object().field("id", view.id).field("state", state_word(view));
  json.field("query", view.request.text).key("groups");
  write_texts(json, view.request.groups, view.request.groups.size());
  json.field("start_ms", to_ms(view.request.from_ns)).field("end_ms", to_ms(view.request.to_ns));
  json.key("columns");
  write_texts(json, view.columns, columns);
  write_rows(json, view, columns);
  json.key("stats").begin_object().field("records_matched", view.stats.scan.rows_matched);
  json.field("records_scanned", view.stats.rows_in_scope);
  json.field("bytes_scanned", view.stats.bytes_read);
  json.field("elapsed_ms", static_cast<double>(elapsed_ns(view, now_ns)) / 1e6).end_object();
  json.key("error");
  if (view.error) {
    json.begin_object().field("message", view.error->message).end_object();
  } else {
    json.null();
  }
  return json.end_object().take();
}

net::Response query_problem(const cwlogs::QueryProblem& problem) {
  JsonWriter json;
  json.begin_object().field("code", "bad_query").field("message", problem.message);
  json.field("hint", "").field("start", static_cast<std::uint64_t>(problem.start));
  json.field("end", static_cast<std::uint64_t>(problem.end)).end_object();
  return ui_json(400, json.take());
}

Result<net::Response> start_query(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const TimeRange range = TRACERY_TRY(range_of(body));
  app::InsightsRequest request;
  request.text = text_member(body, "query");
  request.groups = texts_of(body, "groups");
  request.from_ns = range.from_ns;
  request.to_ns = range.to_ns;
  if (const auto limit = number_of(body, "limit"); limit && *limit > 0) {
    request.limit = std::min(static_cast<std::size_t>(*limit), kRowsMax);
  }
  request.account = services.facts.aws_account_id;
  cwlogs::QueryProblem problem;
  const auto id = services.logs->insights->start(std::move(request), &problem);
  if (!id.ok() && id.error().code == ErrorCode::kInvalid) return query_problem(problem);
  if (!id.ok()) return id.error();
  return ui_json(201, JsonWriter().begin_object().field("id", *id).end_object().take());
}

Result<net::Response> get_query(Services& services, const Call& call) {
  const auto view = services.logs->insights->find(call.parameters.at(0));
  if (view == nullptr) return Error{ErrorCode::kNotFound, "no such query, or no longer"};
  return ui_json(200, encode_view(*view, services.clock.now_ns()));
}

void follow_query(Services& services, const std::string& id,
                  const std::shared_ptr<EventStream>& stream) {
  const auto tell = [&services, stream](const std::shared_ptr<const app::InsightsView>& view) {
    const std::string json = encode_view(*view, services.clock.now_ns());
    stream->send(view->is_over() ? "done" : "progress", json);
    if (view->is_over()) stream->close();
  };
  if (!services.logs->insights->watch(id, tell)) {
    stream->send("error", ui_error_json({ErrorCode::kNotFound, "no such query, or no longer"}));
    stream->close();
  }
}

Result<net::Response> cancel_query(Services& services, const Call& call) {
  const Status stopped = services.logs->insights->stop(call.parameters.at(0));
  static_cast<void>(stopped);  // Unknown or over: nothing to cancel.
  return empty_response(204);
}

Result<net::Response> list_queries(Services& services, const Call& call) {
  constexpr std::int64_t kUsual = 100;
  const auto limit = QueryParameters(call.request.query).get_int("limit").value_or(kUsual);
  const std::int64_t now_ns = services.clock.now_ns();
  JsonWriter json;
  json.begin_object().key("queries").begin_array();
  std::int64_t shown = 0;
  for (const auto& view : services.logs->insights->list()) {
    if (++shown > limit) break;
    json.begin_object().field("id", view->id).field("query", view->request.text).key("groups");
    write_texts(json, view->request.groups, view->request.groups.size());
    json.field("state", state_word(*view)).field("created_ms", to_ms(view->started_ns));
    json.field("elapsed_ms", static_cast<double>(elapsed_ns(*view, now_ns)) / 1e6).end_object();
  }
  return ui_json(200, json.end_array().end_object().take());
}

/// The selection of `group` (which may be repeated) and `t`.
Result<app::LogSelection> read_selection(Services& services, const Call& call) {
  const TimeRange range = TRACERY_TRY(
      parse_time_range(QueryParameters(call.request.query).get("t"), services.clock.now_ns()));
  app::LogSelection selection;
  selection.from_ns = range.from_ns;
  selection.to_ns = range.to_ns;
  std::string_view rest = call.request.query;
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
    const QueryParameters one(piece);
    if (one.has("group")) selection.groups.push_back(one.get("group"));
  }
  if (selection.groups.empty()) return Error{ErrorCode::kInvalid, "group is missing"};
  return selection;
}

Result<net::Response> list_fields(Services& services, const Call& call) {
  const auto selection = TRACERY_TRY(read_selection(services, call));
  JsonWriter json;
  json.begin_object().key("fields").begin_array();
  for (const app::LogField& field : TRACERY_TRY(services.logs->search.fields(selection))) {
    json.begin_object().field("name", field.name).field("percent", field.percent).end_object();
  }
  return ui_json(200, json.end_array().end_object().take());
}

Result<net::Response> list_values(Services& services, const Call& call) {
  const QueryParameters parameters(call.request.query);
  const auto selection = TRACERY_TRY(read_selection(services, call));
  const auto limit = std::clamp<std::int64_t>(parameters.get_int("limit").value_or(20), 1, 1000);
  const auto values = TRACERY_TRY(services.logs->search.top_values(
      selection, parameters.get("field"), static_cast<std::size_t>(limit)));
  JsonWriter json;
  json.begin_object().key("values").begin_array();
  for (const query::ValueCount& each : values) {
    json.begin_object().key("value");
    write_value(json, each.value);
    json.field("count", each.count).end_object();
  }
  return ui_json(200, json.end_array().end_object().take());
}

}  // namespace

void add_ui_log_insights_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, auto work) {
    router.add(
        method, std::string("/ui/api/v1/logs/") + path,
        ui_handler(services, [&services, work](const Call& call) { return work(services, call); }));
  };
  add("POST", "insights", start_query);
  add("GET", "insights", list_queries);
  add("GET", "insights/:id", get_query);
  add("DELETE", "insights/:id", cancel_query);
  add("GET", "fields", list_fields);
  add("GET", "values", list_values);
  router.add("GET", "/ui/api/v1/logs/insights/:id/stream", [&](const std::shared_ptr<Call>& call) {
    if (auto refusal = refuse_ui_call(*call)) {
      call->respond(*std::move(refusal));
      return;
    }
    call->respond(event_stream_response(
        [&services, id = call->parameters.at(0)](const std::shared_ptr<EventStream>& stream) {
          follow_query(services, id, stream);
        }));
  });
}

}  // namespace tracery::api
