// SPDX-License-Identifier: Apache-2.0
#include "query/row_group_scan.h"

#include <algorithm>

#include "query/span_time.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::RowField;
using store::StreamType;

void mark_range(const std::int64_t* times, std::int64_t from_ns, std::int64_t to_ns, Mask& mask) {
  std::uint8_t* out = mask.data();
  const std::size_t rows = mask.size();
  for (std::size_t i = 0; i < rows; ++i) {
    out[i] = static_cast<std::uint8_t>(times[i] >= from_ns) &
             static_cast<std::uint8_t>(times[i] < to_ns);
  }
}

template <typename T>
void mark_running(const ColumnVector& durations, const std::int64_t* times, std::int64_t from_ns,
                  Mask& mask) {
  const T* values = durations.as<T>();
  for (std::uint32_t row = 0; row < durations.rows; ++row) {
    if (times[row] < from_ns && durations.is_present(row)) {
      mask[row] = end_of_span(times[row], values[row]) > from_ns;
    }
  }
}

bool all_ones(const std::int64_t* values, std::uint32_t count) {
  std::int64_t differences = 0;
  for (std::uint32_t i = 0; i < count; ++i) differences |= values[i] ^ 1;
  return differences == 0;
}

}  // namespace

RowGroupScan::RowGroupScan(const Plan* plan)
    : plan_(plan), gathered_(*plan), reader_(&plan->columns), filter_(&plan->filter) {
  for (const FilterPlan& filter : plan->measure_filters) {
    measure_filters_.push_back({RowFilter(&filter), std::nullopt, {}});
  }
}

Status RowGroupScan::make_fixed_slots() {
  if (plan_->kept) return gathered_.resize(std::size_t{plan_->kept->size()} + 1);
  if (plan_->breakdowns.empty()) return gathered_.resize(1);
  return {};
}

Result<std::uint32_t> RowGroupScan::add(std::shared_ptr<const store::RowSource> source,
                                        std::uint32_t group) {
  reader_.start(std::move(source), group);
  bounds_ = reader_.source().group_time(group);
  times_.reset();
  weights_.reset();
  for (FilterState& state : measure_filters_) state.match.reset();
  if (!TRACERY_TRY(select())) return 0U;
  TRACERY_TRY(place());
  TRACERY_TRY(load_weights());
  TRACERY_TRY(add_measures());
  return main_.count;
}

Status RowGroupScan::load_times() {
  if (times_ == nullptr) times_ = TRACERY_TRY(reader_.field(RowField::kTime));
  return {};
}

/// Decides which rows take part; false when none does.
Result<bool> RowGroupScan::select() {
  match_ = TRACERY_TRY(filter_.evaluate(reader_, mask_));
  if (match_ == Match::kNone) return false;
  TRACERY_TRY(cut_to_range());
  rows_.is_all = match_ == Match::kAll;
  if (rows_.is_all) {
    rows_.count = reader_.rows();
  } else if (only_counts()) {
    rows_.count = count_ones(mask_);
  } else {
    list_rows(mask_, rows_.list);
    rows_.count = static_cast<std::uint32_t>(rows_.list.size());
  }
  return rows_.count != 0;
}

Status RowGroupScan::cut_to_range() {
  if (bounds_.min_ns >= plan_->from_ns && bounds_.max_ns < plan_->to_ns) return {};
  TRACERY_TRY(load_times());
  Mask& mask = match_ == Match::kAll ? mask_ : scratch_mask_;
  mask.resize(reader_.rows());
  mark_range(times_->as<std::int64_t>(), plan_->from_ns, plan_->to_ns, mask);
  if (plan_->duration_column) TRACERY_TRY(mark_still_running(mask));
  if (match_ == Match::kSome) and_into(mask_, scratch_mask_);
  match_ = Match::kSome;
  return {};
}

