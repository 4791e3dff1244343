// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/notification_delivery.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/ui_error_json.h"
#include "api/url.h"
#include "app/error_occurrence.h"
#include "app/errors.h"
#include "app/occurrence_list.h"
#include "base/hex.h"
#include "base/time.h"

namespace tracery::api {
namespace {

constexpr std::int64_t kHourNs = 3600 * kNsPerSecond;
/// How far back a search looks through occurrences.
constexpr std::int64_t kSearchNs = 30 * kNsPerDay;

Result<std::int64_t> item_id_of(const Call& call) {
  const std::string& text = call.parameters.at(0);
  std::int64_t id = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), id);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    return Error{ErrorCode::kNotFound, "Item not found"};
  }
  return id;
}

Result<app::ErrorItem> item_of(Services& services, const Call& call) {
  return services.errors->items().find(TRACERY_TRY(item_id_of(call)));
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Status read_search(Services& services, const std::string& text, app::ItemQuery& query) {
  const std::int64_t now_ns = services.clock.now_ns();
  for (const std::string& word : words_of(text)) {
    if (word.starts_with('#')) {
      std::int64_t counter = 0;
      std::from_chars(word.data() + 1, word.data() + word.size(), counter);
      query.counter = counter;
      continue;
    }
    query.words.push_back(word);
    query.keys_by_word.push_back(TRACERY_TRY(app::keys_with_word(
        *services.store.snapshot(), word, now_ns - kSearchNs, now_ns + kNsPerDay)));
  }
  return {};
}

Status read_sort(std::string sort, app::ItemQuery& query) {
  if (sort.empty()) sort = "last";
  query.ascending = sort.starts_with('-');
  if (query.ascending) sort.erase(0, 1);
  if (sort == "last") {
    query.sort = app::ItemSort::kLastSeen;
  } else if (sort == "first") {
    query.sort = app::ItemSort::kFirstSeen;
  } else if (sort == "count") {
    query.sort = app::ItemSort::kOccurrences;
  } else if (sort == "level") {
    query.sort = app::ItemSort::kLevel;
  } else if (sort == "title") {
    query.sort = app::ItemSort::kTitle;
    query.ascending = !query.ascending;
  } else {
    return Error{ErrorCode::kInvalid, "bad sort: " + sort};
  }
  return {};
}

Result<app::ItemQuery> read_query(Services& services, const QueryParameters& parameters) {
  app::ItemQuery query;
  for (const std::string& word : parameters.get_list("status")) {
    const auto status = app::parse_item_status(word);
    if (!status) return Error{ErrorCode::kInvalid, "bad status: " + word};
    query.statuses.push_back(*status);
  }
  query.levels = parameters.get_list("level");
  query.environments = parameters.get_list("env");
  query.frameworks = parameters.get_list("framework");
  query.projects = parameters.get_list("project");
  if (parameters.get("assignee") == "none") query.assigned_user_id = 0;
  if (const auto user = parameters.get_int("assignee")) query.assigned_user_id = *user;
  TRACERY_TRY(read_search(services, parameters.get("q"), query));
  TRACERY_TRY(read_sort(parameters.get("sort"), query));
  if (parameters.has("t")) {
    const TimeRange range =
        TRACERY_TRY(parse_time_range(parameters.get("t"), services.clock.now_ns()));
    query.seen_from_ns = range.from_ns;
    query.seen_to_ns = range.to_ns;
  }
  query.limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(parameters.get_int("limit").value_or(100), 1, 500));
  query.skip = static_cast<std::size_t>(
      std::clamp<std::int64_t>(parameters.get_int("before").value_or(0), 0, 1'000'000'000));
  return query;
}

void write_facet(JsonWriter& json, std::string_view key, const app::ItemFacet& facet) {
  json.key(key).begin_array();
  std::vector<std::pair<std::string, std::uint64_t>> values(facet.begin(), facet.end());
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [value, count] : values) {
    json.begin_object().field("value", value).field("count", count).end_object();
  }
  json.end_array();
}

Status write_items(Services& services, JsonWriter& json, const std::vector<app::ErrorItem>& items) {
  auto affected = services.errors->affected().of(*services.store.snapshot(), items);
  json.key("items").begin_array();
  for (const app::ErrorItem& item : items) {
    const auto people =
        affected.ok() ? std::optional((*affected)[item.id].people) : std::optional<std::uint64_t>();
    TRACERY_TRY(write_error_item(services, json, item, people));
  }
  json.end_array();
  return {};
}

Result<net::Response> list_items(Services& services, const Call& call) {
  const auto query = TRACERY_TRY(read_query(services, QueryParameters(call.request.query)));
  const app::ItemPage page = services.errors->items().list(query);
  JsonWriter json;
  json.begin_object();
  TRACERY_TRY(write_items(services, json, page.items));
  const std::int64_t hour = services.clock.now_ns() / kHourNs;
  const std::int64_t first = hour - static_cast<std::int64_t>(app::HourlyCounts::kHours) + 1;
  json.field("series_start_ms", to_ms(first * kHourNs)).field("series_step_ms", to_ms(kHourNs));
  json.field("matched", page.matched).key("next");
  const std::size_t shown = query.skip + page.items.size();
  if (shown < page.matched) {
    json.value(std::to_string(shown));
  } else {
    json.null();
  }
  json.key("facets").begin_object();
  write_facet(json, "status", page.statuses);
  write_facet(json, "level", page.levels);
  write_facet(json, "environment", page.environments);
  write_facet(json, "framework", page.frameworks);
  write_facet(json, "project", page.projects);
  return ui_json(200, json.end_object().end_object().take());
}

void write_series(JsonWriter& json, std::string_view key, const app::CountSeries& series) {
  json.key(key).begin_object().field("start_ms", to_ms(series.start_ns));
  json.field("step_ms", to_ms(series.step_ns)).key("counts").begin_array();
  for (const std::uint64_t count : series.counts) json.value(count);
  json.end_array().end_object();
}

/// Writes the most frequent values of an item's fields, one list after another.
class BreakdownWriter {
 public:
  BreakdownWriter(Services& services, const app::ErrorItem& item, const TimeRange& range,
                  JsonWriter& json)
      : snapshot_(services.store.snapshot()), item_(item), range_(range), json_(json) {}

  /// `rollbar` names the value's column and those beside it; `otlp` the value's column in
  /// OpenTelemetry's events.
  Status write(std::string_view key, const std::vector<std::string>& rollbar,
               const std::string& otlp) {
    constexpr std::size_t kValues = 20;
    auto values = TRACERY_TRY(app::top_item_values(*snapshot_, item_.keys, rollbar, range_.from_ns,
                                                   range_.to_ns, kValues));
    if ((item_.sources & app::kFromOtlp) != 0) {
      auto more = TRACERY_TRY(app::top_item_values(*snapshot_, item_.keys, {otlp}, range_.from_ns,
                                                   range_.to_ns, kValues));
      std::move(more.begin(), more.end(), std::back_inserter(values));
      std::stable_sort(values.begin(), values.end(),
                       [](const auto& a, const auto& b) { return a.count > b.count; });
      values.resize(std::min(values.size(), kValues));
    }
    json_.key(key).begin_array();
    for (const app::ItemValue& value : values) write_value_of(key, value);
    json_.end_array();
    return {};
  }

 private:
  void write_value_of(std::string_view key, const app::ItemValue& value) {
    json_.begin_object().field("value", value.values.at(0)).field("count", value.count);
    if (key == "people") {
      json_.field("name", value.values.size() > 1 ? value.values[1] : std::string());
      json_.field("email", value.values.size() > 2 ? value.values[2] : std::string());
    }
    json_.field("first_ns", ns_text(app::received_ns_of(value.first_id)));
    json_.field("last_ns", ns_text(app::received_ns_of(value.last_id))).end_object();
  }

  std::shared_ptr<const store::Snapshot> snapshot_;
  const app::ErrorItem& item_;
  const TimeRange& range_;
  JsonWriter& json_;
};

Status write_breakdowns(Services& services, const app::ErrorItem& item, const TimeRange& range,
                        JsonWriter& json) {
  BreakdownWriter write(services, item, range, json);
  TRACERY_TRY(write.write("versions", {"code_version"}, "service.version"));
  TRACERY_TRY(
      write.write("people", {"person.id", "person.username", "person.email"}, "enduser.id"));
  TRACERY_TRY(write.write("hosts", {"server.host"}, "host.name"));
  TRACERY_TRY(write.write("browsers", {"client.javascript.browser"}, "user_agent.original"));
  TRACERY_TRY(write.write("addresses", {"request.user_ip"}, "client.address"));
  return write.write("contexts", {"context"}, "http.route");
}

void write_history(JsonWriter& json, const std::vector<app::ItemHistory>& history) {
  json.key("history").begin_array();
  for (const app::ItemHistory& entry : history) {
    if (entry.kind == "note") continue;
    json.begin_object().field("time_ns", ns_text(entry.time_ns)).field("kind", entry.kind);
    json.field("user", entry.user);
    write_text_or_null(json, "version", entry.version);
    json.field("text", entry.text).end_object();
  }
  json.end_array().key("notes").begin_array();
  for (const app::ItemHistory& entry : history) {
    if (entry.kind != "note") continue;
    json.begin_object().field("id", entry.id).field("time_ns", ns_text(entry.time_ns));
    json.field("user", entry.user).field("text", entry.text).end_object();
  }
  json.end_array();
}

/// The grouping as text, from the newest occurrence: it says why occurrences are one item.
std::string grouping_of(Services& services, const app::ErrorItem& item) {
  const auto event =
      app::find_occurrence(*services.store.snapshot(), std::to_string(item.counts.last_id));
  const auto report = event.ok() ? app::report_of(*event) : std::nullopt;
  if (!report) return {};
  return rollbar::grouping_text(*report, static_cast<int>(item.grouping_version));
}

Result<net::Response> get_item(Services& services, const Call& call) {
  const auto item = TRACERY_TRY(item_of(services, call));
  const std::int64_t now_ns = services.clock.now_ns();
  const std::string t = QueryParameters(call.request.query).get("t");
  const TimeRange range = TRACERY_TRY(parse_time_range(t.empty() ? "30d" : t, now_ns));
  const auto snapshot = services.store.snapshot();
  auto affected = TRACERY_TRY(services.errors->affected().of(*snapshot, std::span(&item, 1)));
  JsonWriter json;
  json.begin_object().key("item");
  TRACERY_TRY(write_error_item(services, json, item, affected[item.id].people));
  app::CountSeries hours;
  const auto counts = item.hours.until(now_ns / kHourNs);
  hours.step_ns = kHourNs;
  hours.start_ns = (now_ns / kHourNs - static_cast<std::int64_t>(counts.size()) + 1) * kHourNs;
  hours.counts.assign(counts.begin(), counts.end());
  write_series(json, "hours", hours);
  app::SeriesQuery days;
  days.keys = item.keys;
  days.from_ns = now_ns - 29 * kNsPerDay;
  days.to_ns = now_ns + 1;
  days.step_ns = kNsPerDay;
  write_series(json, "days", TRACERY_TRY(app::count_series(*snapshot, days)));
  TRACERY_TRY(write_breakdowns(services, item, range, json));
  write_history(json, TRACERY_TRY(services.errors->items().history(item.id)));
  json.key("fingerprints").begin_array();
  for (const app::ItemFingerprint& each : services.errors->items().fingerprints(item.id)) {
    json.begin_object().field("fingerprint", to_hex(each.key)).field("title", each.title);
    json.field("occurrences", each.occurrences).end_object();
  }
  json.end_array().key("grouping").begin_object().field("version", item.grouping_version);
  json.field("text", grouping_of(services, item)).end_object();
  return ui_json(200, json.end_object().take());
}

void write_deploy(Services& services, JsonWriter& json, const app::ErrorDeploy& deploy) {
  const auto project = services.errors->projects().find(deploy.project_id);
  json.begin_object().field("id", deploy.id);
  json.field("project", project ? project->name : std::string());
  json.field("environment", deploy.environment).field("revision", deploy.revision);
  json.field("status", deploy.status).field("comment", deploy.comment);
  json.field("user",
             deploy.local_username.empty() ? deploy.rollbar_username : deploy.local_username);
  json.field("started_ms", to_ms(deploy.started_ns)).key("finished_ms");
  if (deploy.finished_ns == 0) {
    json.null();
  } else {
    json.value(to_ms(deploy.finished_ns));
  }
  json.end_object();
}

Result<net::Response> list_deploys(Services& services, const Call& call) {
  const QueryParameters parameters(call.request.query);
  app::DeployQuery query;
  if (parameters.has("project")) {
    const auto project = services.errors->projects().find(parameters.get("project"));
    if (!project) return Error{ErrorCode::kNotFound, "Project not found"};
    query.project_id = project->id;
  }
  query.environment = parameters.get("env");
  const std::string t = parameters.get("t");
  const TimeRange range =
      TRACERY_TRY(parse_time_range(t.empty() ? "30d" : t, services.clock.now_ns()));
  query.from_ns = range.from_ns;
  query.to_ns = range.to_ns;
  query.limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(parameters.get_int("limit").value_or(100), 1, 500));
  JsonWriter json;
  json.begin_object().key("deploys").begin_array();
  for (const app::ErrorDeploy& deploy : TRACERY_TRY(services.errors->deploys().list(query))) {
    write_deploy(services, json, deploy);
  }
  return ui_json(200, json.end_array().end_object().take());
}

