// SPDX-License-Identifier: Apache-2.0
#include "store/batch_rows.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/hash.h"
#include "base/hex.h"
#include "store/event_batch_columns.h"

namespace tracery::store {
namespace {

const BatchColumn* find_column(const EventBatch::Columns& columns, std::string_view name) {
  const std::uint32_t index = columns.column_index.find(
      hash64(name), [&](std::uint32_t i) { return columns.columns[i].name == name; });
  return index == kNoIndex ? nullptr : &columns.columns[index];
}

std::uint32_t run_end(const BatchStream& stream, std::size_t run) {
  return run + 1 == stream.runs.size() ? stream.count : stream.runs[run + 1].value;
}

/// The index of the row's value in the stream.
std::optional<std::uint32_t> value_index(const BatchStream& stream, std::uint32_t row) {
  const auto after =
      std::upper_bound(stream.runs.begin(), stream.runs.end(), row,
                       [](std::uint32_t r, const RowRun& run) { return r < run.row; });
  if (after == stream.runs.begin()) return std::nullopt;
  const auto run = static_cast<std::size_t>(after - stream.runs.begin()) - 1;
  const std::uint32_t index = stream.runs[run].value + (row - stream.runs[run].row);
  if (index >= run_end(stream, run)) return std::nullopt;
  return index;
}

template <typename T>
T value_as(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

model::Value read_value(const EventBatch::Columns& columns, const BatchStream& stream,
                        std::uint32_t index) {
  const std::size_t bytes = value_bytes(stream.type);
  const char* at = stream.values.data() + index * bytes;
  switch (stream.type) {
    case StreamType::kBool: return value_as<std::uint8_t>(at) == 2;
    case StreamType::kInt: return value_as<std::int64_t>(at);
    case StreamType::kDouble: return value_as<double>(at);
    case StreamType::kString: return std::string(columns.entries[value_as<std::uint32_t>(at)].text);
    case StreamType::kId8:
    case StreamType::kId16:
      return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(at), bytes));
  }
  return {};
}

}  // namespace

bool has_field(const EventBatch& batch, std::string_view name) {
  const EventBatch::Columns& columns = batch.contents();
  const BatchColumn* column = find_column(columns, name);
  if (column == nullptr) return false;
  return std::any_of(column->streams.begin(), column->streams.end(), [&](std::uint32_t stream) {
    return stream != kNoIndex && columns.streams[stream].count > 0;
  });
}

std::vector<std::uint32_t> rows_with(const EventBatch& batch, std::string_view name) {
  const EventBatch::Columns& columns = batch.contents();
  std::vector<std::uint32_t> rows;
  const BatchColumn* column = find_column(columns, name);
  if (column == nullptr) return rows;
  for (const std::uint32_t index : column->streams) {
    if (index == kNoIndex) continue;
    const BatchStream& stream = columns.streams[index];
    for (std::size_t run = 0; run < stream.runs.size(); ++run) {
      const std::uint32_t first = stream.runs[run].value;
      for (std::uint32_t value = first; value < run_end(stream, run); ++value) {
        rows.push_back(stream.runs[run].row + (value - first));
      }
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

model::Event read_row(const EventBatch& batch, std::uint32_t row) {
  const EventBatch::Columns& columns = batch.contents();
  model::Event event;
  event.time_ns = columns.times[row];
  event.sample_rate = columns.sample_rates[row];
  const auto dataset = std::find_if(columns.dataset_runs.rbegin(), columns.dataset_runs.rend(),
                                    [&](const DatasetRun& run) { return run.first_row <= row; });
  event.dataset = columns.datasets[dataset->dataset];
  for (const BatchStream& stream : columns.streams) {
    if (const auto index = value_index(stream, row)) {
      event.fields.push_back(
          {std::string(columns.columns[stream.column].name), read_value(columns, stream, *index)});
    }
  }
  return event;
}

}  // namespace tracery::store
