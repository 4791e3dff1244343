// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "query/group_reader.h"
#include "query/scan.h"

namespace tracery::query {

/// Gathers row groups one after another into a state of its own. Used by one thread.
class RowGroupScan {
 public:
  explicit RowGroupScan(const Plan* plan);

  /// To be called first: slots for the groups that there are whatever the rows hold.
  Status make_fixed_slots();

  /// Adds a row group; gives the rows of the range that passed the query's filters.
  Result<std::uint32_t> add(std::shared_ptr<const store::RowSource> source, std::uint32_t group);

  /// Bytes held, this row group's vectors included.
  std::size_t memory_bytes() const;
  Gathered& gathered() { return gathered_; }

 private:
  struct Rows {
    bool is_all = false;
    std::uint32_t count = 0;
    std::vector<std::uint32_t> list;  ///< Unused when is_all.
    const std::uint32_t* data() const { return is_all ? nullptr : list.data(); }
  };
  struct FilterState {
    RowFilter filter;
    std::optional<Match> match;  ///< In the current row group.
    Mask mask;
  };

  Result<bool> select();
  Status cut_to_range();
  Status mark_still_running(Mask& mask);
  Status load_times();
  Status load_weights();
  Status place();
  void add_buckets(std::vector<std::uint32_t>& slots);
  void map_to_kept(std::vector<std::uint32_t>& groups);
  void split_early_rows();
  Status add_measures();
  Result<Batch> narrow(const Batch& batch, std::size_t filter, bool* is_empty);
  bool only_counts() const;
  bool spans_buckets() const;

  const Plan* plan_;
  Gathered gathered_;
  GroupReader reader_;
  RowFilter filter_;
  std::vector<FilterState> measure_filters_;

  // Of the current row group.
  store::TimeBounds bounds_;
  Match match_ = Match::kNone;
  Mask mask_, scratch_mask_;
  Rows rows_;
  VectorPtr times_, weights_;
  std::vector<std::uint32_t> slots_;
  std::vector<std::int64_t> scratch_times_;
  std::vector<std::uint32_t> scratch_buckets_;
  std::vector<std::uint32_t> main_rows_, main_slots_;
  std::vector<std::uint32_t> narrow_rows_, narrow_slots_;
  Batch all_, main_;  ///< With and without rows from before the range.

  std::vector<std::uint32_t> targets_;  ///< Group to kept group.
};

}  // namespace tracery::query
