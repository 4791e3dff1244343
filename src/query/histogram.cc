// SPDX-License-Identifier: Apache-2.0
#include "query/histogram.h"

#include <algorithm>
#include <numeric>

namespace tracery::query {
namespace {

/// The least number of cells made beyond the one asked for.
constexpr std::uint32_t kSlackMin = 16;

double middle_of(CellKey key) { return 0.5 * cell_start(key) + 0.5 * cell_start(key + 1); }

}  // namespace

bool CellCounts::has_any() const {
  return std::any_of(cells_.begin(), cells_.end(), [](std::uint64_t n) { return n != 0; });
}

CellKey CellCounts::lowest() const {
  std::uint32_t at = 0;
  while (cells_[at] == 0) ++at;
  return base_ + at;
}

CellKey CellCounts::highest() const {
  auto at = static_cast<std::uint32_t>(cells_.size()) - 1;
  while (cells_[at] == 0) --at;
  return base_ + at;
}

/// Makes [low, high] the cells; those now below `low` are counted in it.
void CellCounts::cover(CellKey low, CellKey high, std::size_t* bytes) {
  std::vector<std::uint64_t> cells(high - low + 1);
  for (std::uint32_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i] != 0) cells[std::max(base_ + i, low) - low] += cells_[i];
  }
  if (cells.size() > cells_.size()) *bytes += (cells.size() - cells_.size()) * sizeof cells[0];
  cells_ = std::move(cells);
  base_ = low;
}

void CellCounts::add_outside(CellKey key, std::uint64_t weight, std::size_t* bytes) {
  if (is_full() && key < base_) {
    cells_[0] += weight;
    return;
  }
  const bool any = has_any();
  const CellKey low = any ? std::min(key, lowest()) : key;
  const CellKey high = any ? std::max(key, highest()) : key;
  // The more cells there are, the more room is made: so moving them costs little per cell.
  const auto slack = std::max(kSlackMin, static_cast<std::uint32_t>(cells_.size() / 2));
  const CellKey roomy_low = key == low ? low - std::min(low, slack) : low;
  const CellKey roomy_high = key == high ? high + slack : high;
  // Full, or about to be: from here on the top cell is the greatest value's, exactly, so that
  // what is folded into the lowest cell depends on nothing else.
  if (is_full() || high - low >= kCellsMax - 1) {
    cover(high - (kCellsMax - 1), high, bytes);
  } else if (roomy_high - roomy_low < kCellsMax - 1) {
    cover(roomy_low, roomy_high, bytes);
  } else {
    cover(low, high, bytes);
  }
  cells_[std::max(key, base_) - base_] += weight;
}

void CellCounts::reserve(CellKey low, CellKey high, std::size_t* bytes) {
  if (!cells_.empty()) {
    low = std::min(low, base_);
    high = std::max(high, base_ + static_cast<CellKey>(cells_.size()) - 1);
    if (high - low + 1 == cells_.size()) return;
  }
  if (!is_full() && high - low < kCellsMax - 1) cover(low, high, bytes);
}

void CellCounts::merge(const CellCounts& other, std::size_t* bytes) {
  if (!other.has_any()) return;
  const CellKey low = other.lowest();
  const CellKey high = other.highest();
  reserve(low, high, bytes);
  // From the top, so that what is to be folded together at the low end is so at once.
  for (CellKey key = high + 1; key-- > low;) {
    const std::uint64_t count = other.cells_[key - other.base_];
    if (count != 0) add(key, count, bytes);
  }
}

void ValueHistogram::reserve(double min, double max, std::size_t* bytes) {
  if (min > 0) positive_.reserve(cell_key(min), cell_key(max), bytes);
}

void ValueHistogram::add_rest(double value, std::uint64_t weight, std::size_t* bytes) {
  if (rest_ == nullptr) {
    rest_ = std::make_unique<Rest>();
    *bytes += sizeof(Rest);
  }
  if (value == 0) {
    rest_->zeros += weight;
  } else {
    rest_->negative.add(cell_key(-value), weight, bytes);
  }
}

void ValueHistogram::merge(const ValueHistogram& other, std::size_t* bytes) {
  positive_.merge(other.positive_, bytes);
  if (other.rest_ == nullptr) return;
  add_rest(0, other.rest_->zeros, bytes);
  rest_->negative.merge(other.rest_->negative, bytes);
}

std::uint64_t ValueHistogram::total_weight() const {
  const auto sum = [](const CellCounts& counts) {
    return std::accumulate(counts.cells().begin(), counts.cells().end(), std::uint64_t{0});
  };
  std::uint64_t total = sum(positive_);
  if (rest_ != nullptr) total += rest_->zeros + sum(rest_->negative);
  return total;
}

double ValueHistogram::value_of_rank(std::uint64_t rank) const {
  std::uint64_t seen = 0;
  if (rest_ != nullptr) {
    const auto& cells = rest_->negative.cells();
    for (auto i = static_cast<std::uint32_t>(cells.size()); i-- > 0;) {
      seen += cells[i];
      if (seen >= rank) return -middle_of(rest_->negative.base() + i);
    }
    seen += rest_->zeros;
    if (seen >= rank) return 0;
  }
  const auto& cells = positive_.cells();
  for (std::uint32_t i = 0; i < cells.size(); ++i) {
    seen += cells[i];
    if (seen >= rank) return middle_of(positive_.base() + i);
  }
  return 0;
}

}  // namespace tracery::query
