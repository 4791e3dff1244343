// SPDX-License-Identifier: Apache-2.0
#include "store/head_view.h"

#include <algorithm>
#include <mutex>

#include "base/check.h"
#include "store/part.h"

namespace tracery::store {

HeadView::HeadView(std::shared_ptr<const HeadBlock> head, std::uint32_t rows)
    : head_(std::move(head)), rows_(rows) {}

std::uint32_t HeadView::first_row(std::uint32_t group) const { return group * kRowGroupRows; }

std::uint32_t HeadView::groups() const {
  return rows_ / kRowGroupRows + (rows_ % kRowGroupRows != 0 ? 1 : 0);
}

std::uint32_t HeadView::group_rows(std::uint32_t group) const {
  return std::min(rows_ - first_row(group), kRowGroupRows);
}

TimeBounds HeadView::group_time(std::uint32_t group) const {
  const HeadBlock::GroupTime& time = *head_->group_times_[group];
  return {time.min_ns(), time.max_ns(), time.max_end_ns()};
}

TimeBounds HeadView::time() const {
  if (rows_ == 0) return {};
  TimeBounds bounds = group_time(0);
  for (std::uint32_t group = 1; group < groups(); ++group) {
    const TimeBounds more = group_time(group);
    bounds.min_ns = std::min(bounds.min_ns, more.min_ns);
    bounds.max_ns = std::max(bounds.max_ns, more.max_ns);
    bounds.max_end_ns = std::max(bounds.max_end_ns, more.max_end_ns);
  }
  return bounds;
}

const HeadStream& HeadView::stream(StreamId id) const {
  const auto index = static_cast<std::uint32_t>(id);
  TRACERY_CHECK(index < head_->streams_.size());
  return head_->stream_at(index);
}

std::vector<StreamRef> HeadView::streams(std::string_view column) const {
  std::vector<StreamRef> found;
  const std::shared_lock lock(head_->columns_mutex_);
  const auto at = head_->columns_.find(column);
  if (at == head_->columns_.end()) return found;
  for (std::size_t type = 0; type < kStreamTypes; ++type) {
    const std::uint32_t index = at->second.streams[type];
    if (index == kNoIndex || !head_->stream_at(index).has_value_before(rows_)) continue;
    found.push_back({StreamId{index}, static_cast<StreamType>(type)});
  }
  return found;
}

StreamRef HeadView::row_field(RowField field) const {
  const auto index = static_cast<std::uint32_t>(field);
  return {StreamId{index}, stream(StreamId{index}).type()};
}

std::vector<std::string> HeadView::columns() const {
  std::vector<std::string> names;
  const std::shared_lock lock(head_->columns_mutex_);
  for (const auto& [name, column] : head_->columns_) {
    const auto is_here = [&](std::uint32_t index) {
      return index != kNoIndex && head_->stream_at(index).has_value_before(rows_);
    };
    if (std::any_of(column.streams.begin(), column.streams.end(), is_here)) names.push_back(name);
  }
  return names;
}

ZoneMap HeadView::zone(StreamId id, std::uint32_t group) const {
  ZoneMap zone;
  const std::uint32_t first = first_row(group);
  zone.present_rows = stream(id).count(first, first + group_rows(group));
  return zone;
}

Result<std::shared_ptr<const ColumnVector>> HeadView::read(StreamId id,
                                                           std::uint32_t group) const {
  const std::uint32_t first = first_row(group);
  return stream(id).read(first, first + group_rows(group));
}

Result<std::vector<RowRange>> HeadView::find_trace(const model::TraceId& id) const {
  std::vector<HeadTraceIndex::Run> runs = head_->traces_.find(id, rows_);
  std::reverse(runs.begin(), runs.end());
  std::vector<RowRange> ranges;
  for (HeadTraceIndex::Run run : runs) {
    while (run.rows > 0) {
      const std::uint32_t group = run.row / kRowGroupRows;
      const std::uint32_t inside = run.row % kRowGroupRows;
      const std::uint32_t here = std::min(run.rows, kRowGroupRows - inside);
      ranges.push_back({group, inside, here});
      run.row += here;
      run.rows -= here;
    }
  }
  return ranges;
}

}  // namespace tracery::store
