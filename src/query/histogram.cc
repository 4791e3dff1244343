// SPDX-License-Identifier: Apache-2.0
#include "query/histogram.h"

#include <algorithm>

namespace tracery::query {
namespace {

/// The least number of cells made beyond the one asked for.
constexpr std::uint32_t kSlackMin = 16;

/// True when no sum of neighbours needs more than 32 bits.
bool sums_fit(const std::uint32_t* a, const std::uint32_t* b, std::uint32_t count) {
  std::uint32_t wraps = 0;
  for (std::uint32_t i = 0; i < count; ++i) wraps |= a[i] + b[i] < a[i] ? 1U : 0U;
  return wraps == 0;
}

double middle_of(CellKey key) { return 0.5 * cell_start(key) + 0.5 * cell_start(key + 1); }

}  // namespace

std::size_t CellCounts::add_inside(std::span<const double> values) {
  constexpr std::uint32_t kCountMax = ~std::uint32_t{0};
  std::uint32_t* cells = cells_.get();
  const std::uint32_t size = size_;
  const CellKey base = base_;
  std::size_t i = 0;
  for (; i < values.size(); ++i) {
    const std::uint32_t at = cell_key(values[i]) - base;
    if (!(values[i] > 0) || at >= size || cells[at] == kCountMax) break;
    ++cells[at];
  }
  return i;
}

bool CellCounts::has_any() const {
  const std::uint32_t* first = cells_.get();
  return carries_ != nullptr ||
         std::any_of(first, first + size_, [](std::uint32_t n) { return n != 0; });
}

CellKey CellCounts::lowest() const {
  std::uint32_t at = 0;
  while (count(at) == 0) ++at;
  return base_ + at;
}

CellKey CellCounts::highest() const {
  std::uint32_t at = size_ - 1;
  while (count(at) == 0) --at;
  return base_ + at;
}

std::uint64_t CellCounts::total() const {
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < size_; ++i) total += cells_[i];
  if (carries_ == nullptr) return total;
  for (const auto& [key, carry] : *carries_) total += carry;
  return total;
}

std::uint64_t CellCounts::carry_of(CellKey key) const {
  const auto found = carries_->find(key);
  return found == carries_->end() ? 0 : found->second;
}

/// Adds to a cell that there is a weight that its 32 bits cannot take.
void CellCounts::add_wide(CellKey key, std::uint64_t weight, std::size_t* bytes) {
  std::uint32_t& cell = cells_[key - base_];
  const std::uint64_t sum = cell + weight;
  cell = static_cast<std::uint32_t>(sum);
  const std::uint64_t carry = sum >> 32 << 32;
  if (carry == 0) return;
  constexpr std::size_t kNodeBytes = 64;
  if (carries_ == nullptr) carries_ = std::make_unique<std::map<CellKey, std::uint64_t>>();
  const auto [at, is_new] = carries_->emplace(key, 0);
  at->second += carry;
  if (is_new) *bytes += kNodeBytes;
}

/// Makes [low, high] the cells; those now below `low` are counted in it.
void CellCounts::cover(CellKey low, CellKey high, std::size_t* bytes) {
  CellCounts wider;
  wider.base_ = low;
  wider.size_ = high - low + 1;
  wider.cells_ = std::make_unique<std::uint32_t[]>(wider.size_);
  std::size_t carry_bytes = 0;
  if (carries_ == nullptr && low <= base_ && high >= base_) {
    // Room left at the top may go.
    const std::uint32_t kept = std::min(size_, high + 1 - base_);
    std::copy_n(cells_.get(), kept, wider.cells_.get() + (base_ - low));
  } else {
    for (std::uint32_t i = 0; i < size_; ++i) {
      if (count(i) != 0) wider.add_wide(std::max(base_ + i, low), count(i), &carry_bytes);
    }
  }
  if (wider.size_ > size_) *bytes += (wider.size_ - size_) * sizeof(std::uint32_t);
  *this = std::move(wider);
}

void CellCounts::add_outside(CellKey key, std::uint64_t weight, std::size_t* bytes) {
  const bool is_folded = is_full() && key < base_;
  if (!is_folded && key - base_ >= size_) make_room(key, bytes);
  add_wide(std::max(key, base_), weight, bytes);
}

/// Moves the cells so that the key has one, or lies below the lowest of a full set.
void CellCounts::make_room(CellKey key, std::size_t* bytes) {
  const bool any = has_any();
  const CellKey low = any ? std::min(key, lowest()) : key;
  const CellKey high = any ? std::max(key, highest()) : key;
  // The more cells there are, the more room is made: so moving them costs little per cell.
  const std::uint32_t slack = std::max(kSlackMin, size_ / 2);
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
}

void CellCounts::reserve(CellKey low, CellKey high, std::size_t* bytes) {
  if (size_ != 0) {
    low = std::min(low, base_);
    high = std::max(high, base_ + size_ - 1);
    if (high - low + 1 == size_) return;
  }
  if (!is_full() && high - low < kCellsMax - 1) cover(low, high, bytes);
}

void CellCounts::merge(const CellCounts& other, std::size_t* bytes) {
  if (!other.has_any()) return;
  const CellKey low = other.lowest();
  const CellKey high = other.highest();
  reserve(low, high, bytes);
  const std::uint32_t count = high - low + 1;
  if (other.carries_ == nullptr && low >= base_ && high - base_ < size_) {
    std::uint32_t* to = cells_.get() + (low - base_);
    const std::uint32_t* from = other.cells_.get() + (low - other.base_);
    if (sums_fit(to, from, count)) {
      for (std::uint32_t i = 0; i < count; ++i) to[i] += from[i];
      return;
    }
  }
  // From the top, so that what is to be folded together at the low end is so at once.
  for (CellKey key = high + 1; key-- > low;) {
    const std::uint64_t weight = other.count(key - other.base_);
    if (weight != 0) add(key, weight, bytes);
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

void ValueHistogram::add_all(std::span<const double> values, std::size_t* bytes) {
  while (!values.empty()) {
    values = values.subspan(positive_.add_inside(values));
    if (values.empty()) return;
    add(values.front(), 1, bytes);
    values = values.subspan(1);
  }
}

void ValueHistogram::merge(const ValueHistogram& other, std::size_t* bytes) {
  positive_.merge(other.positive_, bytes);
  if (other.rest_ == nullptr) return;
  add_rest(0, other.rest_->zeros, bytes);
  rest_->negative.merge(other.rest_->negative, bytes);
}

std::uint64_t ValueHistogram::total_weight() const {
  const std::uint64_t rest = rest_ == nullptr ? 0 : rest_->zeros + rest_->negative.total();
  return positive_.total() + rest;
}

double ValueHistogram::value_of_rank(std::uint64_t rank) const {
  std::uint64_t seen = 0;
  if (rest_ != nullptr) {
    const CellCounts& cells = rest_->negative;
    for (std::uint32_t i = cells.size(); i-- > 0;) {
      seen += cells.count(i);
      if (seen >= rank) return -middle_of(cells.base() + i);
    }
    seen += rest_->zeros;
    if (seen >= rank) return 0;
  }
  for (std::uint32_t i = 0; i < positive_.size(); ++i) {
    seen += positive_.count(i);
    if (seen >= rank) return middle_of(positive_.base() + i);
  }
  return 0;
}

}  // namespace tracery::query
