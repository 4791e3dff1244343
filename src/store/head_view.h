// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <limits>

#include "store/head_block.h"

namespace tracery::store {

/// Bounds of one row group of a head block. They may already include rows that a view leaves out,
/// so they are wide enough for any view, and exact once the group is full.
struct HeadBlock::GroupTime {
  std::atomic<std::int64_t> min{std::numeric_limits<std::int64_t>::max()};
  std::atomic<std::int64_t> max{std::numeric_limits<std::int64_t>::min()};
  std::atomic<std::int64_t> max_end{std::numeric_limits<std::int64_t>::min()};

  std::int64_t min_ns() const { return min.load(std::memory_order_relaxed); }
  std::int64_t max_ns() const { return max.load(std::memory_order_relaxed); }
  std::int64_t max_end_ns() const { return max_end.load(std::memory_order_relaxed); }
  void widen(std::int64_t time_ns, std::int64_t end_ns) {
    if (time_ns < min_ns()) min.store(time_ns, std::memory_order_relaxed);
    if (time_ns > max_ns()) max.store(time_ns, std::memory_order_relaxed);
    if (end_ns > max_end_ns()) max_end.store(end_ns, std::memory_order_relaxed);
  }
};

/// The first `rows` rows of a head block.
class HeadView final : public RowSource {
 public:
  HeadView(std::shared_ptr<const HeadBlock> head, std::uint32_t rows);

  std::string name() const override { return "head"; }
  std::uint64_t rows() const override { return rows_; }
  std::uint32_t groups() const override;
  std::uint32_t group_rows(std::uint32_t group) const override;
  TimeBounds group_time(std::uint32_t group) const override;
  TimeBounds time() const override;
  std::vector<StreamRef> streams(std::string_view column) const override;
  StreamRef row_field(RowField field) const override;
  std::vector<std::string> columns() const override;
  ZoneMap zone(StreamId stream, std::uint32_t group) const override;
  Result<std::shared_ptr<const ColumnVector>> read(StreamId stream,
                                                   std::uint32_t group) const override;
  Result<std::vector<RowRange>> find_trace(const model::TraceId& id) const override;

 private:
  const HeadStream& stream(StreamId id) const;
  std::uint32_t first_row(std::uint32_t group) const;

  std::shared_ptr<const HeadBlock> head_;
  std::uint32_t rows_;
};

}  // namespace tracery::store
