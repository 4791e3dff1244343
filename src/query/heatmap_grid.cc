// SPDX-License-Identifier: Apache-2.0
#include "query/heatmap_grid.h"

#include <algorithm>

namespace tracery::query {
namespace {

const CellCounts& negative_of(const ValueHistogram& histogram) {
  static const CellCounts kNothing;
  return histogram.rest() == nullptr ? kNothing : histogram.rest()->negative;
}

std::uint64_t zeros_of(const ValueHistogram& histogram) {
  return histogram.rest() == nullptr ? 0 : histogram.rest()->zeros;
}

}  // namespace

HeatmapGrid::Side::Side(const CellCounts& counts)
    : any(counts.has_any()), reaches_zero(counts.is_full()) {
  if (!any) return;
  lowest = counts.lowest();
  highest = counts.highest();
}

std::uint32_t HeatmapGrid::Side::buckets(unsigned shift) const {
  return any ? (highest >> shift) - (lowest >> shift) + 1 : 0;
}

void HeatmapGrid::Side::count(const CellCounts& counts, unsigned shift,
                              std::vector<std::uint64_t>& out) const {
  out.assign(buckets(shift), 0);
  for (std::uint32_t i = 0; i < counts.size(); ++i) {
    const CellKey key = std::max(counts.base() + i, lowest);
    if (counts.count(i) != 0) out[(key >> shift) - (lowest >> shift)] += counts.count(i);
  }
}

double HeatmapGrid::Side::start(std::uint32_t bucket, unsigned shift) const {
  if (bucket == 0 && reaches_zero) return 0;
  return cell_start(((lowest >> shift) + bucket) << shift);
}

double HeatmapGrid::Side::end(std::uint32_t bucket, unsigned shift) const {
  return cell_start(((lowest >> shift) + bucket + 1) << shift);
}

HeatmapGrid::HeatmapGrid(const ValueHistogram& all)
    : positive_(all.positive()), negative_(negative_of(all)) {
  const std::uint32_t zero = zeros_of(all) != 0 ? 1 : 0;
  while (positive_.buckets(shift_) + negative_.buckets(shift_) + zero > kBucketsMax) ++shift_;
}

Heatmap HeatmapGrid::cut(const ValueHistogram& point) const {
  Heatmap buckets;
  std::vector<std::uint64_t> counts;
  const auto push = [&](double min, double max, std::uint64_t count) {
    if (count != 0) buckets.push_back({min, max, static_cast<double>(count)});
  };
  negative_.count(negative_of(point), shift_, counts);
  for (auto i = static_cast<std::uint32_t>(counts.size()); i-- > 0;) {
    push(-negative_.end(i, shift_), -negative_.start(i, shift_), counts[i]);
  }
  std::uint64_t zeros = zeros_of(point);
  positive_.count(point.positive(), shift_, counts);
  if (positive_.any && positive_.reaches_zero) {
    counts[0] += zeros;
    zeros = 0;
  }
  push(0, positive_.any ? positive_.start(0, shift_) : 0, zeros);
  for (std::uint32_t i = 0; i < counts.size(); ++i) {
    push(positive_.start(i, shift_), positive_.end(i, shift_), counts[i]);
  }
  return buckets;
}

}  // namespace tracery::query
