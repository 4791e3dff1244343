// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/result_encoder.h"

#include <span>

#include "base/json_writer.h"
#include "base/time.h"

namespace tracery::honeycomb {
namespace {

using query::ResultRow;
using query::SeriesPoint;

void write_value(const model::Value& value, JsonWriter& out) {
  struct Write {
    JsonWriter& out;
    void operator()(std::monostate) const { out.null(); }
    void operator()(bool truth) const { out.value(truth); }
    void operator()(std::int64_t number) const { out.value(number); }
    void operator()(double number) const { out.value(number); }
    void operator()(const std::string& text) const { out.value(std::string_view(text)); }
  };
  std::visit(Write{out}, value);
}

void write_heatmap(const query::Heatmap& heatmap, JsonWriter& out) {
  out.begin_object().key("buckets").begin_array();
  for (const query::HeatmapBucket& bucket : heatmap) {
    out.begin_object();
    out.field("min", bucket.min).field("max", bucket.max).field("count", bucket.count);
    out.end_object();
  }
  out.end_array().end_object();
}

void write_cell(const query::Cell& cell, JsonWriter& out) {
  struct Write {
    JsonWriter& out;
    void operator()(std::monostate) const { out.null(); }
    void operator()(std::int64_t number) const { out.value(number); }
    void operator()(double number) const { out.value(number); }
    void operator()(const std::string& text) const { out.value(std::string_view(text)); }
    void operator()(bool truth) const { out.value(truth); }
    void operator()(const query::Heatmap& heatmap) const { write_heatmap(heatmap, out); }
  };
  std::visit(Write{out}, cell);
}

/// Writes rows under the keys their members have in every row.
class RowWriter {
 public:
  RowWriter(const query::Spec& spec, JsonWriter& out)
      : spec_(spec), out_(out), columns_(query::result_columns(spec)) {}

  /// `{"COUNT":3,"UserId":"u1"}`. Totals have no group; heatmaps stand in series only.
  void write_data(const ResultRow& row, bool is_series) {
    out_.key("data").begin_object();
    for (std::size_t i = 0; i < columns_.size() && i < row.cells.size(); ++i) {
      if (!is_series && columns_[i].is_heatmap) continue;
      out_.key(columns_[i].key);
      write_cell(row.cells[i], out_);
    }
    for (std::size_t i = 0; i < row.group.size() && i < spec_.breakdowns.size(); ++i) {
      out_.key(spec_.breakdowns[i]);
      write_value(row.group[i], out_);
    }
    out_.end_object();
  }

  void write_row(const ResultRow& row) {
    out_.begin_object();
    write_data(row, false);
    out_.end_object();
  }

  void write_series(std::string_view name, std::span<const SeriesPoint> points) {
    out_.key(name).begin_array();
    for (const SeriesPoint& point : points) {
      out_.begin_object();
      out_.field("time", std::string_view(format_rfc3339(point.time_ns)));
      write_data(point.row, true);
      out_.end_object();
    }
    out_.end_array();
  }

 private:
  const query::Spec& spec_;
  JsonWriter& out_;
  std::vector<query::ResultColumn> columns_;
};

/// The members of `data`, or of the comparison in it, whose rows without cells had no events.
void write_members(const query::QueryResult& result, const query::Spec& spec, RowWriter& rows,
                   JsonWriter& out) {
  // Both arrays stand even when empty or not asked for: clients read them without a check.
  rows.write_series("series", spec.series ? std::span(result.series) : std::span<SeriesPoint>());
  out.key("results").begin_array();
  for (const ResultRow& row : result.rows) {
    if (!row.cells.empty()) rows.write_row(row);
  }
  out.end_array();
  if (spec.totals && result.total) {
    out.key("total_by_aggregate");
    rows.write_row(*result.total);
    if (spec.series) rows.write_series("total_by_aggregate_series", result.total_series);
  }
  if (spec.other && result.other) {
    out.key("other_by_aggregate");
    rows.write_row(*result.other);
  }
}

}  // namespace

std::string encode_query_result(const query::QueryResult& result, const query::Spec& spec) {
  JsonWriter out;
  RowWriter rows(spec, out);
  out.begin_object();
  write_members(result, spec, rows, out);
  if (result.comparison != nullptr) {
    out.key("compare").begin_object();
    out.field("time_offset_seconds", spec.compare_offset_ns / kNsPerSecond);
    write_members(*result.comparison, spec, rows, out);
    out.end_object();
  }
  out.end_object();
  return out.take();
}

}  // namespace tracery::honeycomb
