// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/rollbar_api.h"
#include "api/rollbar_json.h"
#include "api/url.h"
#include "app/errors.h"
#include "app/occurrence_list.h"
#include "base/time.h"
#include "protocols/rollbar/answers.h"

namespace tracery::api {
namespace {

constexpr std::int64_t kPageUsual = 100;
constexpr std::int64_t kPageMax = 5000;

Error item_not_found() { return {ErrorCode::kNotFound, "Item not found"}; }

/// The item of an access: one of its project, unless it is an account's.
Result<app::ErrorItem> item_of(Services& services, const RollbarAccess& access,
                               const std::string& name) {
  app::ErrorItems& items = services.errors->items();
  std::int64_t id = 0;
  const auto end = std::from_chars(name.data(), name.data() + name.size(), id);
  const bool is_id = end.ec == std::errc() && end.ptr == name.data() + name.size();
  Result<app::ErrorItem> item = item_not_found();
  if (is_id) {
    item = items.find(id);
  } else {
    const auto event = app::find_occurrence(*services.store.snapshot(), name);
    const auto key = event.ok() ? app::item_key_of(*event) : std::nullopt;
    if (key) item = items.find_key(*key);
  }
  if (item.ok() && !access.is_account && item->project_id != access.project.id) {
    return item_not_found();
  }
  return item;
}

std::string item_json(Services& services, const app::ErrorItem& item) {
  const auto affected =
      services.errors->affected().of(*services.store.snapshot(), std::span(&item, 1));
  JsonWriter json;
  write_rollbar_item(json, item, affected.ok() ? affected->at(item.id) : app::Affected());
  return json.take();
}

Result<net::Response> get_item(Services& services, const Call& call, const RollbarAccess& access) {
  const auto item = TRACERY_TRY(item_of(services, access, call.parameters.at(0)));
  return rollbar_result(item_json(services, item));
}

/// The project that an account's request is about.
std::vector<app::ErrorProject> projects_of(Services& services, const RollbarAccess& access,
                                           const QueryParameters& query) {
  if (!access.is_account) return {access.project};
  std::vector<app::ErrorProject> projects;
  for (const char* name : {"project_ids", "project_id"}) {
    for (const std::string& id : query.get_list(name)) {
      std::int64_t number = 0;
      std::from_chars(id.data(), id.data() + id.size(), number);
      if (const auto project = services.errors->projects().find(number)) {
        projects.push_back(*project);
      }
    }
  }
  return projects.empty() ? services.errors->projects().list() : projects;
}

Result<app::ErrorItem> find_counter(Services& services, const RollbarAccess& access,
                                    const QueryParameters& query, std::int64_t counter) {
  // The access' own project first: a counter means nothing without one.
  auto projects = projects_of(services, access, query);
  projects.insert(projects.begin(), access.project);
  for (const app::ErrorProject& project : projects) {
    auto item = services.errors->items().find_counter(project.id, counter);
    if (item.ok()) return item;
  }
  return item_not_found();
}

Result<net::Response> redirect_counter(Services& services, const Call& call,
                                       const RollbarAccess& access) {
  const std::string& text = call.parameters.at(0);
  std::int64_t counter = 0;
  std::from_chars(text.data(), text.data() + text.size(), counter);
  const QueryParameters query(call.request.query);
  const auto item = TRACERY_TRY(find_counter(services, access, query, counter));
  const std::string path = "/api/1/item/" + std::to_string(item.id);
  const std::string uri = path + (call.request.query.empty() ? "" : "?" + call.request.query);
  JsonWriter json;
  json.begin_object().field("itemId", item.id).field("path", path).field("uri", uri).end_object();
  net::Response response = json_response(301, rollbar::encode_result(json.text()));
  response.headers.emplace_back("Location", uri);
  return response;
}

Result<net::Response> get_item_of_counter(Services& services, const Call& call,
                                          const RollbarAccess& access) {
  const QueryParameters query(call.request.query);
  const auto counter = query.get_int("counter");
  if (!counter) return Error{ErrorCode::kInvalid, "counter is required"};
  return rollbar_result(
      item_json(services, TRACERY_TRY(find_counter(services, access, query, *counter))));
}

Status read_statuses(const QueryParameters& query, app::ItemQuery& items) {
  for (const std::string& word : query.get_list("status")) {
    if (word == "any") {
      items.statuses.clear();
      return {};
    }
    const auto status = app::parse_item_status(word);
    if (!status) return Error{ErrorCode::kInvalid, "invalid status: " + word};
    items.statuses.push_back(*status);
  }
  return {};
}

void read_sort(const QueryParameters& query, app::ItemQuery& items) {
  std::string sort = query.get("sort");
  items.ascending = sort.starts_with("-");
  if (items.ascending) sort.erase(0, 1);
  if (sort == "occurrences" || sort == "total_occurrences") {
    items.sort = app::ItemSort::kOccurrences;
  } else if (sort == "level") {
    items.sort = app::ItemSort::kLevel;
  } else if (sort == "first_occurrence_timestamp") {
    items.sort = app::ItemSort::kFirstSeen;
  } else if (sort == "title") {
    items.sort = app::ItemSort::kTitle;
  }
}

void read_words(const std::string& text, app::ItemQuery& items) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) items.words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
}

