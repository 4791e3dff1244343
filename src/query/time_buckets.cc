// SPDX-License-Identifier: Apache-2.0
#include "query/time_buckets.h"

#include <algorithm>
#include <bit>

namespace tracery::query {
namespace {

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

/// Offsets below this, plus a half, times the inverse of a width, never round across a multiple of
/// the width: the relative error of the product is at most 2^-52.
constexpr unsigned kExactBits = 50;

}  // namespace

TimeBuckets::TimeBuckets(std::int64_t from_ns, std::int64_t to_ns, std::int64_t width_ns,
                         std::int64_t origin_ns)
    : from_ns_(from_ns),
      to_ns_(to_ns),
      width_ns_(width_ns),
      first_start_ns_(origin_ns + floor_to(from_ns - origin_ns, width_ns)) {
  const std::int64_t last_ns = std::max(from_ns, to_ns - 1);
  count_ = (last_ns - first_start_ns_) / width_ns + 1;
  shift_ = static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(width_ns)));
  const auto span = static_cast<std::uint64_t>(last_ns - first_start_ns_) >> shift_;
  if (span >> kExactBits == 0) inverse_ = 1.0 / static_cast<double>(width_ns >> shift_);
}

TimeBuckets TimeBuckets::whole(std::int64_t from_ns, std::int64_t to_ns) {
  TimeBuckets buckets(from_ns, to_ns, 1);
  buckets.width_ns_ = std::max<std::int64_t>(to_ns - from_ns, 1);
  buckets.first_start_ns_ = from_ns;
  buckets.count_ = 1;
  buckets.is_whole_ = true;
  return buckets;
}

std::int64_t TimeBuckets::index_of(std::int64_t time_ns) const {
  return is_whole_ ? 0 : (time_ns - first_start_ns_) / width_ns_;
}

std::int64_t TimeBuckets::clipped_start_ns(std::int64_t bucket) const {
  return std::max(from_ns_, start_ns(bucket));
}

std::int64_t TimeBuckets::clipped_end_ns(std::int64_t bucket) const {
  return std::min(to_ns_, start_ns(bucket) + width_ns_);
}

void TimeBuckets::indexes(const std::int64_t* times, std::uint32_t n, std::uint32_t* out) const {
  if (is_whole_ || count_ == 1) {
    std::fill_n(out, n, 0U);
    return;
  }
  if (inverse_ == 0) {
    for (std::uint32_t i = 0; i < n; ++i) out[i] = static_cast<std::uint32_t>(index_of(times[i]));
    return;
  }
  // A double made of these bits and a small int in its mantissa is 2^52 plus that int: AVX2 has no
  // other way from int64 to double.
  constexpr std::uint64_t kTwo52Bits = 0x4330000000000000ULL;
  constexpr double kTwo52 = 0x1p52;
  const auto first = static_cast<std::uint64_t>(first_start_ns_);
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t offset = (static_cast<std::uint64_t>(times[i]) - first) >> shift_;
    const double number = std::bit_cast<double>(offset | kTwo52Bits) - kTwo52;
    out[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>((number + 0.5) * inverse_));
  }
}

}  // namespace tracery::query