/// Adds the spans that began before the range and run into it.
Status RowGroupScan::mark_still_running(Mask& mask) {
  const auto vectors = TRACERY_TRY(reader_.vectors(*plan_->duration_column));
  const auto* times = times_->as<std::int64_t>();
  for (const VectorPtr& vector : vectors) {
    if (vector->type == StreamType::kInt) {
      mark_running<std::int64_t>(*vector, times, plan_->from_ns, mask);
    } else if (vector->type == StreamType::kDouble) {
      mark_running<double>(*vector, times, plan_->from_ns, mask);
    }
  }
  return {};
}

/// True when nothing needs to know which rows are selected, only how many.
bool RowGroupScan::only_counts() const {
  if (plan_->weighted) {
    const store::ZoneMap zone = reader_.zone(RowField::kSampleRate);
    if (zone.max_int != 1) return false;
  }
  return plan_->breakdowns.empty() && !spans_buckets() && !plan_->duration_column &&
         std::all_of(plan_->measures.begin(), plan_->measures.end(), [](const Measure& measure) {
           return measure.kind == MeasureKind::kCount && !measure.column && !measure.filter;
         });
}

bool RowGroupScan::spans_buckets() const {
  if (gathered_.buckets == 1) return false;
  const std::int64_t first = std::max(bounds_.min_ns, plan_->from_ns);
  const std::int64_t last = std::min(bounds_.max_ns, plan_->to_ns - 1);
  return first <= last && plan_->buckets.index_of(first) != plan_->buckets.index_of(last);
}

/// Gives each selected row its slot.
Status RowGroupScan::place() {
  TRACERY_TRY(gathered_.groups.number_rows(reader_, rows_.data(), rows_.count, slots_));
  if (plan_->kept) {
    // Without breakdowns there is one group, which is kept, and no numbers to map.
    if (!plan_->breakdowns.empty()) map_to_kept(slots_);
  } else if (gathered_.groups.size() > gathered_.group_slots) {
    TRACERY_TRY(gathered_.resize(gathered_.groups.size()));
  }
  all_ = Batch{rows_.count, rows_.data(), plan_->breakdowns.empty() ? nullptr : slots_.data(), 0,
               nullptr};
  if (gathered_.buckets > 1 || plan_->duration_column) TRACERY_TRY(load_times());
  if (gathered_.buckets > 1) add_buckets(slots_);
  main_ = all_;
  if (plan_->duration_column && bounds_.min_ns < plan_->from_ns) split_early_rows();
  return {};
}

void RowGroupScan::map_to_kept(std::vector<std::uint32_t>& groups) {
  const std::uint32_t rest = plan_->kept->size();
  for (auto group = static_cast<std::uint32_t>(targets_.size()); group < gathered_.groups.size();
       ++group) {
    targets_.push_back(std::min(plan_->kept->find(gathered_.groups.key(group)), rest));
  }
  for (std::uint32_t& group : groups) group = targets_[group];
}

void RowGroupScan::add_buckets(std::vector<std::uint32_t>& slots) {
  const auto buckets = static_cast<std::uint32_t>(gathered_.buckets);
  const bool grouped = all_.slots != nullptr;
  if (!spans_buckets()) {
    const std::int64_t time_ns = std::clamp(bounds_.min_ns, plan_->from_ns, plan_->to_ns - 1);
    const auto bucket = static_cast<std::uint32_t>(plan_->buckets.index_of(time_ns));
    all_.slot = bucket;
    if (grouped) {
      for (std::uint32_t& slot : slots) slot = slot * buckets + bucket;
    }
    return;
  }
  const auto* times = times_->as<std::int64_t>();
  if (!rows_.is_all) {
    scratch_times_.resize(rows_.count);
    for (std::uint32_t i = 0; i < rows_.count; ++i) {
      scratch_times_[i] = std::max(times[rows_.list[i]], plan_->from_ns);
    }
    times = scratch_times_.data();
  }
  if (!grouped) {
    slots.resize(rows_.count);
    plan_->buckets.indexes(times, rows_.count, slots.data());
    all_.slots = slots.data();
    return;
  }
  scratch_buckets_.resize(rows_.count);
  plan_->buckets.indexes(times, rows_.count, scratch_buckets_.data());
  for (std::uint32_t i = 0; i < rows_.count; ++i) {
    slots[i] = slots[i] * buckets + scratch_buckets_[i];
  }
}

