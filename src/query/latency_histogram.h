// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tracery::query {

/// Counts latencies by size: to the microsecond below 1 ms, to the half millisecond up to 1 s, to
/// the half of the third digit beyond. Rounded to a millisecond, or to three digits from 1 s on,
/// every latency counts for its own rounded value.
class LatencyHistogram {
 public:
  void add(std::int64_t duration_ns, std::uint64_t count = 1);
  void merge(const LatencyHistogram& other);

  std::uint64_t count() const { return count_; }
  /// The latency, in ms, below which the share `q` (0 to 1) of them lies; 0 when empty.
  double quantile_ms(double q) const;

  struct Entry {
    std::int64_t value_ms = 0;
    std::uint64_t count = 0;
  };
  /// Latencies rounded to a millisecond, from 1 s on to three digits. Ascending.
  std::vector<Entry> entries() const;

 private:
  /// Counts what is in `recent_`.
  void settle();
  LatencyHistogram settled() const;

  std::vector<std::uint64_t> counts_;  ///< As far as the longest latency.
  /// Buckets that are not in `counts_` yet. A graph has hundreds of histograms, which take turns
  /// and are too large for the cache together: each is gone to once for many latencies.
  std::vector<std::uint16_t> recent_;
  std::uint64_t count_ = 0;
};

}  // namespace tracery::query