Result<app::ItemQuery> read_item_query(Services& services, const RollbarAccess& access,
                                       const QueryParameters& query, std::int64_t page) {
  app::ItemQuery items;
  for (const app::ErrorProject& project : projects_of(services, access, query)) {
    items.projects.push_back(project.name);
  }
  TRACERY_TRY(read_statuses(query, items));
  items.levels = query.get_list("level");
  items.environments = query.get_list("environment");
  for (std::string& each : query.get_list("environments")) items.environments.push_back(each);
  items.frameworks = query.get_list("framework");
  for (const std::string& id : query.get_list("ids")) {
    std::from_chars(id.data(), id.data() + id.size(), items.ids.emplace_back());
  }
  if (query.get("assigned_user") == "unassigned") items.assigned_user_id = 0;
  if (const auto user = query.get_int("assigned_user")) items.assigned_user_id = *user;
  if (query.has("is_snoozed")) items.snoozed = query.get("is_snoozed") == "true";
  read_words(query.has("query") ? query.get("query") : query.get("title"), items);
  if (query.has("date_from") || query.has("date_to")) {
    items.seen_from_ns = query.get_int("date_from").value_or(0) * kNsPerSecond;
    items.seen_to_ns =
        query.get_int("date_to").value_or(services.clock.now_ns() / kNsPerSecond + 1) *
        kNsPerSecond;
  }
  read_sort(query, items);
  items.limit = static_cast<std::size_t>(
      std::clamp(query.get_int("limit").value_or(kPageUsual), std::int64_t{1}, kPageMax));
  items.skip = static_cast<std::size_t>(page - 1) * items.limit;
  return items;
}

/// Keeps only the members asked for by `fields`, as the search does.
std::string with_fields(const std::string& item, const std::vector<std::string>& fields) {
  if (fields.empty()) return item;
  const auto whole = nlohmann::json::parse(item);
  auto kept = nlohmann::json::object();
  for (const std::string& field : fields) {
    if (whole.contains(field)) kept[field] = whole.at(field);
  }
  return kept.dump();
}

Result<net::Response> list_items(Services& services, const Call& call,
                                 const RollbarAccess& access) {
  const QueryParameters query(call.request.query);
  const std::int64_t page = query.get_int("page").value_or(1);
  if (page < 1 || page > 1'000'000) return Error{ErrorCode::kInvalid, "invalid page"};
  const auto found =
      services.errors->items().list(TRACERY_TRY(read_item_query(services, access, query, page)));
  auto affected =
      TRACERY_TRY(services.errors->affected().of(*services.store.snapshot(), found.items));
  const auto fields = query.get_list("fields");
  JsonWriter json;
  json.begin_object().field("page", page).field("total_count", found.matched);
  json.key("items").begin_array();
  for (const app::ErrorItem& item : found.items) {
    JsonWriter one;
    write_rollbar_item(one, item, affected[item.id]);
    json.raw(with_fields(one.text(), fields));
  }
  return rollbar_result(json.end_array().end_object().take());
}

Result<app::ItemChange> read_change(Services& services, const nlohmann::json& body) {
  app::ItemChange change;
  if (body.contains("status")) {
    change.status = app::parse_item_status(text_member(body, "status"));
    if (!change.status) return Error{ErrorCode::kInvalid, "invalid status"};
  }
  if (const std::string version = text_member(body, "resolved_in_version"); !version.empty()) {
    if (change.status != app::ItemStatus::kResolved) {
      return Error{ErrorCode::kInvalid, "resolved_in_version goes with the status resolved only"};
    }
    if (version.size() > 40) {
      return Error{ErrorCode::kInvalid, "resolved_in_version must be at most 40 characters"};
    }
    change.resolved_in_version = version;
  }
  if (body.contains("title")) {
    change.title = text_member(body, "title");
    if (change.title->empty() || change.title->size() > 255) {
      return Error{ErrorCode::kInvalid, "title must have 1 to 255 characters"};
    }
  }
  if (body.contains("level")) {
    change.level = text_member(body, "level");
    if (!app::level_rank(*change.level)) return Error{ErrorCode::kInvalid, "invalid level"};
  }
  if (body.contains("assigned_user_id")) {
    change.assigned_user_id = int_member(body, "assigned_user_id");
    const bool is_known = *change.assigned_user_id == 0 ||
                          TRACERY_TRY(services.errors->users().find(*change.assigned_user_id));
    if (!is_known) return Error{ErrorCode::kInvalid, "no such user"};
  }
  if (body.contains("snooze_enabled") || body.contains("snoozed")) {
    const bool is_on = bool_member(body, "snooze_enabled", bool_member(body, "snoozed"));
    const std::int64_t seconds = int_member(body, "snooze_expiration_in_seconds", 3600);
    if (seconds < 0 || seconds > 366 * 86'400) {
      return Error{ErrorCode::kInvalid, "invalid snooze_expiration_in_seconds"};
    }
    change.snoozed_until_ns = is_on ? services.clock.now_ns() + seconds * kNsPerSecond : 0;
  }
  return change;
}

