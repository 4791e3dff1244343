// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/logs_call.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/url.h"
#include "app/logs.h"
#include "app/random_id.h"
#include "protocols/cwlogs/limits.h"
#include "protocols/cwlogs/names.h"

namespace tracery::api {
namespace {

constexpr const char* kSavedKind = "query_definition";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool contains_any_case(const std::string& text, const std::string& part) {
  return lower(text).find(lower(part)) != std::string::npos;
}

void write_ms_or_null(JsonWriter& json, const char* name, bool has_events, std::int64_t time_ns) {
  json.key(name);
  if (has_events) {
    json.value(to_ms(time_ns));
  } else {
    json.null();
  }
}

Result<std::uint64_t> count_documents(Services& services, const char* kind,
                                      const std::string& group) {
  return TRACERY_TRY(services.logs->documents.list(kind, group)).size();
}

Status write_group(JsonWriter& json, Services& services, const app::LogGroup& group) {
  const bool has_events = group.events > 0;
  json.begin_object().field("name", group.name);
  json.field("source", group.is_otlp ? "otlp" : "cloudwatch");
  json.field("streams", static_cast<std::uint64_t>(group.streams));
  json.field("stored_bytes", group.stored_bytes).field("events", group.events);
  json.key("retention_days");
  if (group.settings.retention_days > 0) {
    json.value(group.settings.retention_days);
  } else {
    json.null();
  }
  json.field("created_ms", group.created_ms);
  write_ms_or_null(json, "first_event_ms", has_events, group.first_time_ns);
  write_ms_or_null(json, "last_event_ms", has_events, group.last_time_ns);
  json.field("metric_filters", TRACERY_TRY(count_documents(services, "metric_filter", group.name)));
  json.field("subscription_filters",
             TRACERY_TRY(count_documents(services, "subscription_filter", group.name)));
  const auto tags = TRACERY_TRY(services.logs->documents.find("tags", group.name, ""));
  json.key("tags").raw(tags ? tags->body : "{}").end_object();
  return {};
}

Result<net::Response> list_groups(Services& services, const Call& call) {
  const std::string part = QueryParameters(call.request.query).get("q");
  JsonWriter json;
  json.begin_object().key("groups").begin_array();
  for (const app::LogGroup& group : services.logs->groups->list()) {
    if (contains_any_case(group.name, part)) {
      TRACERY_TRY(write_group(json, services, group));
    }
  }
  return ui_json(200, json.end_array().end_object().take());
}

Result<net::Response> create_group(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::string name = text_member(body, "name");
  TRACERY_TRY(cwlogs::check_group_name(name));
  TRACERY_TRY(services.logs->groups->create(name, {}));
  const app::LogGroup made = TRACERY_TRY(services.logs->groups->find(name));
  JsonWriter json;
  TRACERY_TRY(write_group(json, services, made));
  return ui_json(201, json.take());
}

Result<net::Response> delete_group(Services& services, const Call& call) {
  const std::string name = QueryParameters(call.request.query).get("group");
  TRACERY_TRY(delete_log_group(services, name));
  return empty_response(204);
}

Result<net::Response> set_retention(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::int64_t days = number_of(body, "days").value_or(0);
  if (days != 0) TRACERY_TRY(cwlogs::check_retention_days(days));
  TRACERY_TRY(services.logs->groups->change(
      text_member(body, "group"),
      [&](app::LogGroupSettings& settings) { settings.retention_days = days; }));
  return empty_response(204);
}

Result<net::Response> list_streams(Services& services, const Call& call) {
  constexpr std::int64_t kUsual = 200;
  constexpr std::int64_t kMost = 1000;
  const QueryParameters parameters(call.request.query);
  const std::int64_t limit = parameters.get_int("limit").value_or(kUsual);
  if (limit < 1 || limit > kMost) {
    return Error{ErrorCode::kInvalid, "limit must be from 1 to 1000"};
  }
  const std::string part = parameters.get("q");
  auto streams = TRACERY_TRY(services.logs->groups->streams(parameters.get("group")));
  std::erase_if(streams, [&](const auto& each) { return !contains_any_case(each.name, part); });
  std::stable_sort(streams.begin(), streams.end(),
                   [](const auto& a, const auto& b) { return a.last_time_ns > b.last_time_ns; });
  JsonWriter json;
  json.begin_object().key("streams").begin_array();
  for (std::size_t i = 0; i < std::min(streams.size(), static_cast<std::size_t>(limit)); ++i) {
    const app::LogStream& stream = streams[i];
    const bool has_events = stream.events > 0;
    json.begin_object().field("name", stream.name).field("events", stream.events);
    json.field("created_ms", stream.created_ms);
    write_ms_or_null(json, "first_event_ms", has_events, stream.first_time_ns);
    write_ms_or_null(json, "last_event_ms", has_events, stream.last_time_ns);
    write_ms_or_null(json, "last_ingestion_ms", has_events, stream.last_sequence);
    json.end_object();
  }
  json.end_array().field("total", static_cast<std::uint64_t>(streams.size()));
  return ui_json(200, json.end_object().take());
}

nlohmann::json saved_json(const app::LogDocument& document) {
  const auto body = nlohmann::json::parse(document.body);
  return {{"id", document.name},
          {"name", text_member(body, "name")},
          {"query", text_member(body, "queryString")},
          {"groups", texts_of(body, "logGroupNames")},
          {"updated_ms", document.updated_ms}};
}

Result<net::Response> list_saved(Services& services, const Call&) {
  std::vector<nlohmann::json> saved;
  for (const auto& each : TRACERY_TRY(services.logs->documents.list(kSavedKind))) {
    saved.push_back(saved_json(each));
  }
  std::stable_sort(saved.begin(), saved.end(),
                   [](const auto& a, const auto& b) { return a.at("name") < b.at("name"); });
  return ui_json(200, nlohmann::json{{"saved", saved}}.dump());
}

Result<net::Response> save_query(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::string name = text_member(body, "name");
  const std::string query = text_member(body, "query");
  if (name.empty() || query.empty()) {
    return Error{ErrorCode::kInvalid, "name and query must not be empty"};
  }
  const nlohmann::json definition = {
      {"name", name}, {"queryString", query}, {"logGroupNames", texts_of(body, "groups")}};
  const std::string given = text_member(body, "id");
  const auto stored = TRACERY_TRY(services.logs->documents.put(
      kSavedKind, "", given.empty() ? app::random_uuid() : given, definition.dump()));
  return ui_json(201, saved_json(stored).dump());
}

Result<net::Response> delete_saved(Services& services, const Call& call) {
  TRACERY_TRY(services.logs->documents.remove(kSavedKind, "", call.parameters.at(0)));
  return empty_response(204);
}

}  // namespace

void add_ui_log_group_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, auto work) {
    router.add(
        method, std::string("/ui/api/v1/logs/") + path,
        ui_handler(services, [&services, work](const Call& call) { return work(services, call); }));
  };
  add("GET", "groups", list_groups);
  add("POST", "groups", create_group);
  add("DELETE", "groups", delete_group);
  add("POST", "groups/retention", set_retention);
  add("GET", "streams", list_streams);
  add("GET", "saved", list_saved);
  add("POST", "saved", save_query);
  add("DELETE", "saved/:id", delete_saved);
}

}  // namespace tracery::api
