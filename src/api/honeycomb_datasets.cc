// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/honeycomb_api.h"
#include "api/honeycomb_problems.h"
#include "api/json_body.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace tracery::api {
namespace {

void write_dataset(JsonWriter& json, const app::Dataset& dataset) {
  json.begin_object().field("name", dataset.name).field("slug", dataset.slug);
  json.field("description", dataset.description);
  json.field("expand_json_depth", dataset.expand_json_depth);
  json.key("settings").begin_object().field("delete_protected", dataset.delete_protected);
  json.end_object();
  json.field("created_at", format_rfc3339(dataset.created_ns)).key("last_written_at");
  if (dataset.last_written_ns) {
    json.value(format_rfc3339(*dataset.last_written_ns));
  } else {
    json.null();
  }
  json.field("regular_columns_count", dataset.columns).end_object();
}

net::Response dataset_response(int status, const app::Dataset& dataset) {
  JsonWriter json;
  write_dataset(json, dataset);
  return json_response(status, json.take());
}

/// Settings of a request body; what is absent or null stays as it is.
struct Settings {
  app::DatasetChange change;
  std::optional<honeycomb::FieldProblem> problem;
};

Settings read_settings(const nlohmann::json& body) {
  Settings settings;
  if (const auto found = body.find("description"); found != body.end() && !found->is_null()) {
    if (!found->is_string()) {
      settings.problem = {"description", "incorrect_type", "must be a string"};
      return settings;
    }
    settings.change.description = found->get<std::string>();
  }
  if (const auto found = body.find("expand_json_depth"); found != body.end() && !found->is_null()) {
    if (!found->is_number_integer() || *found < 0 || *found > 10) {
      settings.problem = {"expand_json_depth", "invalid", "must be between 0 and 10"};
      return settings;
    }
    settings.change.expand_json_depth = found->get<std::int64_t>();
  }
  return settings;
}

Result<net::Response> list_datasets(Services& services) {
  JsonWriter json;
  json.begin_array();
  for (const app::Dataset& dataset : TRACERY_TRY(services.datasets.list())) {
    write_dataset(json, dataset);
  }
  return json_response(200, json.end_array().take());
}

Result<net::Response> create_dataset(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  const auto name = body.find("name");
  if (name == body.end() || !name->is_string() || name->get<std::string>().empty()) {
    return invalid_field(call.request, {"name", "missing", "cannot be blank"});
  }
  const Settings settings = read_settings(body);
  if (settings.problem) return invalid_field(call.request, *settings.problem);
  const auto created =
      TRACERY_TRY(services.datasets.create(name->get<std::string>(), settings.change));
  return dataset_response(created.is_new ? 201 : 200, created.dataset);
}

Result<net::Response> change_dataset(Services& services, const Call& call) {
  const auto body = TRACERY_TRY(parse_object(call.request.body));
  Settings settings = read_settings(body);
  if (settings.problem) return invalid_field(call.request, *settings.problem);
  const auto nested = body.find("settings");
  if (nested != body.end() && nested->is_object() && nested->contains("delete_protected")) {
    const auto& wanted = nested->at("delete_protected");
    if (!wanted.is_boolean()) {
      return invalid_field(call.request,
                           {"settings.delete_protected", "incorrect_type", "must be a boolean"});
    }
    settings.change.delete_protected = wanted.get<bool>();
  }
  return dataset_response(
      200, TRACERY_TRY(services.datasets.change(call.parameters.at(0), settings.change)));
}

}  // namespace

void add_honeycomb_dataset_routes(Router& router, Services& services) {
  router.add("GET", "/1/datasets",
             managed(services, [&](const Call&) { return list_datasets(services); }));
  router.add("POST", "/1/datasets",
             managed(services, [&](const Call& call) { return create_dataset(services, call); }));
  router.add(
      "GET", "/1/datasets/:slug", managed(services, [&](const Call& call) -> Result<net::Response> {
        return dataset_response(200, TRACERY_TRY(services.datasets.find(call.parameters.at(0))));
      }));
  router.add("PUT", "/1/datasets/:slug",
             managed(services, [&](const Call& call) { return change_dataset(services, call); }));
  router.add("DELETE", "/1/datasets/:slug",
             managed(services, [&](const Call& call) -> Result<net::Response> {
               TRACERY_TRY(services.datasets.remove(call.parameters.at(0)));
               return empty_response(202);
             }));
}

}  // namespace tracery::api
