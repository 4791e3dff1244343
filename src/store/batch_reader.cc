// SPDX-License-Identifier: Apache-2.0
#include "store/batch_reader.h"

#include <cstring>

#include "store/event_batch_columns.h"

namespace tracery::store {

BatchColumnReader::BatchColumnReader(const EventBatch& batch, std::string_view column)
    : columns_(batch.contents()),
      text_(place_of(column, static_cast<int>(StreamType::kString))),
      integer_(place_of(column, static_cast<int>(StreamType::kInt))) {}

BatchColumnReader::Place BatchColumnReader::place_of(std::string_view column, int type) const {
  for (const BatchColumn& each : columns_.columns) {
    if (each.name != column) continue;
    const std::uint32_t stream = each.streams[static_cast<std::size_t>(type)];
    return {stream, stream != kNoIndex, 0};
  }
  return {};
}

std::optional<std::uint32_t> BatchColumnReader::value_index(Place& place, std::uint32_t row) const {
  if (!place.exists) return {};
  const BatchStream& stream = columns_.streams[place.stream];
  const auto& runs = stream.runs;
  while (place.run + 1 < runs.size() && runs[place.run + 1].row <= row) ++place.run;
  if (place.run >= runs.size() || row < runs[place.run].row) return {};
  const std::uint32_t value = runs[place.run].value + (row - runs[place.run].row);
  const std::uint32_t end = place.run + 1 < runs.size() ? runs[place.run + 1].value : stream.count;
  if (value >= end) return {};
  return value;
}

std::optional<std::string_view> BatchColumnReader::text(std::uint32_t row) {
  const auto index = value_index(text_, row);
  if (!index) return {};
  std::uint32_t entry = 0;
  const char* values = columns_.streams[text_.stream].values.data();
  std::memcpy(&entry, values + std::size_t{*index} * sizeof entry, sizeof entry);
  return columns_.entries[entry].text;
}

std::optional<std::int64_t> BatchColumnReader::integer(std::uint32_t row) {
  const auto index = value_index(integer_, row);
  if (!index) return {};
  std::int64_t number = 0;
  const char* values = columns_.streams[integer_.stream].values.data();
  std::memcpy(&number, values + std::size_t{*index} * sizeof number, sizeof number);
  return number;
}

BatchRowReader::BatchRowReader(const EventBatch& batch) : columns_(batch.contents()) {}

std::string_view BatchRowReader::dataset(std::uint32_t row) {
  const auto& runs = columns_.dataset_runs;
  while (run_ + 1 < runs.size() && runs[run_ + 1].first_row <= row) ++run_;
  return columns_.datasets[runs[run_].dataset];
}

std::int64_t BatchRowReader::time_ns(std::uint32_t row) const { return columns_.times[row]; }

}  // namespace tracery::store
