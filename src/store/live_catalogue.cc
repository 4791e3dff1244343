// SPDX-License-Identifier: Apache-2.0
#include "store/live_catalogue.h"

#include <algorithm>

#include "base/time.h"
#include "store/overflow_fields.h"

namespace tracery::store {
namespace {

/// How far counts and times may lag, so that a busy store is not copied for every query.
constexpr std::int64_t kLagMaxNs = kNsPerSecond;

void widen_written(std::int64_t ns, std::int64_t& first, std::int64_t& last) {
  if (first == 0 || ns < first) first = ns;
  last = std::max(last, ns);
}

void merge_dataset(const DatasetInfo& more, DatasetInfo& to) {
  if (more.rows > 0) {
    to.min_time_ns = to.rows == 0 ? more.min_time_ns : std::min(to.min_time_ns, more.min_time_ns);
    to.max_time_ns = to.rows == 0 ? more.max_time_ns : std::max(to.max_time_ns, more.max_time_ns);
  }
  to.rows += more.rows;
  widen_written(more.first_written_ns, to.first_written_ns, to.last_written_ns);
  to.last_written_ns = std::max(to.last_written_ns, more.last_written_ns);
  for (const auto& [name, column] : more.columns) {
    if (name == kOverflowColumn) continue;
    ColumnInfo& mine = to.columns[name];
    mine.types |= column.types;
    widen_written(column.first_written_ns, mine.first_written_ns, mine.last_written_ns);
    mine.last_written_ns = std::max(mine.last_written_ns, column.last_written_ns);
  }
}

/// Calls `visit(dataset, first_row, end_row)` for each run of rows of one dataset.
template <typename Visit>
void for_each_run(const EventBatch::Columns& batch, const Visit& visit) {
  for (std::size_t i = 0; i < batch.dataset_runs.size(); ++i) {
    const bool is_last = i + 1 == batch.dataset_runs.size();
    const std::uint32_t end = is_last ? batch.rows() : batch.dataset_runs[i + 1].first_row;
    visit(batch.dataset_runs[i].dataset, batch.dataset_runs[i].first_row, end);
  }
}

}  // namespace

void merge_catalogue(const Catalogue& more, Catalogue& to) {
  for (const auto& [name, dataset] : more.datasets) merge_dataset(dataset, to.datasets[name]);
}

bool LiveCatalogue::note(DatasetInfo& dataset, std::string_view column, StreamType type,
                         std::int64_t received_ns) {
  auto found = dataset.columns.find(column);
  if (found == dataset.columns.end()) {
    if (dataset.columns.size() >= columns_max_ && !always_has_column(column)) return false;
    found = dataset.columns.emplace(std::string(column), ColumnInfo{}).first;
  }
  ColumnInfo& info = found->second;
  if (!info.has(type)) {
    info.types = static_cast<std::uint8_t>(info.types | 1U << static_cast<unsigned>(type));
    is_shape_new_ = true;
  }
  widen_written(received_ns, info.first_written_ns, info.last_written_ns);
  return true;
}

RefusedColumns LiveCatalogue::record_columns(const EventBatch::Columns& batch,
                                             const std::vector<DatasetInfo*>& datasets,
                                             std::int64_t received_ns) {
  RefusedColumns refused;
  std::vector<bool> is_noted;
  for (const BatchStream& stream : batch.streams) {
    if (stream.count == 0) continue;
    const std::string_view name = batch.columns[stream.column].name;
    const auto note_in = [&](std::uint32_t dataset) {
      if (note(*datasets[dataset], name, stream.type, received_ns)) return;
      refused.emplace(stream.column, dataset);
    };
    if (batch.dataset_runs.size() == 1) {
      note_in(batch.dataset_runs[0].dataset);
      continue;
    }
    // Walk the rows' datasets and the stream's rows side by side.
    is_noted.assign(datasets.size(), false);
    std::size_t run = 0;
    for_each_run(batch, [&](std::uint32_t dataset, std::uint32_t first, std::uint32_t end) {
      const auto run_end = [&](std::size_t i) {
        const bool is_last = i + 1 == stream.runs.size();
        const std::uint32_t value_end = is_last ? stream.count : stream.runs[i + 1].value;
        return stream.runs[i].row + (value_end - stream.runs[i].value);
      };
      while (run < stream.runs.size() && run_end(run) <= first) ++run;
      if (run == stream.runs.size() || stream.runs[run].row >= end || is_noted[dataset]) return;
      is_noted[dataset] = true;
      note_in(dataset);
    });
  }
  return refused;
}

RefusedColumns LiveCatalogue::record(const EventBatch::Columns& batch, std::int64_t time_min_ns,
                                     std::int64_t received_ns) {
  if (batch.rows() == 0 || batch.max_time_ns < time_min_ns) return {};
  const std::lock_guard lock(mutex_);
  std::vector<DatasetInfo*> datasets;
  for (const std::string_view name : batch.datasets) {
    auto found = catalogue_.datasets.find(name);
    if (found == catalogue_.datasets.end()) {
      found = catalogue_.datasets.emplace(std::string(name), DatasetInfo{}).first;
      is_shape_new_ = true;
    }
    datasets.push_back(&found->second);
  }
  for_each_run(batch, [&](std::uint32_t dataset, std::uint32_t first, std::uint32_t end) {
    DatasetInfo& info = *datasets[dataset];
    widen_written(received_ns, info.first_written_ns, info.last_written_ns);
    for (std::uint32_t row = first; row < end; ++row) {
      const std::int64_t time_ns = batch.times[row];
      if (time_ns < time_min_ns) continue;
      info.min_time_ns = info.rows == 0 ? time_ns : std::min(info.min_time_ns, time_ns);
      info.max_time_ns = info.rows == 0 ? time_ns : std::max(info.max_time_ns, time_ns);
      ++info.rows;
    }
  });
  is_count_new_ = true;
  return record_columns(batch, datasets, received_ns);
}

void LiveCatalogue::add(const Catalogue& part) {
  const std::lock_guard lock(mutex_);
  merge_catalogue(part, catalogue_);
  is_shape_new_ = true;
}

void LiveCatalogue::subtract(const Catalogue& part) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, dataset] : part.datasets) {
    const auto found = catalogue_.datasets.find(name);
    if (found == catalogue_.datasets.end()) continue;
    found->second.rows -= std::min(found->second.rows, dataset.rows);
  }
  is_count_new_ = true;
}

