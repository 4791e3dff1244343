// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/url.h"
#include "model/names.h"
#include "query/events.h"

namespace tracery::api {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void write_optional_ms(JsonWriter& json, std::string_view key,
                       const std::optional<std::int64_t>& time_ns) {
  json.key(key);
  if (time_ns) {
    json.value(to_ms(*time_ns));
  } else {
    json.null();
  }
}

std::string dataset_parameter(const QueryParameters& parameters) {
  const std::string dataset = parameters.get("dataset");
  return dataset.empty() ? std::string(app::kAllDatasets) : dataset;
}

Result<net::Response> list_columns(Services& services, const Call& call) {
  const QueryParameters parameters(call.request.query);
  const std::string prefix = lower(parameters.get("prefix"));
  const auto limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(parameters.get_int("limit").value_or(2000), 1, 10'000));
  auto columns = TRACERY_TRY(services.datasets.columns(dataset_parameter(parameters)));
  std::erase_if(columns, [&](const app::Column& column) {
    return lower(column.key_name).find(prefix) == std::string::npos;
  });
  const auto rank = [&](const app::Column& column) {
    const bool inside = !lower(column.key_name).starts_with(prefix);
    return std::tuple(inside, -column.last_written_ns.value_or(0));
  };
  std::stable_sort(columns.begin(), columns.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  columns.resize(std::min(columns.size(), limit));
  JsonWriter json;
  json.begin_object().key("columns").begin_array();
  for (const app::Column& column : columns) {
    json.begin_object().field("id", column.id).field("key", column.key_name);
    json.field("type", column.type).field("description", column.description);
    json.field("hidden", column.hidden);
    write_optional_ms(json, "last_written_ms", column.last_written_ns);
    json.end_object();
  }
  return ui_json(200, json.end_array().end_object().take());
}

Result<net::Response> list_values(Services& services, const Call& call) {
  const QueryParameters parameters(call.request.query);
  const TimeRange range =
      TRACERY_TRY(parse_time_range(parameters.get("t"), services.clock.now_ns()));
  const std::string column = parameters.get("column");
  if (column.empty()) return Error{ErrorCode::kInvalid, "column is missing"};
  const auto limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(parameters.get_int("limit").value_or(20), 1, 1000));
  query::EventsSpec spec;
  spec.datasets = services.datasets.stored_names(dataset_parameter(parameters));
  spec.from_ns = range.from_ns;
  spec.to_ns = range.to_ns;
  const auto values = TRACERY_TRY(
      query::top_values(*services.store.snapshot(), spec, column, parameters.get("prefix"), limit));
  JsonWriter json;
  json.begin_object().key("values").begin_array();
  for (const query::ValueCount& each : values) {
    json.begin_object().key("value");
    write_value(json, each.value);
    json.field("count", each.count).end_object();
  }
  return ui_json(200, json.end_array().field("complete", true).end_object().take());
}

/// The signals a dataset holds, told by the columns only those signals have.
void write_signals(JsonWriter& json, const store::Catalogue& catalogue,
                   const std::vector<std::string>& stored_names) {
  bool has_trace = false;
  bool has_log = false;
  bool has_metric = false;
  for (const std::string& name : stored_names) {
    const auto found = catalogue.datasets.find(name);
    if (found == catalogue.datasets.end()) continue;
    const auto& columns = found->second.columns;
    has_trace = has_trace || columns.contains(model::names::kSpanId);
    has_log = has_log || columns.contains("severity_code");
    has_metric = has_metric || columns.contains("metric.name");
  }
  json.key("signals").begin_array();
  if (has_trace) json.value("trace");
  if (has_log) json.value("log");
  if (has_metric) json.value("metric");
  json.end_array();
}

Result<net::Response> list_datasets(Services& services) {
  auto datasets = TRACERY_TRY(services.datasets.list());
  std::stable_sort(datasets.begin(), datasets.end(), [](const auto& a, const auto& b) {
    return a.last_written_ns.value_or(0) > b.last_written_ns.value_or(0);
  });
  const auto catalogue = services.store.snapshot()->catalogue;
  JsonWriter json;
  json.begin_object().key("datasets").begin_array();
  for (const app::Dataset& dataset : datasets) {
    json.begin_object().field("slug", dataset.slug).field("name", dataset.name);
    json.field("description", dataset.description);
    write_signals(json, *catalogue, services.datasets.stored_names(dataset.slug));
    json.field("events", dataset.events).field("columns", dataset.columns);
    json.field("created_ms", to_ms(dataset.created_ns));
    write_optional_ms(json, "first_event_ms", dataset.min_time_ns);
    write_optional_ms(json, "last_event_ms", dataset.max_time_ns);
    json.end_object();
  }
  return ui_json(200, json.end_array().end_object().take());
}

}  // namespace

void add_ui_catalogue_routes(Router& router, Services& services) {
  router.add("GET", "/ui/api/v1/columns",
             ui_handler(services, [&](const Call& call) { return list_columns(services, call); }));
  router.add("GET", "/ui/api/v1/values",
             ui_handler(services, [&](const Call& call) { return list_values(services, call); }));
  router.add("GET", "/ui/api/v1/datasets",
             ui_handler(services, [&](const Call&) { return list_datasets(services); }));
}

}  // namespace tracery::api