Result<net::Response> change_item(Services& services, const Call& call,
                                  const RollbarAccess& access) {
  const auto item = TRACERY_TRY(item_of(services, access, call.parameters.at(0)));
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto change = TRACERY_TRY(read_change(services, body));
  const auto changed =
      TRACERY_TRY(services.errors->items().change(std::span(&item.id, 1), change, "api"));
  return rollbar_result(item_json(services, changed.at(0)));
}

Result<std::string> instance_json(Services& services, const RollbarAccess& access,
                                  const model::Event& event) {
  const auto key = app::item_key_of(event);
  if (!key) return Error{ErrorCode::kNotFound, "Occurrence not found"};
  const auto item = TRACERY_TRY(services.errors->items().find_key(*key));
  if (!access.is_account && item.project_id != access.project.id) {
    return Error{ErrorCode::kNotFound, "Occurrence not found"};
  }
  JsonWriter json;
  write_rollbar_instance(json, event, item);
  return json.take();
}

Result<net::Response> list_instances(Services& services, const Call& call,
                                     const RollbarAccess& access) {
  const QueryParameters query(call.request.query);
  app::OccurrenceQuery wanted;
  if (!call.parameters.empty()) {
    wanted.keys = TRACERY_TRY(item_of(services, access, call.parameters[0])).keys;
  } else {
    for (const app::ErrorProject& project : projects_of(services, access, query)) {
      wanted.projects.push_back(project.name);
    }
  }
  wanted.limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(query.get_int("limit").value_or(20), 1, kPageMax));
  const std::int64_t page = std::clamp<std::int64_t>(query.get_int("page").value_or(1), 1, 100'000);
  wanted.before_id = query.has("lastId") ? query.get_int("lastId") : query.get_int("last_id");
  if (!wanted.before_id) wanted.skip = static_cast<std::size_t>(page - 1) * wanted.limit;
  JsonWriter json;
  json.begin_object().field("page", page).key("instances").begin_array();
  for (const model::Event& event :
       TRACERY_TRY(app::list_occurrences(*services.store.snapshot(), wanted))) {
    const auto instance = instance_json(services, access, event);
    if (instance.ok()) json.raw(*instance);
  }
  return rollbar_result(json.end_array().end_object().take());
}

Result<net::Response> get_instance(Services& services, const RollbarAccess& access,
                                   const std::string& name) {
  const auto event = TRACERY_TRY(app::find_occurrence(*services.store.snapshot(), name));
  return rollbar_result(TRACERY_TRY(instance_json(services, access, event)));
}

/// Where the vendor's API leads to its web pages; the UI reads links to those pages by itself.
Result<net::Response> redirect_uuid(Services& services, const Call& call) {
  const std::string uuid = QueryParameters(call.request.query).get("uuid");
  const auto event = TRACERY_TRY(app::find_occurrence(*services.store.snapshot(), uuid));
  if (!app::item_key_of(event)) return Error{ErrorCode::kNotFound, "Occurrence not found"};
  net::Response response = empty_response(302);
  response.headers.emplace_back(
      "Location", "/errors/find?occurrence=" + std::to_string(app::occurrence_id_of(event)));
  return response;
}

}  // namespace

void add_rollbar_item_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, std::uint8_t scope, auto work) {
    router.add(method, path,
               rollbar_handler(services, scope,
                               [&services, work](const Call& call, const RollbarAccess& access) {
                                 return work(services, call, access);
                               }));
  };
  add("GET", "/api/1/item", app::kReadScope, get_item_of_counter);
  add("GET", "/api/1/item/:id", app::kReadScope, get_item);
  add("PATCH", "/api/1/item/:id", app::kWriteScope, change_item);
  add("GET", "/api/1/item/:id/instances", app::kReadScope, list_instances);
  add("GET", "/api/1/item_by_counter/:counter", app::kReadScope, redirect_counter);
  add("GET", "/api/1/items", app::kReadScope, list_items);
  add("GET", "/api/1/search", app::kReadScope, list_items);
  add("GET", "/api/1/instances", app::kReadScope, list_instances);
  add("GET", "/api/1/instance/:id", app::kReadScope,
      [](Services& all, const Call& call, const RollbarAccess& access) {
        return get_instance(all, access, call.parameters.at(0));
      });
  add("GET", "/api/1/occurrence/uuid", app::kReadScope,
      [](Services& all, const Call& call, const RollbarAccess&) {
        return redirect_uuid(all, call);
      });
}

}  // namespace tracery::api
