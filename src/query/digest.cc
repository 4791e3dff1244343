// SPDX-License-Identifier: Apache-2.0
#include "query/digest.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "query/wide_int.h"

namespace tracery::query {
namespace {

/// What a value kept as it is costs, spare capacity included.
constexpr std::size_t kExactBytes = 32;

}  // namespace

std::uint64_t rank_of_permille(unsigned permille, std::uint64_t total_weight) {
  const UInt128 product = UInt128{total_weight} * permille;
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>((product + 999) / 1000));
}

void Digest::add_exact(double value, std::uint64_t weight, std::size_t* bytes) {
  if (exact_ == nullptr) exact_ = std::make_unique<Exact>();
  if (exact_->values.size() == kExactMax) {
    pour(bytes);
    histogram_.add(value, weight, bytes);
    return;
  }
  *bytes += kExactBytes;
  exact_->values.push_back(value);
  exact_->weights.push_back(weight);
}

/// Moves the values kept so far into the histogram.
void Digest::pour(std::size_t* bytes) {
  is_histogram_ = true;
  if (exact_ == nullptr) return;
  for (std::size_t i = 0; i < exact_->values.size(); ++i) {
    histogram_.add(exact_->values[i], exact_->weights[i], bytes);
  }
  *bytes -= std::min(*bytes, exact_->values.size() * kExactBytes);
  exact_.reset();
}

void Digest::merge(const Digest& other, std::size_t* bytes) {
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  if (other.is_histogram_) {
    if (!is_histogram_) pour(bytes);
    histogram_.merge(other.histogram_, bytes);
  } else if (other.exact_ != nullptr) {
    for (std::size_t i = 0; i < other.exact_->values.size(); ++i) {
      add(other.exact_->values[i], other.exact_->weights[i], bytes);
    }
  }
}

double Digest::exact_percentile(unsigned permille) const {
  const std::size_t count = exact_->values.size();
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  const auto& values = exact_->values;
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
  const auto& weights = exact_->weights;
  const auto total = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
  const std::uint64_t rank = rank_of_permille(permille, total);
  std::uint64_t seen = 0;
  for (const std::uint32_t at : order) {
    seen += weights[at];
    if (seen >= rank) return values[at];
  }
  return max_;
}

double Digest::percentile(unsigned permille) const {
  if (!is_histogram_) return exact_percentile(permille);
  const std::uint64_t rank = rank_of_permille(permille, histogram_.total_weight());
  return std::clamp(histogram_.value_of_rank(rank), min_, max_);
}

}  // namespace tracery::query
