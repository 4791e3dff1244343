// SPDX-License-Identifier: Apache-2.0
#include "store/batch_filter.h"

#include <algorithm>

namespace tracery::store {
namespace {

void copy_kept_values(const BatchStream& from, const std::vector<std::uint32_t>& new_row,
                      BatchStream& to) {
  const std::size_t bytes = value_bytes(from.type);
  for (std::size_t i = 0; i < from.runs.size(); ++i) {
    const bool is_last = i + 1 == from.runs.size();
    const std::uint32_t end = is_last ? from.count : from.runs[i + 1].value;
    std::uint32_t row = from.runs[i].row;
    for (std::uint32_t value = from.runs[i].value; value < end; ++value, ++row) {
      if (new_row[row] == kNoIndex) continue;
      if (to.next_row != new_row[row]) to.runs.push_back({new_row[row], to.count});
      to.next_row = new_row[row] + 1;
      ++to.count;
      to.values.push_bytes(from.values.data() + value * bytes, bytes);
    }
  }
}

}  // namespace

std::unique_ptr<EventBatch::Columns> drop_rows_before(const EventBatch::Columns& batch,
                                                      std::int64_t time_min_ns) {
  auto kept = std::make_unique<EventBatch::Columns>();
  kept->columns = batch.columns;
  kept->entries = batch.entries;
  kept->datasets = batch.datasets;
  std::vector<std::uint32_t> new_row(batch.rows(), kNoIndex);
  std::size_t run = 0;
  for (std::uint32_t row = 0; row < batch.rows(); ++row) {
    while (run + 1 < batch.dataset_runs.size() && batch.dataset_runs[run + 1].first_row <= row) {
      ++run;
    }
    const std::int64_t time_ns = batch.times[row];
    if (time_ns < time_min_ns) continue;
    new_row[row] = kept->rows();
    const std::uint32_t dataset = batch.dataset_runs[run].dataset;
    if (kept->dataset_runs.empty() || kept->dataset_runs.back().dataset != dataset) {
      kept->dataset_runs.push_back({kept->rows(), dataset});
    }
    kept->times.push_back(time_ns);
    kept->ends.push_back(batch.ends[row]);
    kept->sample_rates.push_back(batch.sample_rates[row]);
    kept->min_time_ns = std::min(kept->min_time_ns, time_ns);
    kept->max_time_ns = std::max(kept->max_time_ns, time_ns);
  }
  for (const BatchStream& stream : batch.streams) {
    BatchStream& to = kept->streams.emplace_back();
    to.column = stream.column;
    to.type = stream.type;
    copy_kept_values(stream, new_row, to);
  }
  return kept;
}

}  // namespace tracery::store
