// SPDX-License-Identifier: Apache-2.0
#include "query/digest.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "query/wide_int.h"

namespace tracery::query {
namespace {

/// What a value kept as it is costs, spare capacity included.
constexpr std::size_t kExactBytes = 16;

}  // namespace

std::uint64_t rank_of_permille(unsigned permille, std::uint64_t total_weight) {
  const UInt128 product = UInt128{total_weight} * permille;
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>((product + 999) / 1000));
}

/// Adds a value whose extremes are already noted.
void Digest::add_elsewhere(double value, std::uint64_t weight, std::size_t* bytes) {
  if (exact_ != nullptr) return append(value, weight, bytes);
  const bool is_first = min_ == max_ && !histogram_.has_any();
  if (!is_first) return histogram_.add(value, weight, bytes);
  exact_ = std::make_unique<Exact>();
  *bytes += sizeof(Exact);
  append(value, weight, bytes);
}

void Digest::append(double value, std::uint64_t weight, std::size_t* bytes) {
  Exact& exact = *exact_;
  if (exact.values.size() == kExactMax) {
    pour(bytes);
    histogram_.add(value, weight, bytes);
    return;
  }
  if (weight != 1 && exact.weights.empty()) exact.weights.assign(exact.values.size(), 1);
  if (weight != 1 || !exact.weights.empty()) exact.weights.push_back(weight);
  exact.values.push_back(value);
  *bytes += kExactBytes;
}

void Digest::add_all(std::span<const double> values, std::size_t* bytes) {
  while (!values.empty() && !is_histogram()) {
    add(values.front(), 1, bytes);
    values = values.subspan(1);
    if (exact_ == nullptr || !exact_->weights.empty()) continue;
    const std::size_t room = std::min(values.size(), kExactMax - exact_->values.size());
    const auto taken = values.first(room);
    // Doubling would end in room for values that are not kept.
    const std::size_t needed = exact_->values.size() + room;
    if (needed > exact_->values.capacity()) {
      exact_->values.reserve(std::clamp(2 * exact_->values.capacity(), needed, kExactMax));
    }
    exact_->values.insert(exact_->values.end(), taken.begin(), taken.end());
    *bytes += room * kExactBytes;
    note_extremes(taken);
    values = values.subspan(room);
  }
  note_extremes(values);
  histogram_.add_all(values, bytes);
}

void Digest::note_extremes(std::span<const double> values) {
  double min = min_;
  double max = max_;
  for (const double value : values) {
    min = value < min ? value : min;
    max = value > max ? value : max;
  }
  min_ = min;
  max_ = max;
}

/// Moves the values kept so far into the histogram.
void Digest::pour(std::size_t* bytes) {
  const std::unique_ptr<Exact> exact = std::move(exact_);
  if (exact == nullptr) return;
  histogram_.reserve(min_, max_, bytes);
  if (exact->weights.empty()) {
    histogram_.add_all(exact->values, bytes);
  } else {
    for (std::size_t i = 0; i < exact->values.size(); ++i) {
      histogram_.add(exact->values[i], exact->weights[i], bytes);
    }
  }
  *bytes -= std::min(*bytes, exact->values.size() * kExactBytes);
}

void Digest::merge(const Digest& other, std::size_t* bytes) {
  if (other.empty()) return;
  if (other.is_histogram()) {
    pour(bytes);
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
    histogram_.merge(other.histogram_, bytes);
    return;
  }
  for (std::size_t i = 0; i < other.exact_->values.size(); ++i) {
    add(other.exact_->values[i], other.exact_->weight(i), bytes);
  }
}

std::uint64_t Digest::total_weight() const {
  if (is_histogram()) return histogram_.total_weight();
  if (exact_->weights.empty()) return exact_->values.size();
  return std::accumulate(exact_->weights.begin(), exact_->weights.end(), std::uint64_t{0});
}

double Digest::exact_value_of_rank(std::uint64_t rank) const {
  std::vector<double> sorted = exact_->values;
  if (exact_->weights.empty()) {
    const auto wanted = sorted.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(sorted.begin(), wanted, sorted.end());
    return *wanted;
  }
  std::vector<std::pair<double, std::uint64_t>> weighted;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    weighted.emplace_back(sorted[i], exact_->weights[i]);
  }
  std::sort(weighted.begin(), weighted.end());
  std::uint64_t seen = 0;
  for (const auto& [value, weight] : weighted) {
    seen += weight;
    if (seen >= rank) return value;
  }
  return max_;
}

double Digest::value_of_rank(std::uint64_t rank) const {
  if (!is_histogram()) return exact_value_of_rank(rank);
  return std::clamp(histogram_.value_of_rank(rank), min_, max_);
}

double Digest::percentile(unsigned permille) const {
  return value_of_rank(rank_of_permille(permille, total_weight()));
}

double Digest::quantile(double fraction) const {
  const std::uint64_t total = total_weight();
  // A little less, so that what is whole but for rounding does not count as one more.
  const double rank = std::ceil(fraction * static_cast<double>(total) - 1e-9);
  return value_of_rank(
      std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(rank, 1.0)), 1, total));
}

}  // namespace tracery::query
