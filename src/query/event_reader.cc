// SPDX-License-Identifier: Apache-2.0
#include "query/event_reader.h"

#include <algorithm>
#include <numeric>

#include "base/hex.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::RowField;
using store::RowSource;
using store::StreamType;

/// Rows of one row group: `at[i]` is the event that row `rows[i]` becomes.
struct GroupRows {
  const RowSource& source;
  std::uint32_t group;
  std::vector<std::uint32_t> rows;
  std::vector<std::size_t> at;
};

Status read_fields(const GroupRows& from, std::vector<model::Event>& events) {
  const auto read = [&](RowField field) {
    return from.source.read(from.source.row_field(field).id, from.group);
  };
  const auto times = TRACERY_TRY(read(RowField::kTime));
  const auto datasets = TRACERY_TRY(read(RowField::kDataset));
  const auto rates = TRACERY_TRY(read(RowField::kSampleRate));
  for (std::size_t i = 0; i < from.rows.size(); ++i) {
    const std::uint32_t row = from.rows[i];
    model::Event& event = events[from.at[i]];
    event.time_ns = times->as<std::int64_t>()[row];
    event.sample_rate = static_cast<std::uint32_t>(rates->as<std::int64_t>()[row]);
    model::Value dataset = value_at(*datasets, row);
    if (auto* text = std::get_if<std::string>(&dataset)) event.dataset = std::move(*text);
  }
  return {};
}

Status read_columns(const GroupRows& from, const std::vector<std::string>& columns,
                    std::vector<model::Event>& events) {
  for (const std::string& column : columns) {
    for (const store::StreamRef ref : from.source.streams(column)) {
      if (from.source.zone(ref.id, from.group).present_rows == 0) continue;
      const auto vector = TRACERY_TRY(from.source.read(ref.id, from.group));
      for (std::size_t i = 0; i < from.rows.size(); ++i) {
        model::Value value = value_at(*vector, from.rows[i]);
        if (value.index() == 0) continue;
        events[from.at[i]].fields.push_back({column, std::move(value)});
      }
    }
  }
  return {};
}

Status read_loose_fields(const GroupRows& from, std::vector<model::Event>& events) {
  return from.source.visit_loose_fields(
      from.group, from.rows, [&](std::size_t i, std::string_view name, model::Value value) {
        events[from.at[i]].fields.push_back({std::string(name), std::move(value)});
      });
}

}  // namespace

model::Value value_at(const ColumnVector& vector, std::uint32_t row) {
  if (!vector.is_present(row)) return {};
  switch (vector.type) {
    case StreamType::kBool: return vector.data[row] == 2;
    case StreamType::kInt: return vector.as<std::int64_t>()[row];
    case StreamType::kDouble: return vector.as<double>()[row];
    case StreamType::kString: return std::string(vector.dictionary->at(vector.code(row) - 1));
    case StreamType::kId8: return to_hex({vector.data.data() + std::size_t{8} * row, 8});
    case StreamType::kId16: return to_hex({vector.data.data() + std::size_t{16} * row, 16});
  }
  return {};
}

Result<std::vector<model::Event>> read_events(const store::Snapshot& snapshot,
                                              std::span<const RowPlace> places,
                                              std::vector<std::string> columns) {
  std::vector<model::Event> events(places.size());
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return places[a] < places[b]; });
  const bool wants_all = columns.empty();
  std::sort(columns.begin(), columns.end());
  for (std::size_t first = 0; first < order.size();) {
    const RowPlace& place = places[order[first]];
    const RowSource& source = *snapshot.sources[place.source];
    GroupRows from{source, place.group, {}, {}};
    const bool new_source = first == 0 || places[order[first - 1]].source != place.source;
    if (wants_all && new_source) {
      columns = source.columns();
      std::sort(columns.begin(), columns.end());
    }
    for (; first < order.size(); ++first) {
      const RowPlace& next = places[order[first]];
      if (next.source != place.source || next.group != place.group) break;
      from.rows.push_back(next.row);
      from.at.push_back(order[first]);
    }
    TRACERY_TRY(read_fields(from, events));
    TRACERY_TRY(read_columns(from, columns, events));
    if (wants_all) TRACERY_TRY(read_loose_fields(from, events));
  }
  return events;
}

}  // namespace tracery::query
