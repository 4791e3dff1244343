// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tracery::query {

/// The time buckets that a half-open range touches: aligned to multiples of their width since an
/// origin (the epoch, unless said), so the first and the last may stick out of the range.
class TimeBuckets {
 public:
  /// `width_ns` > 0.
  TimeBuckets(std::int64_t from_ns, std::int64_t to_ns, std::int64_t width_ns,
              std::int64_t origin_ns = 0);

  /// All of the range as one bucket.
  static TimeBuckets whole(std::int64_t from_ns, std::int64_t to_ns);

  /// At least 1.
  std::int64_t count() const { return count_; }
  std::int64_t start_ns(std::int64_t bucket) const { return first_start_ns_ + bucket * width_ns_; }
  /// Of a time in the range.
  std::int64_t index_of(std::int64_t time_ns) const;
  /// The part of the bucket that lies in the range.
  std::int64_t clipped_start_ns(std::int64_t bucket) const;
  std::int64_t clipped_end_ns(std::int64_t bucket) const;

  /// Writes `index_of(times[i])` for n times of the range.
  void indexes(const std::int64_t* times, std::uint32_t n, std::uint32_t* out) const;

 private:
  std::int64_t from_ns_, to_ns_;
  std::int64_t width_ns_;
  std::int64_t first_start_ns_;
  std::int64_t count_;
  bool is_whole_ = false;
  unsigned shift_ = 0;  ///< Bits that times lose before the multiplication below.
  double inverse_ = 0;  ///< 1 / (width >> shift); 0 when the range needs true division.
};

}  // namespace tracery::query
