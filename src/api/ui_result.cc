// SPDX-License-Identifier: Apache-2.0
#include "api/ui_result.h"

#include <map>

#include <nlohmann/json.hpp>

#include "api/ui_answers.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace tracery::api {
namespace {

using query::Cell;
using query::QueryResult;
using query::SeriesPoint;

void write_cell(JsonWriter& json, const Cell& cell) {
  struct Write {
    JsonWriter& json;
    void operator()(std::monostate) const { json.null(); }
    void operator()(std::int64_t number) const { write_value(json, number); }
    void operator()(double number) const { write_value(json, number); }
    void operator()(const std::string& text) const { json.value(text); }
    void operator()(bool truth) const { json.value(truth); }
    void operator()(const query::Heatmap& heatmap) const {
      json.begin_array();
      for (const query::HeatmapBucket& bucket : heatmap) {
        json.begin_array().value(bucket.min).value(bucket.max).value(bucket.count).end_array();
      }
      json.end_array();
    }
  };
  std::visit(Write{json}, cell);
}

void write_values(JsonWriter& json, const query::ResultRow& row) {
  json.key("values").begin_array();
  for (const Cell& cell : row.cells) {
    if (std::holds_alternative<query::Heatmap>(cell)) {
      json.null();
    } else {
      write_cell(json, cell);
    }
  }
  json.end_array();
}

/// Buckets of the result, gaps included; those of a comparison lie `offset_ns` before its result's.
struct Grid {
  std::int64_t first_ns = 0;
  std::int64_t width_ns = 1;
  std::size_t buckets = 0;

  Grid(const QueryResult& result, std::int64_t offset_ns) : width_ns(result.granularity_ns) {
    const std::int64_t from_ns = result.from_ns + offset_ns;
    const std::int64_t floor = from_ns / width_ns - (from_ns % width_ns < 0 ? 1 : 0);
    first_ns = floor * width_ns - offset_ns;
    buckets = static_cast<std::size_t>((result.to_ns - first_ns + width_ns - 1) / width_ns);
  }
  std::size_t index_of(std::int64_t time_ns) const {
    return static_cast<std::size_t>((time_ns - first_ns) / width_ns);
  }
};

/// For one row of the result: a pointer per bucket, null where it has no events.
using Line = std::vector<const query::ResultRow*>;

void write_line(JsonWriter& json, const Line& line, std::size_t columns, bool with_heatmaps) {
  json.begin_array();
  for (std::size_t c = 0; c < columns; ++c) {
    json.begin_array();
    for (const query::ResultRow* row : line) {
      const bool is_heatmap =
          row != nullptr && std::holds_alternative<query::Heatmap>(row->cells[c]);
      if (row == nullptr || (is_heatmap && !with_heatmaps)) {
        json.null();
      } else {
        write_cell(json, row->cells[c]);
      }
    }
    json.end_array();
  }
  json.end_array();
}

void write_series(JsonWriter& json, const QueryResult& result, const Grid& grid,
                  std::size_t columns) {
  std::map<std::vector<model::Value>, std::size_t> row_of;
  for (std::size_t i = 0; i < result.rows.size(); ++i) row_of.emplace(result.rows[i].group, i);
  std::vector<Line> lines(result.rows.size(), Line(grid.buckets, nullptr));
  for (const SeriesPoint& point : result.series) {
    const auto row = row_of.find(point.row.group);
    const std::size_t bucket = grid.index_of(point.time_ns);
    if (row != row_of.end() && bucket < grid.buckets) lines[row->second][bucket] = &point.row;
  }
  Line total(grid.buckets, nullptr);
  for (const SeriesPoint& point : result.total_series) {
    const std::size_t bucket = grid.index_of(point.time_ns);
    if (bucket < grid.buckets) total[bucket] = &point.row;
  }
  json.begin_object().key("times_ms").begin_array();
  for (std::size_t i = 0; i < grid.buckets; ++i) {
    const auto start_ns = grid.first_ns + static_cast<std::int64_t>(i) * grid.width_ns;
    json.value(static_cast<double>(start_ns) / static_cast<double>(kNsPerMs));
  }
  json.end_array().key("rows").begin_array();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (result.rows[i].cells.empty()) {
      json.null();
    } else {
      write_line(json, lines[i], columns, false);
    }
  }
  json.end_array().key("total");
  write_line(json, total, columns, true);
  json.key("other").null().end_object();
}