void LiveCatalogue::forget_before(std::int64_t received_ns) {
  const std::lock_guard lock(mutex_);
  const auto is_old = [&](const auto& entry) { return entry.second.last_written_ns < received_ns; };
  std::erase_if(catalogue_.datasets, is_old);
  for (auto& [name, dataset] : catalogue_.datasets) std::erase_if(dataset.columns, is_old);
  is_shape_new_ = true;
}

void LiveCatalogue::forget(const Catalogue& removed, std::int64_t received_ns) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, dataset] : removed.datasets) {
    const auto found = catalogue_.datasets.find(name);
    if (found == catalogue_.datasets.end()) continue;
    DatasetInfo& mine = found->second;
    mine.rows -= std::min(mine.rows, dataset.rows);
    if (mine.rows == 0) {
      catalogue_.datasets.erase(found);
      continue;
    }
    std::erase_if(mine.columns,
                  [&](const auto& column) { return column.second.last_written_ns < received_ns; });
    mine.first_written_ns = std::max(mine.first_written_ns, received_ns);
  }
  is_shape_new_ = true;
}

std::shared_ptr<const Catalogue> LiveCatalogue::snapshot(std::int64_t now_ns) const {
  const std::lock_guard lock(mutex_);
  const bool is_stale = is_count_new_ && now_ns - published_ns_ >= kLagMaxNs;
  if (published_ == nullptr || is_shape_new_ || is_stale) {
    published_ = std::make_shared<const Catalogue>(catalogue_);
    published_ns_ = now_ns;
    is_shape_new_ = false;
    is_count_new_ = false;
  }
  return published_;
}

}  // namespace tracery::store
