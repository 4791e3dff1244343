// SPDX-License-Identifier: Apache-2.0
#include "query/distinct_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace tracery::query {
namespace {

constexpr std::size_t kTableMin = 8;

// Sums of the improved estimator in O. Ertl, "New cardinality estimation algorithms for
// HyperLogLog sketches" (2017), algorithm 6. It needs no table of corrections.
double sigma(double x) {
  if (x == 1.0) return INFINITY;
  double y = 1;
  double z = x;
  for (double last = -1; z != last;) {
    x *= x;
    last = z;
    z += x * y;
    y += y;
  }
  return z;
}

double tau(double x) {
  if (x == 0.0 || x == 1.0) return 0;
  double y = 1;
  double z = 1 - x;
  for (double last = -1; z != last;) {
    x = std::sqrt(x);
    last = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

}  // namespace

bool DistinctSet::insert_exact(std::uint64_t hash) {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = hash & mask;
  for (; table_[at] != 0; at = (at + 1) & mask) {
    if (table_[at] == hash) return false;
  }
  table_[at] = hash;
  ++count_;
  return true;
}

void DistinctSet::insert_register(std::uint64_t hash) {
  const std::size_t index = hash >> (64 - kIndexBits);
  const std::uint64_t tail = hash << kIndexBits | std::uint64_t{1} << (kIndexBits - 1);
  const auto rank = static_cast<std::uint8_t>(std::countl_zero(tail) + 1);
  registers_[index] = std::max(registers_[index], rank);
}

void DistinctSet::grow(std::size_t* bytes) {
  std::vector<std::uint64_t> old = std::move(table_);
  table_.assign(std::max(kTableMin, old.size() * 2), 0);
  *bytes += (table_.size() - old.size()) * sizeof(std::uint64_t);
  count_ = 0;
  for (const std::uint64_t hash : old) {
    if (hash != 0) insert_exact(hash);
  }
}

/// From here on only registers.
void DistinctSet::pour(std::size_t* bytes) {
  registers_.assign(std::size_t{1} << kIndexBits, 0);
  for (const std::uint64_t hash : table_) {
    if (hash != 0) insert_register(hash);
  }
  const std::size_t freed = table_.size() * sizeof(std::uint64_t);
  *bytes += registers_.size();
  *bytes -= std::min(*bytes, freed);
  table_ = {};
}

void DistinctSet::insert(std::uint64_t hash, std::size_t* bytes) {
  if (hash == 0) hash = 1;
  if (!registers_.empty()) return insert_register(hash);
  if ((std::size_t{count_} + 1) * 4 > table_.size() * 3) grow(bytes);
  if (insert_exact(hash) && count_ > kExactMax) pour(bytes);
}

void DistinctSet::merge(const DistinctSet& other, std::size_t* bytes) {
  if (!other.registers_.empty()) {
    if (registers_.empty()) pour(bytes);
    for (std::size_t i = 0; i < registers_.size(); ++i) {
      registers_[i] = std::max(registers_[i], other.registers_[i]);
    }
    return;
  }
  for (const std::uint64_t hash : other.table_) {
    if (hash != 0) insert(hash, bytes);
  }
}

std::uint64_t DistinctSet::estimate() const {
  return registers_.empty() ? count_ : estimate_registers();
}

std::uint64_t DistinctSet::estimate_registers() const {
  constexpr unsigned kRankMax = 64 - kIndexBits + 1;
  const auto count = static_cast<double>(registers_.size());
  std::array<std::uint32_t, kRankMax + 1> ranks{};
  for (const std::uint8_t rank : registers_) ++ranks[rank];
  double z = count * tau(1 - ranks[kRankMax] / count);
  for (unsigned rank = kRankMax - 1; rank >= 1; --rank) z = 0.5 * (z + ranks[rank]);
  z += count * sigma(ranks[0] / count);
  const double alpha = 0.5 / std::log(2.0);
  return static_cast<std::uint64_t>(std::llround(alpha * count * count / z));
}

}  // namespace tracery::query
