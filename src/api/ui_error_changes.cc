// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/ui_error_json.h"
#include "app/errors.h"
#include "base/hex.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using nlohmann::json;

/// Who says so, for the history: the client's word, since the UI knows no accounts.
std::string user_of(const json& body) { return text_member(body, "user"); }

Result<std::vector<std::int64_t>> ids_of(const json& object, const char* name) {
  const auto found = object.find(name);
  std::vector<std::int64_t> ids;
  if (found == object.end() || !found->is_array()) {
    return Error{ErrorCode::kMalformed, std::string("a list is needed: ") + name};
  }
  for (const json& id : *found) {
    if (!id.is_number_integer()) return Error{ErrorCode::kMalformed, "an id must be a number"};
    ids.push_back(id.get<std::int64_t>());
  }
  return ids;
}

Result<app::ItemChange> change_of(Services& services, const json& body) {
  app::ItemChange change;
  if (body.contains("status")) {
    change.status = app::parse_item_status(text_member(body, "status"));
    if (!change.status) return Error{ErrorCode::kInvalid, "bad status"};
  }
  if (const std::string version = text_member(body, "resolved_in_version"); !version.empty()) {
    change.resolved_in_version = version;
  }
  if (body.contains("level")) {
    change.level = text_member(body, "level");
    if (!app::level_rank(*change.level)) return Error{ErrorCode::kInvalid, "bad level"};
  }
  if (body.contains("title")) {
    change.title = text_member(body, "title");
    if (change.title->empty() || change.title->size() > 255) {
      return Error{ErrorCode::kInvalid, "a title has 1 to 255 characters"};
    }
  }
  if (body.contains("assignee_id")) {
    change.assigned_user_id = int_member(body, "assignee_id");
    const bool is_known = *change.assigned_user_id == 0 ||
                          TRACERY_TRY(services.errors->users().find(*change.assigned_user_id));
    if (!is_known) return Error{ErrorCode::kInvalid, "no such user"};
  }
  if (body.contains("snooze_s")) {
    const std::int64_t seconds = int_member(body, "snooze_s");
    if (seconds < 0 || seconds > 366 * 86'400) return Error{ErrorCode::kInvalid, "bad snooze_s"};
    change.snoozed_until_ns = seconds == 0 ? 0 : services.clock.now_ns() + seconds * kNsPerSecond;
  }
  return change;
}

/// The change that takes `change` back from an item as it was.
json undo_of(const app::ErrorItem& was, const app::ItemChange& change, std::int64_t now_ns) {
  json undo = {{"ids", {was.id}}};
  if (change.status) {
    undo["status"] = app::to_string(was.status);
    if (was.status == app::ItemStatus::kResolved && !was.resolved_in_version.empty()) {
      undo["resolved_in_version"] = was.resolved_in_version;
    }
  }
  if (change.level) undo["level"] = was.level;
  if (change.title) undo["title"] = was.title;
  if (change.assigned_user_id) {
    undo["assignee_id"] = was.assigned_user_id == 0 ? json() : json(was.assigned_user_id);
  }
  if (change.snoozed_until_ns) {
    undo["snooze_s"] = std::max<std::int64_t>(0, (was.snoozed_until_ns - now_ns) / kNsPerSecond);
  }
  return undo;
}

Status write_items(Services& services, JsonWriter& out, const std::vector<app::ErrorItem>& items) {
  auto affected = TRACERY_TRY(services.errors->affected().of(*services.store.snapshot(), items));
  out.key("items").begin_array();
  for (const app::ErrorItem& item : items) {
    TRACERY_TRY(write_error_item(services, out, item, affected[item.id].people));
  }
  out.end_array();
  return {};
}

struct RequestedChange {
  std::vector<std::int64_t> ids;
  app::ItemChange change;
};

/// All of a request's changes, checked before the first of them is made.
Result<std::vector<RequestedChange>> read_changes(Services& services, const json& body) {
  const auto found = body.find("changes");
  if (found == body.end() || !found->is_array()) {
    return Error{ErrorCode::kMalformed, "a list is needed: changes"};
  }
  std::vector<RequestedChange> changes;
  for (const json& each : *found) {
    RequestedChange& read = changes.emplace_back();
    read.ids = TRACERY_TRY(ids_of(each, "ids"));
    read.change = TRACERY_TRY(change_of(services, each));
  }
  return changes;
}

Result<net::Response> change_items(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  json undo = json::array();
  std::vector<app::ErrorItem> changed;
  for (const RequestedChange& each : TRACERY_TRY(read_changes(services, body))) {
    for (const std::int64_t id : each.ids) {
      const auto was = TRACERY_TRY(services.errors->items().find(id));
      undo.push_back(undo_of(was, each.change, services.clock.now_ns()));
    }
    auto now = TRACERY_TRY(services.errors->items().change(each.ids, each.change, user_of(body)));
    std::move(now.begin(), now.end(), std::back_inserter(changed));
  }
  JsonWriter out;
  out.begin_object();
  TRACERY_TRY(write_items(services, out, changed));
  out.key("undo").raw(json({{"changes", std::move(undo)}}).dump());
  return ui_json(200, out.end_object().take());
}

Result<net::Response> merge_items(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto ids = TRACERY_TRY(ids_of(body, "ids"));
  auto merged =
      TRACERY_TRY(services.errors->items().merge(int_member(body, "into"), ids, user_of(body)));
  JsonWriter out;
  out.begin_object();
  TRACERY_TRY(write_items(services, out, {std::move(merged)}));
  return ui_json(200, out.end_object().take());
}

Result<net::Response> split_item(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  std::vector<app::ItemKey> keys;
  const auto found = body.find("fingerprints");
  if (found == body.end() || !found->is_array()) {
    return Error{ErrorCode::kMalformed, "a list is needed: fingerprints"};
  }
  for (const json& each : *found) {
    if (!each.is_string() || !from_hex(each.get<std::string>(), keys.emplace_back())) {
      return Error{ErrorCode::kInvalid, "a fingerprint has 32 hex digits"};
    }
  }
  const auto items =
      TRACERY_TRY(services.errors->items().split(int_member(body, "id"), keys, user_of(body)));
  JsonWriter out;
  out.begin_object();
  TRACERY_TRY(write_items(services, out, items));
  return ui_json(200, out.end_object().take());
}

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Result<net::Response> add_note(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::string text = text_member(body, "text");
  constexpr std::size_t kNoteBytesMax = 64 * 1024;
  if (text.empty() || text.size() > kNoteBytesMax) {
    return Error{ErrorCode::kInvalid, "a note has 1 to 65536 characters"};
  }
  const auto note = TRACERY_TRY(
      services.errors->items().add_note(number_of(call.parameters.at(0)), user_of(body), text));
  JsonWriter out;
  out.begin_object().field("id", note.id).field("time_ns", ns_text(note.time_ns));
  out.field("user", note.user).field("text", note.text).end_object();
  return ui_json(201, out.take());
}

Result<net::Response> remove_note(Services& services, const Call& call) {
  TRACERY_TRY(services.errors->items().remove_note(number_of(call.parameters.at(0)),
                                                   number_of(call.parameters.at(1))));
  return empty_response(204);
}

}  // namespace

void add_ui_error_change_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, auto work) {
    router.add(method, path, ui_handler(services, [&services, work](const Call& call) {
                 return work(services, call);
               }));
  };
  add("POST", "/ui/api/v1/errors/change", change_items);
  add("POST", "/ui/api/v1/errors/merge", merge_items);
  add("POST", "/ui/api/v1/errors/split", split_item);
  add("POST", "/ui/api/v1/errors/:id/notes", add_note);
  add("DELETE", "/ui/api/v1/errors/:id/notes/:note", remove_note);
}

}  // namespace tracery::api
