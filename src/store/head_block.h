// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/event_batch.h"
#include "store/event_batch_columns.h"
#include "store/head_stream.h"
#include "store/head_trace_index.h"
#include "store/partitioning.h"
#include "store/row_source.h"

namespace tracery::store {

/// The newest rows, in memory, as columns, all partitions together. One thread (the applier) adds
/// batches; any thread reads the rows published so far, through a `view`, without waiting for it.
class HeadBlock : public std::enable_shared_from_this<HeadBlock> {
 public:
  struct Applied {
    std::uint32_t rows = 0;
    std::uint32_t expired = 0;
  };

  HeadBlock();
  ~HeadBlock();

  /// Adds a batch's rows, but for those before `time_min_ns`. Readers see them after `publish`.
  Applied apply(const EventBatch::Columns& batch, std::int64_t time_min_ns);
  void publish();

  /// The rows published by now, for as long as the view is held.
  std::shared_ptr<const RowSource> view() const;

  std::uint32_t rows() const { return published_rows_.load(std::memory_order_acquire); }
  /// What the rows take in memory.
  std::size_t memory_bytes() const { return memory_bytes_.load(std::memory_order_relaxed); }
  /// The partitions that rows lie in, ascending. After the last `publish` only.
  std::vector<TimePartition> partitions(const Partitioning& partitioning) const;

 private:
  friend class HeadView;

  struct GroupTime;
  struct Column {
    std::array<std::uint32_t, kStreamTypes> streams;
  };
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const;
  };

  HeadStream& stream_at(std::uint32_t index) const { return *streams_[index]; }
  std::uint32_t stream_of(std::string_view column, StreamType type);
  void append_rows(const EventBatch::Columns& batch);
  void append_stream(const EventBatch::Columns& batch, const BatchStream& stream);
  void index_traces(const EventBatch::Columns& batch, const BatchStream& stream);
  void widen_group_times(const EventBatch::Columns& batch);

  std::uint32_t next_row_ = 0;  ///< Rows added, published or not.
  std::atomic<std::uint32_t> published_rows_{0};
  std::atomic<std::size_t> memory_bytes_{0};

  GrowingArray<HeadStream*> streams_;
  std::vector<std::unique_ptr<HeadStream>> owned_streams_;
  std::vector<HeadStream*> touched_;  ///< Since the last publish.
  std::size_t stream_bytes_ = 0;
  std::vector<std::uint32_t> entry_codes_;  ///< Code here of each entry of the batch in hand.
  HeadTraceIndex traces_;
  GrowingArray<GroupTime*> group_times_;
  std::vector<std::unique_ptr<GroupTime>> owned_group_times_;

  mutable std::shared_mutex columns_mutex_;
  /// Guarded by columns_mutex_; the applier alone changes it.
  std::unordered_map<std::string, Column, NameHash, std::equal_to<>> columns_;
};

}  // namespace tracery::store
