// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "api/trace_json.h"
#include "api/ui_answers.h"
#include "api/ui_api.h"
#include "api/url.h"
#include "base/time.h"
#include "model/names.h"
#include "query/trace_list.h"

namespace tracery::api {
namespace {

namespace names = model::names;
using query::Op;

/// Calculations of the overview, by their place in the specification.
enum Place : std::size_t { kSpans, kErrors, kP50, kP95, kPlaces };

query::Spec overview_spec(const TimeRange& range) {
  query::Spec spec;
  spec.from_ns = range.from_ns;
  spec.to_ns = range.to_ns;
  // The range rarely begins on a bucket's edge, so one more than this is touched.
  constexpr std::int64_t kBuckets = 59;
  const std::int64_t width_ns = (range.to_ns - range.from_ns + kBuckets - 1) / kBuckets;
  spec.granularity_ns = std::max(width_ns, kNsPerSecond);
  spec.limit = 200;
  spec.totals = spec.other = false;
  spec.breakdowns = {std::string(names::kServiceName)};
  // Spans only: what hangs under a span has no id of its own.
  spec.filters.filters = {{std::string(names::kSpanId), query::FilterOp::kExists, {}}};
  spec.calculations.resize(kPlaces);
  spec.calculations[kErrors].name = "errors";
  spec.calculations[kErrors].filters.filters = {
      {std::string(names::kError), query::FilterOp::kEqual, {model::Value(true)}}};
  for (const auto& [place, op] : {std::pair{kP50, Op::kP50}, std::pair{kP95, Op::kP95}}) {
    spec.calculations[place].op = op;
    spec.calculations[place].column = names::kDurationMs;
  }
  spec.orders = {{.column = {}, .calculation = kSpans, .descending = true}};
  return spec;
}

void write_number(JsonWriter& json, const query::Cell& cell, bool zero_when_absent) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    json.value(*whole);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    json.value(*real);
  } else if (zero_when_absent) {
    json.value(0);
  } else {
    json.null();
  }
}

std::string service_name(const query::ResultRow& row) {
  const auto* name = std::get_if<std::string>(&row.group.front());
  return name == nullptr ? std::string() : *name;
}

using Points = std::vector<const query::ResultRow*>;

void write_line(JsonWriter& json, const char* key, const Points& points, Place place) {
  json.key(key).begin_array();
  for (const query::ResultRow* row : points) {
    const bool is_count = place != kP95;
    write_number(json, row == nullptr ? query::Cell() : row->cells[place], is_count);
  }
  json.end_array();
}

void write_service(JsonWriter& json, const query::ResultRow& row, const Points& points) {
  const std::string name = service_name(row);
  json.begin_object().field("service", name).field("dataset", name).key("spans");
  write_number(json, row.cells[kSpans], true);
  json.key("errors");
  write_number(json, row.cells[kErrors], true);
  json.key("p50_ms");
  write_number(json, row.cells[kP50], false);
  json.key("p95_ms");
  write_number(json, row.cells[kP95], false);
  json.key("series").begin_object();
  write_line(json, "spans", points, kSpans);
  write_line(json, "errors", points, kErrors);
  write_line(json, "p95_ms", points, kP95);
  json.end_object().end_object();
}

void write_services(JsonWriter& json, const query::QueryResult& result) {
  const std::int64_t width_ns = result.granularity_ns;
  const std::int64_t first = result.from_ns / width_ns;
  const auto buckets = static_cast<std::size_t>((result.to_ns - 1) / width_ns - first + 1);
  std::map<std::string, Points> lines;
  for (const query::SeriesPoint& point : result.series) {
    Points& line = lines[service_name(point.row)];
    line.resize(buckets, nullptr);
    const auto bucket = static_cast<std::size_t>(point.time_ns / width_ns - first);
    if (bucket < buckets) line[bucket] = &point.row;
  }
  json.key("services").begin_array();
  for (const query::ResultRow& row : result.rows) {
    Points& line = lines[service_name(row)];
    line.resize(buckets, nullptr);
    write_service(json, row, line);
  }
  json.end_array();
}

Result<net::Response> get_overview(Services& services, const Call& call) {
  const TimeRange range = TRACERY_TRY(
      parse_time_range(QueryParameters(call.request.query).get("t"), services.clock.now_ns()));
  const auto snapshot = services.store.snapshot();
  const query::Spec spec = overview_spec(range);
  const auto result = TRACERY_TRY(query::run(*snapshot, spec));
  query::TraceListSpec newest;
  newest.from_ns = range.from_ns;
  newest.to_ns = range.to_ns;
  newest.limit = 10;
  newest.count_all = false;
  const auto traces = TRACERY_TRY(query::find_traces(*snapshot, newest));
  std::uint64_t events_ever = 0;
  std::int64_t last_event_ns = 0;
  for (const auto& [name, dataset] : snapshot->catalogue->datasets) {
    events_ever += dataset.rows;
    if (dataset.rows > 0) last_event_ns = std::max(last_event_ns, dataset.max_time_ns);
  }
  JsonWriter json;
  json.begin_object().field("start_ms", to_ms(range.from_ns)).field("end_ms", to_ms(range.to_ns));
  json.field("bucket_ms", static_cast<double>(spec.granularity_ns) / 1e6);
  json.field("events_ever", events_ever).key("last_event_ms");
  if (events_ever > 0) {
    json.value(to_ms(last_event_ns));
  } else {
    json.null();
  }
  write_services(json, result);
  json.key("traces").begin_array();
  for (const query::TraceSummary& trace : traces.traces) write_trace_summary(json, trace);
  return ui_json(200, json.end_array().end_object().take());
}

}  // namespace

void add_ui_home_routes(Router& router, Services& services) {
  router.add("GET", "/ui/api/v1/overview",
             ui_handler(services, [&](const Call& call) { return get_overview(services, call); }));
}

}  // namespace tracery::api