void write_stats(JsonWriter& json, const query::QueryStats& stats) {
  json.key("stats").begin_object().field("rows_scanned", stats.rows_scanned);
  json.field("rows_matched", stats.rows_matched).field("rows_total", stats.rows_total);
  json.field("elapsed_ms", static_cast<double>(stats.elapsed_ns) / 1e6).end_object();
}

/// The specification as it ran: relative times made absolute.
nlohmann::json resolved_query(const std::string& query_json, const query::Spec& spec) {
  auto query = nlohmann::json::parse(query_json, nullptr, /*allow_exceptions=*/false);
  if (!query.is_object()) query = nlohmann::json::object();
  for (const char* replaced : {"time_range", "id"}) query.erase(replaced);
  query["start_time"] = spec.from_ns / kNsPerSecond;
  query["end_time"] = spec.to_ns / kNsPerSecond;
  return query;
}

void write_shape(JsonWriter& json, const query::Spec& spec) {
  json.key("breakdowns").begin_array();
  for (const std::string& column : spec.breakdowns) json.value(column);
  json.end_array().key("calculations").begin_array();
  for (const query::ResultColumn& column : query::result_columns(spec)) {
    json.begin_object().field("key", column.key).field("op", column.op).key("column");
    if (column.column.empty()) {
      json.null();
    } else {
      json.value(column.column);
    }
    json.end_object();
  }
  json.end_array();
}

void write_total(JsonWriter& json, const QueryResult& result) {
  json.key("total");
  if (!result.total) {
    json.null();
    return;
  }
  json.begin_object();
  write_values(json, *result.total);
  json.end_object();
}

void write_rows(JsonWriter& json, const QueryResult& result) {
  json.key("rows").begin_array();
  for (const query::ResultRow& row : result.rows) {
    json.begin_object().key("group").begin_array();
    for (const model::Value& value : row.group) write_value(json, value);
    json.end_array();
    write_values(json, row);
    json.end_object();
  }
  json.end_array();
  write_total(json, result);
  json.key("other");
  if (result.other) {
    json.begin_object();
    write_values(json, *result.other);
    json.field("groups", result.row_count - result.rows.size()).end_object();
  } else {
    json.null();
  }
  json.field("groups_total", result.row_count);
}

void write_series_member(JsonWriter& json, const query::Spec& spec, const QueryResult& result,
                         std::int64_t offset_ns) {
  json.key("series");
  if (spec.series) {
    write_series(json, result, Grid(result, offset_ns), query::result_columns(spec).size());
  } else {
    json.null();
  }
}

void write_comparison(JsonWriter& json, const query::Spec& spec, const QueryResult& earlier) {
  json.begin_object().field("offset_s", spec.compare_offset_ns / kNsPerSecond);
  json.field("start_ms", to_ms(earlier.from_ns)).field("end_ms", to_ms(earlier.to_ns));
  json.key("rows").begin_array();
  for (const query::ResultRow& row : earlier.rows) {
    if (row.cells.empty()) {
      json.null();
      continue;
    }
    json.begin_object();
    write_values(json, row);
    json.end_object();
  }
  json.end_array();
  write_total(json, earlier);
  write_series_member(json, spec, earlier, spec.compare_offset_ns);
  json.end_object();
}

}  // namespace

std::string encode_ui_result(const app::QueryView& view) {
  const QueryResult& result = *view.result;
  JsonWriter json;
  json.begin_object().field("complete", view.state == app::QueryView::State::kDone);
  json.field("dataset", view.dataset);
  json.key("query").raw(resolved_query(view.query_json, view.spec).dump());
  json.field("start_ms", to_ms(result.from_ns)).field("end_ms", to_ms(result.to_ns));
  json.field("granularity_ms", static_cast<double>(result.granularity_ns) / 1e6);
  write_shape(json, view.spec);
  write_rows(json, result);
  write_series_member(json, view.spec, result, 0);
  json.key("compare");
  if (result.comparison != nullptr) {
    write_comparison(json, view.spec, *result.comparison);
  } else {
    json.null();
  }
  write_stats(json, result.stats);
  return json.end_object().take();
}

std::string encode_progress(const app::QueryView& view) {
  JsonWriter json;
  json.begin_object().field("rows_scanned", view.stats.rows_scanned);
  json.field("rows_total", view.stats.rows_total);
  json.field("segments_done", view.stats.groups_scanned);
  json.field("segments_total", view.stats.groups_total);
  json.field("elapsed_ms", static_cast<double>(view.stats.elapsed_ns) / 1e6);
  return json.end_object().take();
}

}  // namespace tracery::api
