// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "query/histogram.h"
#include "query/result.h"

namespace tracery::query {

/// The value buckets that all points of a heatmap share: at most 50, each a whole number of cells
/// of the histogram, so no count has to be split. Buckets of one power of two are equally wide and
/// their number halves as the values' range grows: fine for narrow ranges, logarithmic for wide.
/// Negative buckets mirror positive ones, and so exclude their min and include their max.
class HeatmapGrid {
 public:
  static constexpr std::uint32_t kBucketsMax = 50;

  /// `all`: the values of all points together.
  explicit HeatmapGrid(const ValueHistogram& all);

  /// The counts of one point; its values are among those of `all`.
  Heatmap cut(const ValueHistogram& point) const;

 private:
  /// Buckets of one sign: keys [lowest, highest] >> shift.
  struct Side {
    bool any = false;
    bool reaches_zero = false;  ///< The lowest bucket also holds all that is smaller.
    CellKey lowest = 0, highest = 0;

    explicit Side(const CellCounts& counts);
    std::uint32_t buckets(unsigned shift) const;
    void count(const CellCounts& counts, unsigned shift, std::vector<std::uint64_t>& out) const;
    double start(std::uint32_t bucket, unsigned shift) const;
    double end(std::uint32_t bucket, unsigned shift) const;
  };

  Side positive_, negative_;
  unsigned shift_ = 0;
};

}  // namespace tracery::query
