// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/histogram.h"

#include <algorithm>
#include <cmath>

namespace tracery::otlp {
namespace {

/// Far beyond what the specification allows (-10 to 20).
constexpr std::int32_t kScaleMax = 100;

/// base^index, infinite or zero where a double ends.
double exponential_bound(std::int32_t scale, std::int64_t index) {
  const std::int32_t exponent = -std::clamp(scale, -kScaleMax, kScaleMax);
  return std::exp2(std::ldexp(static_cast<double>(index), exponent));
}

}  // namespace

std::optional<double> Histogram::quantile(double fraction) const {
  double total = 0;
  for (const Bucket& bucket : buckets) total += bucket.count;
  if (!(total > 0)) return std::nullopt;
  const double rank = fraction * total;
  double below = 0;
  double value = 0;
  for (const Bucket& bucket : buckets) {
    if (bucket.count <= 0) continue;
    const double part = std::clamp((rank - below) / bucket.count, 0.0, 1.0);
    value = bucket.low + (bucket.high - bucket.low) * part;
    below += bucket.count;
    if (below >= rank) break;
  }
  if (max) value = std::min(value, *max);
  if (min) value = std::max(value, *min);
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

Histogram from_explicit_bounds(const std::vector<double>& bounds,
                               const std::vector<std::uint64_t>& counts, std::optional<double> min,
                               std::optional<double> max) {
  Histogram histogram{{}, min, max};
  if (bounds.empty()) {
    // One bucket for everything: nothing is known but its ends.
    if (counts.size() == 1 && min && max) {
      histogram.buckets.push_back({*min, *max, static_cast<double>(counts[0])});
    }
    return histogram;
  }
  if (counts.size() != bounds.size() + 1) return histogram;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double low = i > 0 ? bounds[i - 1] : min.value_or(bounds[0] > 0 ? 0.0 : bounds[0]);
    const double high = i < bounds.size() ? bounds[i] : std::max(low, max.value_or(bounds[i - 1]));
    histogram.buckets.push_back({low, high, static_cast<double>(counts[i])});
  }
  return histogram;
}

Histogram from_exponential(const ExponentialHistogram& source) {
  Histogram histogram{{}, source.min, source.max};
  const auto bound = [&](const ExponentialBuckets& side, std::size_t i) {
    return exponential_bound(source.scale, static_cast<std::int64_t>(i) + side.offset);
  };
  for (std::size_t i = source.negative.counts.size(); i-- > 0;) {
    histogram.buckets.push_back({-bound(source.negative, i + 1), -bound(source.negative, i),
                                 static_cast<double>(source.negative.counts[i])});
  }
  if (source.zero_count > 0) {
    const double edge = std::abs(source.zero_threshold);
    histogram.buckets.push_back({-edge, edge, static_cast<double>(source.zero_count)});
  }
  for (std::size_t i = 0; i < source.positive.counts.size(); ++i) {
    histogram.buckets.push_back({bound(source.positive, i), bound(source.positive, i + 1),
                                 static_cast<double>(source.positive.counts[i])});
  }
  return histogram;
}

}  // namespace tracery::otlp
