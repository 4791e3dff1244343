// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <span>

namespace tracery::query {

/// A magnitude's cell: its exponent and the first 7 bits of its mantissa. 128 cells per power of
/// two, each at most 1/128 as wide as its lower edge.
using CellKey = std::uint32_t;
inline constexpr unsigned kCellShift = 52 - 7;

inline CellKey cell_key(double magnitude) {
  return static_cast<CellKey>(std::bit_cast<std::uint64_t>(magnitude) >> kCellShift);
}
/// The least magnitude of a cell; of `key + 1`, the end of `key`.
inline double cell_start(CellKey key) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(key) << kCellShift);
}

/// Counts of magnitudes by cell, dense from the lowest to the highest. At most 4,096 cells (32
/// powers of two): what lies further below the greatest is counted in the lowest of them. So the
/// content is a function of the values alone, in whatever order they came or were merged.
class CellCounts {
 public:
  static constexpr std::uint32_t kCellsMax = 4096;

  /// False, and nothing done, when there is no cell for the key yet, or the count needs more bits.
  bool add_inside(CellKey key, std::uint64_t weight) {
    const std::uint32_t at = key - base_;
    if (at >= size_) return false;
    const std::uint64_t sum = cells_[at] + weight;
    if (sum >> 32 != 0) [[unlikely]]
      return false;
    cells_[at] = static_cast<std::uint32_t>(sum);
    return true;
  }
  /// Here and below: `*bytes` grows by what has to be allocated.
  void add(CellKey key, std::uint64_t weight, std::size_t* bytes) {
    if (!add_inside(key, weight)) add_outside(key, weight, bytes);
  }
  /// Counts positive values as far as there are cells for them; gives how many it counted.
  std::size_t add_inside(std::span<const double> values);
  /// Makes cells for these keys at once, if there may be that many.
  void reserve(CellKey low, CellKey high, std::size_t* bytes);
  void merge(const CellCounts& other, std::size_t* bytes);

  /// Cell i, below size(), counts key base() + i. Cells at the ends may be empty.
  CellKey base() const { return base_; }
  std::uint32_t size() const { return size_; }
  std::uint64_t count(std::uint32_t i) const {
    return cells_[i] + (carries_ == nullptr ? 0 : carry_of(base_ + i));
  }
  bool has_any() const;
  /// Keys of the lowest and the highest cell that is not empty. Only when has_any().
  CellKey lowest() const;
  CellKey highest() const;
  std::uint64_t total() const;
  /// True when values below the lowest cell may have been counted in it.
  bool is_full() const { return size_ == kCellsMax; }

 private:
  void add_outside(CellKey key, std::uint64_t weight, std::size_t* bytes);
  void add_wide(CellKey key, std::uint64_t weight, std::size_t* bytes);
  void make_room(CellKey key, std::size_t* bytes);
  void cover(CellKey low, CellKey high, std::size_t* bytes);
  std::uint64_t carry_of(CellKey key) const;

  /// Half the cache lines of 64-bit counts; what does not fit stands in `carries_`.
  std::unique_ptr<std::uint32_t[]> cells_;
  std::uint32_t size_ = 0;
  CellKey base_ = 0;
  /// Multiples of 2^32 by key; null as long as there are none.
  std::unique_ptr<std::map<CellKey, std::uint64_t>> carries_;
};

/// A histogram over all finite doubles, mergeable by addition.
class ValueHistogram {
 public:
  struct Rest {
    std::uint64_t zeros = 0;
    CellCounts negative;  ///< By magnitude.
  };

  /// False, and nothing done, unless there is already a cell for the value.
  bool add_inside(double value, std::uint64_t weight) {
    return value > 0 && positive_.add_inside(cell_key(value), weight);
  }
  void add(double value, std::uint64_t weight, std::size_t* bytes) {
    if (value > 0) {
      positive_.add(cell_key(value), weight, bytes);
    } else {
      add_rest(value, weight, bytes);
    }
  }
  /// The same for many values of weight 1.
  void add_all(std::span<const double> values, std::size_t* bytes);
  /// Makes room for the values of a range, if they are all positive.
  void reserve(double min, double max, std::size_t* bytes);
  void merge(const ValueHistogram& other, std::size_t* bytes);
  bool has_any() const { return rest_ != nullptr || positive_.size() != 0; }

  const CellCounts& positive() const { return positive_; }
  /// Null when every value was positive.
  const Rest* rest() const { return rest_.get(); }
  std::uint64_t total_weight() const;
  /// The middle of the cell that holds the value of this rank, counted from 1 in ascending order.
  /// Within 1/256 of the value itself unless that was beyond the cells kept.
  double value_of_rank(std::uint64_t rank) const;

 private:
  void add_rest(double value, std::uint64_t weight, std::size_t* bytes);

  CellCounts positive_;
  std::unique_ptr<Rest> rest_;
};

}  // namespace tracery::query
