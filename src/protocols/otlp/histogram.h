// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tracery::otlp {

/// A histogram's shape: buckets ascending, not overlapping.
struct Histogram {
  struct Bucket {
    double low = 0;
    double high = 0;
    double count = 0;
  };
  std::vector<Bucket> buckets;
  std::optional<double> min;
  std::optional<double> max;

  /// The value below which `fraction` of the counts lie, linear within a bucket and kept within min
  /// and max. Nothing when there are no counts.
  std::optional<double> quantile(double fraction) const;
};

/// From HistogramDataPoint: counts[i] lies in (bounds[i-1], bounds[i]]. The open ends become min
/// and max where known, else the bound next to them (0 below a positive first bound).
Histogram from_explicit_bounds(const std::vector<double>& bounds,
                               const std::vector<std::uint64_t>& counts, std::optional<double> min,
                               std::optional<double> max);

/// One side of an exponential histogram: counts[i] lies in (base^(offset+i), base^(offset+i+1)]
/// with base = 2^(2^-scale).
struct ExponentialBuckets {
  std::int32_t offset = 0;
  std::vector<std::uint64_t> counts;
};

struct ExponentialHistogram {
  std::int32_t scale = 0;
  std::uint64_t zero_count = 0;
  double zero_threshold = 0;
  ExponentialBuckets positive;
  ExponentialBuckets negative;
  std::optional<double> min;
  std::optional<double> max;
};

Histogram from_exponential(const ExponentialHistogram& histogram);

}  // namespace tracery::otlp
