// SPDX-License-Identifier: Apache-2.0
#include "store/head_block.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <set>

#include "base/hash.h"
#include "model/names.h"
#include "store/batch_filter.h"
#include "store/head_view.h"
#include "store/part.h"
#include "store/trace_index.h"

namespace tracery::store {

std::size_t HeadBlock::NameHash::operator()(std::string_view name) const { return hash64(name); }

HeadBlock::HeadBlock() {
  // In the order of RowField, so that its numbers are the stream ids.
  for (const StreamType type : {StreamType::kInt, StreamType::kString, StreamType::kInt}) {
    owned_streams_.push_back(std::make_unique<HeadStream>(type));
    streams_.append(owned_streams_.back().get());
  }
  streams_.publish();
}

HeadBlock::~HeadBlock() = default;

std::uint32_t HeadBlock::stream_of(std::string_view column, StreamType type) {
  const auto slot = static_cast<std::size_t>(type);
  // Reading needs no lock: only this thread changes the map.
  auto found = columns_.find(column);
  if (found != columns_.end() && found->second.streams[slot] != kNoIndex) {
    return found->second.streams[slot];
  }
  owned_streams_.push_back(std::make_unique<HeadStream>(type));
  streams_.append(owned_streams_.back().get());
  streams_.publish();
  const std::uint32_t index = streams_.appended() - 1;
  const std::unique_lock lock(columns_mutex_);
  if (found == columns_.end()) {
    found = columns_.emplace(std::string(column), Column{}).first;
    found->second.streams.fill(kNoIndex);
  }
  found->second.streams[slot] = index;
  return index;
}

HeadBlock::Applied HeadBlock::apply(const EventBatch::Columns& batch, std::int64_t time_min_ns) {
  if (batch.rows() == 0) return {};
  if (batch.min_time_ns >= time_min_ns) {
    append_rows(batch);
    return {batch.rows(), 0};
  }
  const std::unique_ptr<EventBatch::Columns> kept = drop_rows_before(batch, time_min_ns);
  if (kept->rows() != 0) append_rows(*kept);
  return {kept->rows(), batch.rows() - kept->rows()};
}

void HeadBlock::append_rows(const EventBatch::Columns& batch) {
  const std::uint32_t rows = batch.rows();
  const RowRun all{0, 0};
  stream_at(0).append(next_row_, {&all, 1}, batch.times.data(), rows);

  HeadStream& datasets = stream_at(1);
  std::vector<std::uint32_t> codes(rows);
  for (std::size_t i = 0; i < batch.dataset_runs.size(); ++i) {
    const DatasetRun& run = batch.dataset_runs[i];
    const bool is_last = i + 1 == batch.dataset_runs.size();
    const std::uint32_t end = is_last ? rows : batch.dataset_runs[i + 1].first_row;
    const std::uint32_t code = datasets.dictionary().intern(batch.datasets[run.dataset], 0);
    std::fill(codes.begin() + run.first_row, codes.begin() + end, code);
  }
  datasets.append(next_row_, {&all, 1}, codes.data(), rows);

  const std::vector<std::int64_t> rates(batch.sample_rates.begin(), batch.sample_rates.end());
  stream_at(2).append(next_row_, {&all, 1}, rates.data(), rows);

  entry_codes_.assign(batch.entries.size(), kNoIndex);
  for (const BatchStream& stream : batch.streams) {
    if (stream.count != 0) append_stream(batch, stream);
  }
  widen_group_times(batch);
  next_row_ += rows;
}

void HeadBlock::append_stream(const EventBatch::Columns& batch, const BatchStream& stream) {
  const std::string_view name = batch.columns[stream.column].name;
  HeadStream& to = stream_at(stream_of(name, stream.type));
  touched_.push_back(&to);
  if (name == model::names::kTraceId) index_traces(batch, stream);
  if (stream.type != StreamType::kString) {
    to.append(next_row_, stream.runs, stream.values.data(), stream.count);
    return;
  }
  std::vector<std::uint32_t> codes(stream.count);
  std::memcpy(codes.data(), stream.values.data(), codes.size() * sizeof(std::uint32_t));
  for (std::uint32_t& code : codes) {
    std::uint32_t& mapped = entry_codes_[code];
    if (mapped == kNoIndex) {
      const BatchEntry& entry = batch.entries[code];
      mapped = to.dictionary().intern(entry.text, entry.hash);
    }
    code = mapped;
  }
  to.append(next_row_, stream.runs, codes.data(), stream.count);
}

void HeadBlock::index_traces(const EventBatch::Columns& batch, const BatchStream& stream) {
  const std::size_t bytes = value_bytes(stream.type);
  const char* at = stream.values.data();
  for (std::size_t i = 0; i < stream.runs.size(); ++i) {
    const bool is_last = i + 1 == stream.runs.size();
    const std::uint32_t end = is_last ? stream.count : stream.runs[i + 1].value;
    std::uint32_t row = next_row_ + stream.runs[i].row;
    for (std::uint32_t value = stream.runs[i].value; value < end; ++value, ++row, at += bytes) {
      model::TraceId id;
      if (stream.type == StreamType::kId16) {
        std::memcpy(id.bytes.data(), at, 16);
      } else if (stream.type == StreamType::kId8) {
        std::memcpy(id.bytes.data() + 8, at, 8);
      } else if (stream.type == StreamType::kString) {
        std::uint32_t entry = 0;
        std::memcpy(&entry, at, sizeof(entry));
        id = trace_key_of(batch.entries[entry].text);
      } else {
        return;
      }
      traces_.add(id, row);
    }
  }
}

void HeadBlock::widen_group_times(const EventBatch::Columns& batch) {
  for (std::uint32_t i = 0; i < batch.rows(); ++i) {
    const std::uint32_t group = (next_row_ + i) / kRowGroupRows;
    if (group == group_times_.appended()) {
      owned_group_times_.push_back(std::make_unique<GroupTime>());
      group_times_.append(owned_group_times_.back().get());
    }
    GroupTime& time = *group_times_[group];
    time.widen(batch.times[i], batch.ends[i]);
  }
}

void HeadBlock::publish() {
  for (std::uint32_t i = 0; i < 3; ++i) touched_.push_back(&stream_at(i));
  for (HeadStream* const stream : touched_) {
    stream->publish();
    stream_bytes_ += stream->take_growth();
  }
  touched_.clear();
  group_times_.publish();
  memory_bytes_.store(stream_bytes_ + traces_.memory_bytes(), std::memory_order_relaxed);
  published_rows_.store(next_row_, std::memory_order_release);
}

std::vector<TimePartition> HeadBlock::partitions(const Partitioning& partitioning) const {
  std::set<TimePartition> found;
  const std::uint32_t rows = this->rows();
  for (std::uint32_t first = 0; first < rows; first += kRowGroupRows) {
    const GroupTime& time = *group_times_[first / kRowGroupRows];
    const TimePartition oldest = partitioning.at(time.min_ns());
    if (time.max_ns() < oldest.to_ns) {
      found.insert(oldest);
      continue;
    }
    const auto vector = stream_at(0).read(first, std::min(rows, first + kRowGroupRows));
    const auto* const times = vector->as<std::int64_t>();
    for (std::uint32_t i = 0; i < vector->rows; ++i) found.insert(partitioning.at(times[i]));
  }
  return {found.begin(), found.end()};
}

std::shared_ptr<const RowSource> HeadBlock::view() const {
  return std::make_shared<HeadView>(shared_from_this(), rows());
}

}  // namespace tracery::store