Result<net::Response> find_item(Services& services, const Call& call) {
  const QueryParameters parameters(call.request.query);
  app::ErrorItems& items = services.errors->items();
  JsonWriter json;
  json.begin_object();
  if (const auto counter = parameters.get_int("counter")) {
    const auto project = services.errors->projects().find(parameters.get("project"));
    if (!project) return Error{ErrorCode::kNotFound, "Project not found"};
    const auto item = TRACERY_TRY(items.find_counter(project->id, *counter));
    json.field("item_id", item.id).key("occurrence_id").null();
  } else {
    const std::string name =
        parameters.has("uuid") ? parameters.get("uuid") : parameters.get("occurrence");
    const auto event = TRACERY_TRY(app::find_occurrence(*services.store.snapshot(), name));
    const auto key = app::item_key_of(event);
    if (!key) return Error{ErrorCode::kNotFound, "Occurrence not found"};
    json.field("item_id", TRACERY_TRY(items.find_key(*key)).id);
    json.field("occurrence_id", app::occurrence_id_of(event));
  }
  return ui_json(200, json.end_object().take());
}

}  // namespace

void add_ui_error_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, auto work) {
    router.add(method, path, ui_handler(services, [&services, work](const Call& call) {
                 return work(services, call);
               }));
  };
  add("GET", "/ui/api/v1/errors", list_items);
  add("GET", "/ui/api/v1/errors/find", find_item);
  add("GET", "/ui/api/v1/errors/deploys", list_deploys);
  add_ui_error_filter_routes(router, services);
  add_ui_error_people_routes(router, services);
  add_ui_error_notification_routes(router, services);
  add("GET", "/ui/api/v1/errors/:id", get_item);
  add_ui_error_change_routes(router, services);
  add_ui_occurrence_routes(router, services);
}

}  // namespace tracery::api
