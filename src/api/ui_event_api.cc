// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/trace_json.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/xray_services.h"
#include "model/names.h"
#include "query/events.h"
#include "query/trace_list.h"

namespace tracery::api {
namespace {

namespace names = model::names;

std::vector<std::string> columns_of(const nlohmann::json& body) {
  std::vector<std::string> columns;
  const auto found = body.find("columns");
  if (found == body.end() || !found->is_array()) return columns;
  for (const auto& column : *found) {
    if (column.is_string()) columns.push_back(column.get<std::string>());
  }
  return columns;
}

Result<std::size_t> limit_of(const nlohmann::json& body, std::int64_t usual, std::int64_t most) {
  const std::int64_t limit = int_member(body, "limit", usual);
  if (limit < 1 || limit > most) {
    return Error{ErrorCode::kInvalid, "limit must be from 1 to " + std::to_string(most)};
  }
  return static_cast<std::size_t>(limit);
}

/// Where a page of events ended: the time of its last event, and how many events of that very
/// time were shown by then. New events do not move it.
struct EventCursor {
  std::int64_t time_ns = 0;
  std::size_t shown = 0;

  std::string text() const { return std::to_string(time_ns) + '-' + std::to_string(shown); }

  static std::optional<EventCursor> parse(const std::string& text) {
    EventCursor cursor;
    const char* end = text.data() + text.size();
    const auto time = std::from_chars(text.data(), end, cursor.time_ns);
    if (time.ec != std::errc() || time.ptr == end || *time.ptr != '-') return std::nullopt;
    const auto shown = std::from_chars(time.ptr + 1, end, cursor.shown);
    if (shown.ec != std::errc() || shown.ptr != end) return std::nullopt;
    return cursor;
  }
};

EventCursor cursor_after(const std::vector<model::Event>& events, const query::EventsSpec& spec) {
  EventCursor cursor{events.back().time_ns, 0};
  for (const model::Event& event : events) cursor.shown += event.time_ns == cursor.time_ns ? 1 : 0;
  // The page may have begun in the middle of that time.
  if (cursor.time_ns == spec.to_ns - 1) cursor.shown += spec.skip;
  return cursor;
}

Result<std::uint64_t> count_events(Services& services, const query::EventsSpec& events,
                                   std::int64_t to_ns) {
  query::Spec spec;
  spec.datasets = events.datasets;
  spec.calculations = {query::Calculation{}};
  spec.filters = events.filters;
  spec.from_ns = events.from_ns;
  spec.to_ns = to_ns;
  spec.granularity_ns = to_ns - events.from_ns;
  spec.series = spec.totals = spec.other = spec.weighted = false;
  return TRACERY_TRY(query::run(*services.store.snapshot(), spec)).stats.rows_matched;
}

std::string id_text(const model::Event& event, std::string_view name) {
  const auto* value = model::find_field(event, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

/// `columns` empty means every field.
void write_event(JsonWriter& json, const model::Event& event,
                 const std::vector<std::string>& columns) {
  json.begin_object().field("time_ns", ns_text(event.time_ns)).field("dataset", event.dataset);
  for (const auto& [key, name] :
       {std::pair{"trace_id", names::kTraceId}, std::pair{"span_id", names::kSpanId}}) {
    const std::string id = id_text(event, name);
    json.key(key);
    if (id.empty()) {
      json.null();
    } else {
      json.value(id);
    }
  }
  auto fields = event.fields;
  if (!columns.empty()) {
    std::erase_if(fields, [&](const model::Field& field) {
      return std::find(columns.begin(), columns.end(), field.name) == columns.end();
    });
  }
  json.key("data");
  write_fields(json, fields);
  json.end_object();
}

/// The members that events and traces are both chosen by.
template <typename Spec>
Result<Spec> read_selection(Services& services, const nlohmann::json& body) {
  const TimeRange range = TRACERY_TRY(range_of(body));
  Spec spec;
  spec.datasets =
      services.datasets.stored_names(text_member(body, "dataset", std::string(app::kAllDatasets)));
  spec.filters = TRACERY_TRY(filters_of(body, services.clock.now_ns()));
  spec.from_ns = range.from_ns;
  spec.to_ns = range.to_ns;
  spec.columns = columns_of(body);
  return spec;
}

Result<net::Response> list_events(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  auto spec = TRACERY_TRY(read_selection<query::EventsSpec>(services, body));
  spec.limit = TRACERY_TRY(limit_of(body, 200, 1000));
  const std::int64_t end_ns = spec.to_ns;
  if (const std::string before = text_member(body, "before"); !before.empty()) {
    const auto cursor = EventCursor::parse(before);
    if (!cursor) return Error{ErrorCode::kInvalid, "bad cursor: " + before};
    spec.to_ns = cursor->time_ns + 1;
    spec.skip = cursor->shown;
  }
  // Ids are shown beside the fields, so they are read whatever columns were asked for.
  query::EventsSpec wanted = spec;
  if (!wanted.columns.empty()) {
    wanted.columns.emplace_back(names::kTraceId);
    wanted.columns.emplace_back(names::kSpanId);
  }
  const auto events = TRACERY_TRY(query::find_events(*services.store.snapshot(), wanted));
  JsonWriter json;
  json.begin_object().key("events").begin_array();
  for (const model::Event& event : events) write_event(json, event, spec.columns);
  json.end_array().key("next");
  if (events.size() < spec.limit) {
    json.null();
  } else {
    json.value(cursor_after(events, spec).text());
  }
  json.field("matched", TRACERY_TRY(count_events(services, spec, end_ns)));
  return ui_json(200, json.end_object().take());
}

/// The traces that also meet a filter expression or are in a group.
Result<query::TraceList> find_by_expression(Services& services, const nlohmann::json& body,
                                            const query::TraceListSpec& spec) {
  app::TraceQuery query;
  query.selection = {
      spec.from_ns, spec.to_ns, text_member(body, "expression"), text_member(body, "group"), {}};
  query.datasets = spec.datasets;
  query.filters = spec.filters;
  query.order = spec.order;
  query.limit = spec.limit;
  query.skip = spec.skip;
  const auto page = TRACERY_TRY(services.xray->traces.find_traces(query));
  const auto snapshot = services.store.snapshot();
  query::TraceList list;
  list.matched = page.matched;
  for (const query::ServiceTrace& trace : page.traces) {
    list.traces.push_back(TRACERY_TRY(query::summarize_trace(*snapshot, trace.id, spec.columns)));
    list.traces.back().matched = trace.spans.size();
  }
  return list;
}

Result<net::Response> list_traces(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  auto spec = TRACERY_TRY(read_selection<query::TraceListSpec>(services, body));
  spec.limit = TRACERY_TRY(limit_of(body, 50, 200));
  const std::string order = text_member(body, "order", "newest");
  spec.order = order == "slowest" ? query::TraceOrder::kSlowest : query::TraceOrder::kNewest;
  const std::string before = text_member(body, "before");
  const auto skip = std::from_chars(before.data(), before.data() + before.size(), spec.skip);
  if (!before.empty() && skip.ptr != before.data() + before.size()) {
    return Error{ErrorCode::kInvalid, "bad cursor: " + before};
  }
  const bool is_by_expression =
      !text_member(body, "expression").empty() || !text_member(body, "group").empty();
  const auto list = is_by_expression
                        ? TRACERY_TRY(find_by_expression(services, body, spec))
                        : TRACERY_TRY(query::find_traces(*services.store.snapshot(), spec));
  JsonWriter json;
  json.begin_object().key("traces").begin_array();
  for (const query::TraceSummary& trace : list.traces) write_trace_summary(json, trace);
  json.end_array().key("next");
  const std::size_t shown = spec.skip + list.traces.size();
  if (shown < list.matched) {
    json.value(std::to_string(shown));
  } else {
    json.null();
  }
  return ui_json(200, json.field("matched", list.matched).end_object().take());
}

}  // namespace

void add_ui_event_routes(Router& router, Services& services) {
  router.add("POST", "/ui/api/v1/events",
             ui_handler(services, [&](const Call& call) { return list_events(services, call); }));
  router.add("POST", "/ui/api/v1/traces",
             ui_handler(services, [&](const Call& call) { return list_traces(services, call); }));
}

}  // namespace tracery::api
