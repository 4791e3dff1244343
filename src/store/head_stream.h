// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

#include "store/column_vector.h"
#include "store/event_batch_columns.h"
#include "store/growing_array.h"
#include "store/head_dictionary.h"

namespace tracery::store {

/// The values of one stream of a head block: packed, with the rows they belong to as runs. So a
/// stream that few rows have costs what it holds, and one that all have costs no row numbers.
///
/// One thread appends and publishes; any thread may read what was published.
class HeadStream {
 public:
  explicit HeadStream(StreamType type);

  StreamType type() const { return type_; }

  /// Adds packed values: `runs` as in BatchStream, rows counted from `first_row`. Strings come as
  /// codes of this stream's dictionary.
  void append(std::uint32_t first_row, std::span<const RowRun> runs, const void* values,
              std::uint32_t count);
  /// For kString only.
  HeadDictionary& dictionary() { return *dictionary_; }
  void publish();

  bool has_value_before(std::uint32_t end_row) const {
    return values_.size() != 0 && runs_[0].row < end_row;
  }
  /// Values in rows [first_row, end_row).
  std::uint32_t count(std::uint32_t first_row, std::uint32_t end_row) const;
  /// Those values, one slot per row.
  std::shared_ptr<const ColumnVector> read(std::uint32_t first_row, std::uint32_t end_row) const;
  /// Memory taken since the last call; for the writer.
  std::size_t take_growth();

 private:
  struct Slice {
    std::uint32_t row = 0;
    std::uint32_t value = 0;
    std::uint32_t count = 0;
  };
  std::vector<Slice> slices(std::uint32_t first_row, std::uint32_t end_row) const;
  void fill_strings(std::span<const Slice> slices, std::uint32_t first_row,
                    ColumnVector& vector) const;
  std::shared_ptr<const StringDictionary> prefix_with(std::uint32_t entries_min) const;

  StreamType type_;
  std::size_t counted_bytes_ = 0;
  std::uint32_t next_row_ = kNoIndex;
  GrowingArray<RowRun> runs_;
  GrowingBytes values_;
  std::shared_ptr<HeadDictionary> dictionary_;
  mutable std::mutex prefix_mutex_;
  /// The view handed out last, so that row groups share one. Guarded by prefix_mutex_.
  mutable std::weak_ptr<const StringDictionary> prefix_;
};

}  // namespace tracery::store
