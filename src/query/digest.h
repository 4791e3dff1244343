// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "query/histogram.h"

namespace tracery::query {

/// What percentiles are read from: the values themselves up to 1,024 of them, a histogram above.
/// A function of the values and weights alone. See docs/decisions/0008-percentile-histogram.md.
class alignas(64) Digest {
 public:
  static constexpr std::size_t kExactMax = 1024;

  /// `value` is finite, `weight` > 0. `*bytes` grows by what has to be allocated.
  void add(double value, std::uint64_t weight, std::size_t* bytes) {
    if (value < min_) min_ = value;
    if (value > max_) max_ = value;
    // There are no cells before there is a histogram, so one test serves both.
    if (!histogram_.add_inside(value, weight)) add_elsewhere(value, weight, bytes);
  }
  /// The same for many values of weight 1, in fewer steps.
  void add_all(std::span<const double> values, std::size_t* bytes);
  void merge(const Digest& other, std::size_t* bytes);

  bool empty() const { return max_ < min_; }
  /// The least value that at least `permille` thousandths of the weight do not exceed. Exact up to
  /// 1,024 values, then within 0.4 %. Only when not empty.
  double percentile(unsigned permille) const;
  /// The same for any part of the weight, from 0 to 1.
  double quantile(double fraction) const;

 private:
  struct Exact {
    std::vector<double> values;
    std::vector<std::uint64_t> weights;  ///< Empty while all are 1.

    std::uint64_t weight(std::size_t i) const { return weights.empty() ? 1 : weights[i]; }
  };

  /// Once there was a value, either it is kept exactly or it went into the histogram.
  bool is_histogram() const { return exact_ == nullptr && !empty(); }
  void add_elsewhere(double value, std::uint64_t weight, std::size_t* bytes);
  void append(double value, std::uint64_t weight, std::size_t* bytes);
  void note_extremes(std::span<const double> values);
  void pour(std::size_t* bytes);
  std::uint64_t total_weight() const;
  double value_of_rank(std::uint64_t rank) const;
  double exact_value_of_rank(std::uint64_t rank) const;

  ValueHistogram histogram_;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
  std::unique_ptr<Exact> exact_;
};

/// The rank, from 1, of a percentile in ascending values of this total weight (> 0).
std::uint64_t rank_of_permille(unsigned permille, std::uint64_t total_weight);

}  // namespace tracery::query
