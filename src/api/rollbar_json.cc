// SPDX-License-Identifier: Apache-2.0
#include "api/rollbar_json.h"

#include "app/error_occurrence.h"
#include "app/occurrence_list.h"
#include "base/hex.h"
#include "base/time.h"
#include "model/error_names.h"
#include "model/names.h"

namespace tracery::api {
namespace {

namespace names = model::names;

std::int64_t to_seconds(std::int64_t time_ns) { return time_ns / kNsPerSecond; }

void write_optional(JsonWriter& json, std::string_view key, std::int64_t number) {
  json.key(key);
  if (number == 0) {
    json.null();
  } else {
    json.value(number);
  }
}

void write_optional(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  if (text.empty()) {
    json.null();
  } else {
    json.value(text);
  }
}

void write_frames(JsonWriter& json, const rollbar::Exception& exception) {
  json.key("frames").begin_array();
  for (const rollbar::Frame& frame : exception.frames) {
    json.begin_object().field("filename", frame.filename);
    if (frame.lineno > 0) json.field("lineno", frame.lineno);
    json.field("method", frame.method).field("in_app", frame.in_project).end_object();
  }
  json.end_array();
}

std::string payload_of_exception(const rollbar::Report& report, std::int64_t time_ns) {
  JsonWriter json;
  json.begin_object().field("environment", report.environment).field("level", report.level);
  json.field("timestamp", to_seconds(time_ns));
  const bool is_chain = report.exceptions.size() > 1;
  json.key("body").begin_object().key(is_chain ? "trace_chain" : "trace");
  if (is_chain) json.begin_array();
  for (const rollbar::Exception& exception : report.exceptions) {
    json.begin_object();
    write_frames(json, exception);
    json.key("exception").begin_object().field("class", exception.type);
    json.field("message", exception.message).end_object().end_object();
  }
  if (is_chain) json.end_array();
  json.end_object();
  for (const auto& [key, text] :
       {std::pair{"language", &report.language}, std::pair{"framework", &report.framework},
        std::pair{"platform", &report.platform}, std::pair{"context", &report.context},
        std::pair{"code_version", &report.code_version}}) {
    if (!text->empty()) json.field(key, *text);
  }
  if (!report.host.empty()) {
    json.key("server").begin_object().field("host", report.host).end_object();
  }
  if (!report.person.empty()) {
    json.key("person").begin_object().field("id", report.person).end_object();
  }
  json.key("custom").begin_object();
  if (!report.trace_id.empty()) json.field("trace_id", report.trace_id);
  if (!report.span_id.empty()) json.field("span_id", report.span_id);
  return json.end_object().end_object().take();
}

}  // namespace

std::string payload_of(const model::Event& event) {
  const std::string document = app::text_field(event, names::kDocument);
  if (!document.empty() && app::text_field(event, names::kSource) == "rollbar") return document;
  const auto report = app::report_of_exception(event);
  return report ? payload_of_exception(*report, event.time_ns) : "{}";
}

void write_rollbar_item(JsonWriter& json, const app::ErrorItem& item,
                        const app::Affected& affected) {
  const app::ItemCounts& counts = item.counts;
  json.begin_object().field("id", item.id).field("public_item_id", item.id);
  json.field("counter", item.counter).field("project_id", item.project_id);
  json.field("environment", item.environment).field("platform", item.platform);
  json.field("framework", item.framework).field("language", item.language);
  json.field("level", item.level).field("level_lock", item.level_locked ? 1 : 0);
  json.field("status", app::to_string(item.status)).field("title", item.title);
  json.field("title_lock", item.title_locked ? 1 : 0).field("hash", to_hex(item.key));
  json.key("integrations_data").begin_object().end_object();
  json.field("controlling_id", item.id).key("group_item_id").null();
  json.field("group_status", item.keys.size() > 1 ? 2 : 0);
  write_optional(json, "assigned_user_id", item.assigned_user_id);
  json.key("assigned_team_id").null();
  write_optional(json, "resolved_in_version", item.resolved_in_version);
  json.field("total_occurrences", item.since_activation());
  json.field("lifetime_occurrences", counts.occurrences);
  json.field("unique_occurrences", affected.addresses);
  json.field("first_occurrence_id", counts.first_id);
  json.field("first_occurrence_timestamp", to_seconds(app::received_ns_of(counts.first_id)));
  json.field("last_occurrence_id", counts.last_id);
  json.field("last_occurrence_timestamp", to_seconds(app::received_ns_of(counts.last_id)));
  json.field("activating_occurrence_id", item.activating_id);
  json.field("last_activated_timestamp", to_seconds(item.activated_ns));
  write_optional(json, "last_resolved_timestamp", to_seconds(item.resolved_ns));
  json.key("last_modified_by").null();
  json.field("snooze_enabled", item.snoozed_until_ns != 0);
  json.field("grouping_version", item.grouping_version).end_object();
}

void write_rollbar_instance(JsonWriter& json, const model::Event& event,
                            const app::ErrorItem& item) {
  const std::int64_t id = app::occurrence_id_of(event);
  std::string data = payload_of(event);
  JsonWriter metadata;
  metadata.begin_object().field("customer_timestamp", to_seconds(event.time_ns));
  metadata.field("timestamp_ms", app::received_ns_of(id) / kNsPerMs);
  metadata.field("api_server_hostname", "tracery");
  metadata.field("source", app::text_field(event, names::kSource));
  metadata.field("uuid", app::text_field(event, names::kErrorUuid));
  metadata.field("user_ip", app::text_field(event, "request.user_ip"));
  metadata.key("debug").begin_object().end_object().end_object();
  const std::size_t end = data.rfind('}');
  const std::size_t last = data.find_last_not_of(" \t\r\n", end - 1);
  data.insert(end, (data[last] == '{' ? "\"metadata\":" : ",\"metadata\":") + metadata.text());
  json.begin_object().field("id", id).field("item_id", item.id);
  json.field("project_id", item.project_id).field("timestamp", to_seconds(event.time_ns));
  json.field("version", 2).field("billable", 1).key("data").raw(data).end_object();
}

void write_rollbar_project(JsonWriter& json, const app::ErrorProject& project) {
  json.begin_object().field("id", project.id).field("name", project.name);
  json.field("account_id", 1).field("status", "enabled");
  json.field("date_created", to_seconds(project.created_ns));
  json.field("date_modified", to_seconds(project.created_ns));
  json.key("settings_data").begin_object().key("grouping").begin_object();
  json.field("auto_upgrade", true).key("recent_versions").begin_array();
  json.value(std::to_string(rollbar::kGroupingVersion));
  json.end_array().end_object().end_object().end_object();
}

void write_rollbar_token(JsonWriter& json, const app::ErrorToken& token,
                         const app::RateLimits::Window& window) {
  json.begin_object().field("access_token", token.token).field("name", token.name);
  json.field("project_id", token.project_id).key("scopes").begin_array();
  for (const std::string_view scope : app::scope_names(token.scopes)) json.value(scope);
  json.end_array().field("status", token.enabled ? "enabled" : "disabled");
  write_optional(json, "rate_limit_window_size", token.window_seconds);
  write_optional(json, "rate_limit_window_count", token.window_count);
  json.field("cur_rate_limit_window_count", window.count);
  write_optional(json, "cur_rate_limit_window_start", window.start_s);
  json.field("date_created", to_seconds(token.created_ns));
  json.field("date_modified", to_seconds(token.modified_ns)).end_object();
}

}  // namespace tracery::api
