// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "api/json_body.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/ui_logs.h"
#include "api/url.h"
#include "app/logs.h"
#include "base/time.h"

namespace tracery::api {
namespace {

constexpr std::int64_t kSearchNs = 2 * kNsPerSecond;
constexpr std::size_t kLinesMax = 1000;

void write_cursor(JsonWriter& json, const char* name,
                  const std::optional<query::EventPosition>& position) {
  json.key(name);
  if (position) {
    json.value(encode_log_cursor(*position));
  } else {
    json.null();
  }
}

/// A page in ascending order with the cursors that go on from its two ends.
struct LinePage {
  std::vector<model::Event> events;
  std::optional<query::EventPosition> older;
  query::EventPosition newer;
  bool is_complete = true;
};

Result<LinePage> read_lines(Services& services, const app::LogPageRequest& request) {
  app::LogPage page = TRACERY_TRY(services.logs->search.read(request));
  LinePage lines;
  lines.is_complete = page.is_complete;
  if (request.order == query::EventOrder::kNewestFirst) {
    std::reverse(page.events.begin(), page.events.end());
    lines.older = page.next;
    lines.newer = page.position_before;
  } else {
    lines.older = page.position_before;
    lines.newer = page.position_after;
  }
  lines.events = std::move(page.events);
  return lines;
}

Result<net::Response> list_lines(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  app::LogPageRequest request;
  request.selection = TRACERY_TRY(read_log_selection(services, body));
  request.order = text_member(body, "order", "newest") == "oldest"
                      ? query::EventOrder::kOldestFirst
                      : query::EventOrder::kNewestFirst;
  const std::int64_t limit = int_member(body, "limit", 200);
  if (limit < 1 || limit > static_cast<std::int64_t>(kLinesMax)) {
    return Error{ErrorCode::kInvalid, "limit must be from 1 to 1000"};
  }
  request.limit = static_cast<std::size_t>(limit);
  request.work_ns_max = kSearchNs;
  request.all_columns = bool_member(body, "fields");
  if (const std::string cursor = text_member(body, "cursor"); !cursor.empty()) {
    request.after = parse_log_cursor(cursor);
    if (!request.after) return Error{ErrorCode::kInvalid, "bad cursor: " + cursor};
  }
  const LinePage page = TRACERY_TRY(read_lines(services, request));
  JsonWriter json;
  json.begin_object().key("lines").begin_array();
  for (const model::Event& event : page.events) {
    write_line(json, event, {.with_fields = request.all_columns});
  }
  json.end_array();
  write_cursor(json, "older", page.older);
  write_cursor(json, "newer", page.newer);
  return ui_json(200, json.field("complete", page.is_complete).end_object().take());
}

Result<cwlogs::LogPointer> pointer_of(const Call& call) {
  const std::string id = QueryParameters(call.request.query).get("id");
  auto pointer = cwlogs::decode_pointer(id);
  if (!pointer) return Error{ErrorCode::kNotFound, "no such log line"};
  return *std::move(pointer);
}

Result<std::size_t> count_of(const QueryParameters& parameters, const char* name) {
  constexpr std::int64_t kUsual = 20;
  constexpr std::int64_t kMost = 500;
  const std::int64_t count = parameters.get_int(name).value_or(kUsual);
  if (count < 0 || count > kMost) {
    return Error{ErrorCode::kInvalid, std::string(name) + " must be from 0 to 500"};
  }
  return static_cast<std::size_t>(count);
}

/// Lines around one of the same stream.
Result<net::Response> get_context(Services& services, const Call& call) {
  const QueryParameters parameters(call.request.query);
  const auto pointer = TRACERY_TRY(pointer_of(call));
  const auto before = TRACERY_TRY(count_of(parameters, "before"));
  const auto after = TRACERY_TRY(count_of(parameters, "after"));
  const model::Event line = TRACERY_TRY(services.logs->search.find(pointer));
  app::LogPageRequest request;
  request.selection.groups = {pointer.group};
  request.selection.streams = {app::line_of(line).stream};
  request.selection.to_ns = std::numeric_limits<std::int64_t>::max();
  request.after = query::EventPosition{pointer.time_ns, pointer.sequence, 1};
  request.limit = std::max<std::size_t>(before, 1);
  const LinePage older = TRACERY_TRY(read_lines(services, request));
  request.order = query::EventOrder::kOldestFirst;
  request.limit = std::max<std::size_t>(after, 1);
  const LinePage newer = TRACERY_TRY(read_lines(services, request));
  JsonWriter json;
  json.begin_object().key("lines").begin_array();
  const std::size_t first = older.events.size() - std::min(before, older.events.size());
  for (std::size_t i = first; i < older.events.size(); ++i) write_line(json, older.events[i], {});
  write_line(json, line, {});
  for (std::size_t i = 0; i < std::min(after, newer.events.size()); ++i) {
    write_line(json, newer.events[i], {});
  }
  json.end_array().field("index", static_cast<std::uint64_t>(older.events.size() - first));
  write_cursor(json, "older", before == 0 ? request.after : older.older);
  write_cursor(json, "newer", after == 0 ? *request.after : newer.newer);
  return ui_json(200, json.end_object().take());
}

Result<net::Response> get_line(Services& services, const Call& call) {
  const auto pointer = TRACERY_TRY(pointer_of(call));
  const model::Event event = TRACERY_TRY(services.logs->search.find(pointer));
  JsonWriter json;
  json.begin_object().key("line");
  write_line(json, event, {.with_fields = true, .is_whole = true});
  json.key("document");
  write_fields(json, event.fields);
  return ui_json(200, json.end_object().take());
}

void write_counts(JsonWriter& json, const std::vector<std::uint64_t>& counts) {
  json.begin_array();
  for (const std::uint64_t count : counts) json.value(count);
  json.end_array();
}

Result<net::Response> get_histogram(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto selection = TRACERY_TRY(read_log_selection(services, body));
  const std::int64_t buckets = int_member(body, "buckets", 120);
  if (buckets < 10 || buckets > 400) {
    return Error{ErrorCode::kInvalid, "buckets must be from 10 to 400"};
  }
  const auto histogram =
      TRACERY_TRY(services.logs->search.histogram(selection, static_cast<std::size_t>(buckets)));
  JsonWriter json;
  json.begin_object().field("bucket_ms", static_cast<double>(histogram.bucket_ns) / 1e6);
  json.field("start_ms", to_ms(histogram.start_ns)).key("counts");
  write_counts(json, histogram.counts);
  json.key("levels").begin_object();
  for (const auto& [level, counts] : histogram.levels) {
    json.key(level);
    write_counts(json, counts);
  }
  json.end_object().field("total", histogram.total).field("complete", true);
  return ui_json(200, json.end_object().take());
}

}  // namespace

void add_ui_log_event_routes(Router& router, Services& services) {
  router.add("POST", "/ui/api/v1/logs/events",
             ui_handler(services, [&](const Call& call) { return list_lines(services, call); }));
  router.add("GET", "/ui/api/v1/logs/context",
             ui_handler(services, [&](const Call& call) { return get_context(services, call); }));
  router.add("GET", "/ui/api/v1/logs/line",
             ui_handler(services, [&](const Call& call) { return get_line(services, call); }));
  router.add("POST", "/ui/api/v1/logs/histogram",
             ui_handler(services, [&](const Call& call) { return get_histogram(services, call); }));
}

}  // namespace tracery::api
