// SPDX-License-Identifier: Apache-2.0
#include "store/batch_overflow.h"

#include <string>
#include <string_view>

#include "store/overflow_fields.h"

namespace tracery::store {
namespace {

class Mover {
 public:
  Mover(const EventBatch::Columns& from, const RefusedColumns& refused)
      : from_(from), refused_(refused), datasets_(from.rows()), overflow_(from.rows()) {
    for (std::size_t i = 0; i < from.dataset_runs.size(); ++i) {
      const bool is_last = i + 1 == from.dataset_runs.size();
      const std::uint32_t end = is_last ? from.rows() : from.dataset_runs[i + 1].first_row;
      const std::uint32_t first = from.dataset_runs[i].first_row;
      std::fill(datasets_.begin() + first, datasets_.begin() + end, from.dataset_runs[i].dataset);
    }
  }

  OverflowedBatch move() && {
    auto to = std::make_unique<EventBatch::Columns>();
    to->columns = from_.columns;
    to->entries = from_.entries;
    to->datasets = from_.datasets;
    to->dataset_runs = from_.dataset_runs;
    to->times = from_.times;
    to->ends = from_.ends;
    to->sample_rates = from_.sample_rates;
    to->min_time_ns = from_.min_time_ns;
    to->max_time_ns = from_.max_time_ns;
    for (const BatchStream& stream : from_.streams) {
      BatchStream& kept = to->streams.emplace_back();
      kept.column = stream.column;
      kept.type = stream.type;
      split(stream, kept);
    }
    add_overflow(*to);
    return {std::move(to), moved_};
  }

 private:
  bool is_refused(std::uint32_t column) const {
    const auto first = refused_.lower_bound({column, 0});
    return first != refused_.end() && first->first == column;
  }

  void split(const BatchStream& stream, BatchStream& kept) {
    const std::size_t bytes = value_bytes(stream.type);
    if (!is_refused(stream.column)) {
      kept.count = stream.count;
      kept.runs = stream.runs;
      kept.values.push_bytes(stream.values.data(), stream.count * bytes);
      return;
    }
    for (std::size_t i = 0; i < stream.runs.size(); ++i) {
      const bool is_last = i + 1 == stream.runs.size();
      const std::uint32_t end = is_last ? stream.count : stream.runs[i + 1].value;
      std::uint32_t row = stream.runs[i].row;
      for (std::uint32_t value = stream.runs[i].value; value < end; ++value, ++row) {
        const std::string_view packed(stream.values.data() + value * bytes, bytes);
        if (refused_.contains({stream.column, datasets_[row]})) {
          put_overflow_field(overflow_[row], from_.columns[stream.column].name, stream.type,
                             stream.type == StreamType::kString ? text_of(packed) : packed);
          ++moved_;
          continue;
        }
        if (kept.next_row != row) kept.runs.push_back({row, kept.count});
        kept.next_row = row + 1;
        ++kept.count;
        kept.values.push_bytes(packed.data(), bytes);
      }
    }
  }

  std::string_view text_of(std::string_view packed_code) const {
    std::uint32_t code = 0;
    std::memcpy(&code, packed_code.data(), sizeof(code));
    return from_.entries[code].text;
  }

  void add_overflow(EventBatch::Columns& to) const {
    BatchStream stream;
    stream.column = static_cast<std::uint32_t>(to.columns.size());
    stream.type = StreamType::kString;
    BatchColumn& column = to.columns.emplace_back();
    column.name = kOverflowColumn;
    column.streams.fill(kNoIndex);
    for (std::uint32_t row = 0; row < to.rows(); ++row) {
      if (overflow_[row].empty()) continue;
      const auto code = static_cast<std::uint32_t>(to.entries.size());
      to.entries.push_back({to.strings.store(overflow_[row]), 0, 0});
      if (stream.next_row != row) stream.runs.push_back({row, stream.count});
      stream.next_row = row + 1;
      ++stream.count;
      stream.values.push(code);
    }
    to.streams.push_back(std::move(stream));
  }

  const EventBatch::Columns& from_;
  const RefusedColumns& refused_;
  std::vector<std::uint32_t> datasets_;  ///< By row.
  std::vector<std::string> overflow_;    ///< By row.
  std::uint64_t moved_ = 0;
};

}  // namespace

OverflowedBatch move_to_overflow(const EventBatch::Columns& batch, const RefusedColumns& refused) {
  return Mover(batch, refused).move();
}

}  // namespace tracery::store