/// Leaves out of `main_` the rows from before the range.
void RowGroupScan::split_early_rows() {
  const auto* times = times_->as<std::int64_t>();
  main_rows_.clear();
  main_slots_.clear();
  for (std::uint32_t i = 0; i < all_.count; ++i) {
    const std::uint32_t row = all_.rows == nullptr ? i : all_.rows[i];
    if (times[row] < plan_->from_ns) continue;
    main_rows_.push_back(row);
    main_slots_.push_back(all_.slots == nullptr ? all_.slot : all_.slots[i]);
  }
  main_.count = static_cast<std::uint32_t>(main_rows_.size());
  main_.rows = main_rows_.data();
  main_.slots = main_slots_.data();
}

Status RowGroupScan::load_weights() {
  if (!plan_->weighted) return {};
  const store::ZoneMap zone = reader_.zone(RowField::kSampleRate);
  if (zone.max_int == 1) return {};
  weights_ = TRACERY_TRY(reader_.field(RowField::kSampleRate));
  const auto* weights = weights_->as<std::int64_t>();
  if (all_ones(weights, weights_->rows)) return {};
  all_.weights = main_.weights = weights;
  return {};
}

/// The rows of a batch that a calculation's own filters keep.
Result<Batch> RowGroupScan::narrow(const Batch& batch, std::size_t filter, bool* is_empty) {
  FilterState& state = measure_filters_[filter];
  if (!state.match) state.match = TRACERY_TRY(state.filter.evaluate(reader_, state.mask));
  *is_empty = *state.match == Match::kNone;
  if (*state.match != Match::kSome) return batch;
  narrow_rows_.resize(batch.count);
  narrow_slots_.resize(batch.count);
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < batch.count; ++i) {
    const std::uint32_t row = batch.rows == nullptr ? i : batch.rows[i];
    narrow_rows_[count] = row;
    narrow_slots_[count] = batch.slots == nullptr ? batch.slot : batch.slots[i];
    count += state.mask[row];
  }
  Batch narrowed = batch;
  narrowed.count = count;
  narrowed.rows = narrow_rows_.data();
  if (batch.slots != nullptr) narrowed.slots = narrow_slots_.data();
  return narrowed;
}

Status RowGroupScan::add_measures() {
  for (std::size_t i = 0; i < plan_->measures.size(); ++i) {
    const Measure& measure = plan_->measures[i];
    if (measure.is_skipped) continue;
    const bool early_too = measure.kind == MeasureKind::kConcurrency;
    Batch batch = early_too ? all_ : main_;
    bool is_empty = false;
    if (measure.filter) batch = TRACERY_TRY(narrow(batch, *measure.filter, &is_empty));
    if (is_empty || batch.count == 0) continue;
    RowInput input;
    if (measure.column) {
      input.has_column = true;
      input.vectors = TRACERY_TRY(reader_.vectors(*measure.column));
    }
    if (times_ != nullptr) input.times = times_->as<std::int64_t>();
    gathered_.measures[i]->add(batch, input);
  }
  return {};
}

std::size_t RowGroupScan::memory_bytes() const {
  const std::size_t words = slots_.capacity() + rows_.list.capacity() + main_rows_.capacity() +
                            main_slots_.capacity() + narrow_rows_.capacity() +
                            narrow_slots_.capacity() + scratch_buckets_.capacity();
  return gathered_.memory_bytes() + reader_.memory_bytes() + words * sizeof(std::uint32_t) +
         scratch_times_.capacity() * sizeof(std::int64_t) + mask_.capacity() +
         scratch_mask_.capacity() + targets_.capacity() * sizeof(std::uint32_t);
}

}  // namespace tracery::query
