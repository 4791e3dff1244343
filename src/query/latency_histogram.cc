// SPDX-License-Identifier: Apache-2.0
#include "query/latency_histogram.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/time.h"

namespace tracery::query {
namespace {

/// A run of buckets of the same width.
struct Range {
  std::int64_t from_us;
  std::int64_t width_us;
  std::size_t first;  ///< Number of its first bucket.
};

constexpr std::array<Range, 10> kRanges = {{
    {0, 1, 0},
    {1'000, 10, 1'000},
    {10'000, 100, 1'900},
    {100'000, 500, 2'800},
    {1'000'000, 5'000, 4'600},
    {10'000'000, 50'000, 6'400},
    {100'000'000, 500'000, 8'200},
    {1'000'000'000, 5'000'000, 10'000},
    {10'000'000'000, 50'000'000, 11'800},
    {100'000'000'000, 500'000'000, 13'600},
}};
constexpr std::size_t kBuckets = 15'400;
constexpr std::size_t kRecentMax = 256;

const Range& range_of_bucket(std::size_t bucket) {
  std::size_t i = kRanges.size() - 1;
  while (kRanges[i].first > bucket) --i;
  return kRanges[i];
}

std::int64_t from_us(std::size_t bucket) {
  const Range& range = range_of_bucket(bucket);
  return range.from_us + static_cast<std::int64_t>(bucket - range.first) * range.width_us;
}

std::size_t bucket_of(std::int64_t duration_ns) {
  const std::int64_t us = std::max<std::int64_t>(duration_ns, 0) / kNsPerUs;
  std::size_t i = 0;
  while (i + 1 < kRanges.size() && us >= kRanges[i + 1].from_us) ++i;
  const auto inside = static_cast<std::size_t>((us - kRanges[i].from_us) / kRanges[i].width_us);
  return std::min(kRanges[i].first + inside, kBuckets - 1);
}

/// Rounds half up to a millisecond, or to the third digit.
std::int64_t rounded_ms(std::size_t bucket) {
  const std::int64_t us = from_us(bucket);
  std::int64_t unit_us = 1'000;
  for (std::int64_t limit_us = 1'000'000; us >= limit_us; limit_us *= 10) {
    unit_us = limit_us / 100;
  }
  return (us + unit_us / 2) / unit_us * unit_us / 1'000;
}

}  // namespace

void LatencyHistogram::add(std::int64_t duration_ns, std::uint64_t count) {
  const std::size_t bucket = bucket_of(duration_ns);
  count_ += count;
  if (count == 1) {
    recent_.push_back(static_cast<std::uint16_t>(bucket));
    if (recent_.size() == kRecentMax) settle();
    return;
  }
  if (bucket >= counts_.size()) counts_.resize(bucket + 1, 0);
  counts_[bucket] += count;
}

void LatencyHistogram::settle() {
  if (recent_.empty()) return;
  const std::size_t longest = *std::max_element(recent_.begin(), recent_.end());
  if (longest >= counts_.size()) counts_.resize(longest + 1, 0);
  for (const std::uint16_t bucket : recent_) ++counts_[bucket];
  recent_.clear();
}

LatencyHistogram LatencyHistogram::settled() const {
  LatencyHistogram copy = *this;
  copy.settle();
  return copy;
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  if (!other.recent_.empty()) return merge(other.settled());
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size(), 0);
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
}

double LatencyHistogram::quantile_ms(double q) const {
  if (count_ == 0) return 0;
  if (!recent_.empty()) return settled().quantile_ms(q);
  const double rank = q * static_cast<double>(count_);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const auto here = static_cast<double>(counts_[i]);
    if (static_cast<double>(below) + here >= rank) {
      const double inside = std::clamp((rank - static_cast<double>(below)) / here, 0.0, 1.0);
      const auto width = static_cast<double>(range_of_bucket(i).width_us);
      return (static_cast<double>(from_us(i)) + inside * width) / 1e3;
    }
    below += counts_[i];
  }
  return static_cast<double>(from_us(counts_.size() - 1)) / 1e3;
}

std::vector<LatencyHistogram::Entry> LatencyHistogram::entries() const {
  if (!recent_.empty()) return settled().entries();
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const std::int64_t value_ms = rounded_ms(i);
    if (entries.empty() || entries.back().value_ms != value_ms) entries.push_back({value_ms, 0});
    entries.back().count += counts_[i];
  }
  return entries;
}

}  // namespace tracery::query
