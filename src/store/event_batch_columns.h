// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "store/byte_arena.h"
#include "store/column_vector.h"
#include "store/event_batch.h"
#include "store/hash_index.h"
#include "store/packed_values.h"

namespace tracery::store {

/// Rows from `row` on hold, one each, the values from `value` on, up to the next run's first value
/// or the last value of the stream. Both ascend from run to run.
struct RowRun {
  std::uint32_t row = 0;
  std::uint32_t value = 0;
  bool operator==(const RowRun&) const = default;
};

/// Bytes of one packed value of a stream: a bool is one byte (1 false,
/// 2 true), a string the code of its entry.
constexpr std::size_t value_bytes(StreamType type) {
  switch (type) {
    case StreamType::kBool: return 1;
    case StreamType::kString: return 4;
    case StreamType::kId16: return 16;
    default: return 8;
  }
}

/// One distinct string of one stream of a batch. May repeat where values hardly do.
struct BatchEntry {
  std::string_view text;
  std::uint64_t hash = 0;  ///< hash64(text); 0 when it was not worth computing.
  std::uint32_t stream = 0;
};

struct BatchStream {
  std::uint32_t column = 0;
  StreamType type = StreamType::kInt;
  std::uint32_t next_row = kNoIndex;  ///< The row that would lengthen the last run.
  std::uint32_t last_entry = kNoIndex;
  std::uint32_t count = 0;
  std::vector<RowRun> runs;
  PackedValues values;

  // How well hashing pays for this stream's strings; outlives `clear`.
  std::uint32_t lookups = 0;
  std::uint32_t hits = 0;
  std::uint32_t plain_left = 0;  ///< Strings still to be appended without a look-up.
};

struct BatchColumn {
  std::string_view name;
  std::uint64_t last_event = 0;  ///< The event that put this field last.
  std::array<std::uint32_t, kStreamTypes> streams;
  std::size_t string_bytes = 0;  ///< The longest string it takes.
  bool is_id = false;
  bool is_duration = false;
};

/// Rows [first_row, next run's first_row) belong to one dataset.
struct DatasetRun {
  std::uint32_t first_row = 0;
  std::uint32_t dataset = 0;
};

struct EventBatch::Columns {
  EventLimits limits;
  std::int64_t now_ns = 0;
  BatchLosses losses;

  std::vector<BatchColumn> columns;
  std::vector<BatchStream> streams;
  HashIndex column_index;
  ByteArena names;

  std::vector<BatchEntry> entries;
  HashIndex entry_index;
  ByteArena strings;

  std::vector<std::string_view> datasets;
  HashIndex dataset_index;
  std::vector<DatasetRun> dataset_runs;

  // One slot per row.
  std::vector<std::int64_t> times;
  std::vector<std::int64_t> ends;  ///< time + duration_ms, never before the time.
  std::vector<std::uint32_t> sample_rates;
  std::int64_t min_time_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_time_ns = std::numeric_limits<std::int64_t>::min();

  // The event between begin_event and end_event.
  bool is_open = false;
  std::uint64_t event = 0;  ///< Counts up, also over `clear`.
  std::size_t fields = 0;
  std::uint32_t dataset = 0;
  std::int64_t time_ns = 0;
  double duration_ms = 0;
  std::uint32_t sample_rate = 1;

  std::uint32_t rows() const { return static_cast<std::uint32_t>(times.size()); }
  std::uint32_t column_of(std::string_view name);
  std::uint32_t dataset_of(std::string_view name);
  /// True when the open event may still put this field.
  bool claim(BatchColumn& column);
  BatchStream& stream(std::uint32_t column, StreamType type);
  template <typename T>
  void push(BatchStream& to, const T& value) {
    push_at(rows(), to, value);
  }
  /// `row` must be past every row the stream has a value for.
  template <typename T>
  void push_at(std::uint32_t row, BatchStream& to, const T& value) {
    if (to.next_row != row) to.runs.push_back({row, to.count});
    to.next_row = row + 1;
    ++to.count;
    to.values.push(value);
  }
  void put_string(std::uint32_t column, std::string_view value);
  void put_id(std::uint32_t column, const std::uint8_t* bytes, std::size_t count);
  std::uint32_t entry_of(std::uint32_t stream_index, std::string_view value);
  std::uint32_t add_entry(std::uint32_t stream_index, std::string_view value, std::uint64_t hash);
  std::string_view clean(std::string_view value, std::size_t bytes_max, std::string& mended);
  void note_duration(const BatchColumn& column, double value);
};

}  // namespace tracery::store
