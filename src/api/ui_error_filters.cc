// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "app/errors.h"

namespace tracery::api {
namespace {

constexpr std::size_t kNameBytesMax = 100;
constexpr std::size_t kQueryBytesMax = 8192;

void write_filter(JsonWriter& out, const app::ErrorFilter& filter) {
  out.begin_object().field("id", filter.id).field("name", filter.name);
  out.field("query", filter.query).end_object();
}

Result<net::Response> list_filters(Services& services, const Call&) {
  JsonWriter out;
  out.begin_object().key("filters").begin_array();
  for (const app::ErrorFilter& filter : TRACERY_TRY(services.errors->filters().list())) {
    write_filter(out, filter);
  }
  return ui_json(200, out.end_array().end_object().take());
}

Result<net::Response> put_filter(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const std::string name = text_member(body, "name");
  if (name.empty() || name.size() > kNameBytesMax) {
    return Error{ErrorCode::kInvalid, "a name has 1 to 100 characters"};
  }
  const std::string query = text_member(body, "query");
  if (query.size() > kQueryBytesMax) return Error{ErrorCode::kInvalid, "the query is too long"};
  JsonWriter out;
  write_filter(out, TRACERY_TRY(services.errors->filters().put(name, query)));
  return ui_json(200, out.take());
}

Result<net::Response> remove_filter(Services& services, const Call& call) {
  const std::string& text = call.parameters.at(0);
  std::int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  TRACERY_TRY(services.errors->filters().remove(id));
  return empty_response(204);
}

}  // namespace

void add_ui_error_filter_routes(Router& router, Services& services) {
  const auto add = [&](const char* method, const char* path, auto work) {
    router.add(method, path, ui_handler(services, [&services, work](const Call& call) {
                 return work(services, call);
               }));
  };
  add("GET", "/ui/api/v1/errors/filters", list_filters);
  add("POST", "/ui/api/v1/errors/filters", put_filter);
  add("DELETE", "/ui/api/v1/errors/filters/:id", remove_filter);
}

}  // namespace tracery::api
