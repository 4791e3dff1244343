// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "api/rollbar_json.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/ui_error_json.h"
#include "api/url.h"
#include "app/error_occurrence.h"
#include "app/errors.h"
#include "app/occurrence_list.h"
#include "model/error_names.h"
#include "model/names.h"

namespace tracery::api {
namespace {

namespace names = model::names;

Result<app::ErrorItem> item_of(Services& services, const Call& call) {
  const std::string& text = call.parameters.at(0);
  std::int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return services.errors->items().find(id);
}

Result<net::Response> list(Services& services, const Call& call) {
  const auto item = TRACERY_TRY(item_of(services, call));
  const QueryParameters parameters(call.request.query);
  app::OccurrenceQuery query;
  query.keys = item.keys;
  query.before_id = parameters.get_int("before");
  query.limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(parameters.get_int("limit").value_or(50), 1, 500));
  if (parameters.has("t")) {
    const TimeRange range =
        TRACERY_TRY(parse_time_range(parameters.get("t"), services.clock.now_ns()));
    query.from_ns = range.from_ns;
    query.to_ns = range.to_ns;
  }
  const auto events = TRACERY_TRY(app::list_occurrences(*services.store.snapshot(), query));
  JsonWriter json;
  json.begin_object().key("occurrences").begin_array();
  for (const model::Event& event : events) write_occurrence_row(json, event, item.id);
  json.end_array().key("next");
  if (events.size() < query.limit) {
    json.null();
  } else {
    json.value(app::occurrence_id_of(events.back()));
  }
  return ui_json(200, json.end_object().take());
}

void write_id_or_null(JsonWriter& json, std::string_view key, std::int64_t id) {
  json.key(key);
  if (id == 0) {
    json.null();
  } else {
    json.value(id);
  }
}

Status write_facts(Services& services, JsonWriter& json, const app::ErrorItem& item,
                   const model::Event& event) {
  const auto snapshot = services.store.snapshot();
  const std::int64_t id = app::occurrence_id_of(event);
  const auto report = app::report_of(event);
  const std::string source = app::text_field(event, names::kSource);
  json.field("id", id);
  write_text_or_null(json, "uuid", app::text_field(event, names::kErrorUuid));
  json.field("item_id", item.id).field("time_ns", ns_text(event.time_ns));
  json.field("received_ns", ns_text(app::received_ns_of(id))).field("source", source);
  json.key("sources").begin_array().value(source);
  for (const std::string& other : TRACERY_TRY(app::other_sources(*snapshot, id))) {
    json.value(other);
  }
  json.end_array();
  const auto neighbours = TRACERY_TRY(app::find_neighbours(*snapshot, item.keys, id));
  write_id_or_null(json, "older", neighbours.older);
  write_id_or_null(json, "newer", neighbours.newer);
  json.field("project", item.project).field("environment", item.environment);
  json.field("level", report ? report->level : item.level);
  json.field("title", report ? rollbar::title_of(*report) : item.title);
  write_text_or_null(json, "trace_id", app::text_field(event, names::kTraceId));
  write_text_or_null(json, "span_id", report ? report->span_id : std::string());
  write_text_or_null(json, "code_version", report ? report->code_version : std::string());
  write_text_or_null(json, "language", report ? report->language : std::string());
  write_text_or_null(json, "framework", report ? report->framework : std::string());
  write_text_or_null(json, "platform", report ? report->platform : std::string());
  write_text_or_null(json, "context", report ? report->context : std::string());
  return {};
}

/// The event without the document, which stands beside it.
std::vector<model::Field> fields_of(const model::Event& event) {
  std::vector<model::Field> fields = event.fields;
  std::erase_if(fields, [](const model::Field& field) { return field.name == names::kDocument; });
  return fields;
}

Result<net::Response> get(Services& services, const Call& call) {
  const auto item = TRACERY_TRY(item_of(services, call));
  std::string name = call.parameters.at(1);
  if (name == "latest") name = std::to_string(item.counts.last_id);
  if (name == "first") name = std::to_string(item.counts.first_id);
  const auto event = TRACERY_TRY(app::find_occurrence(*services.store.snapshot(), name));
  const auto key = app::item_key_of(event);
  if (!key || std::find(item.keys.begin(), item.keys.end(), *key) == item.keys.end()) {
    return Error{ErrorCode::kNotFound, "Occurrence not found"};
  }
  JsonWriter json;
  json.begin_object();
  TRACERY_TRY(write_facts(services, json, item, event));
  SourceMapping mapping(services.errors->source_maps(), item.project_id);
  write_payload_parts(json, event, mapping);
  json.key("fields");
  write_fields(json, fields_of(event));
  json.key("payload");
  if (app::text_field(event, names::kSource) == "rollbar") {
    json.raw(payload_of(event));
  } else {
    json.null();
  }
  return ui_json(200, json.end_object().take());
}

}  // namespace

void add_ui_occurrence_routes(Router& router, Services& services) {
  router.add("GET", "/ui/api/v1/errors/:id/occurrences",
             ui_handler(services, [&](const Call& call) { return list(services, call); }));
  router.add("GET", "/ui/api/v1/errors/:id/occurrences/:occurrence",
             ui_handler(services, [&](const Call& call) { return get(services, call); }));
}

}  // namespace tracery::api
