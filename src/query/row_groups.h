// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "query/datum.h"
#include "query/dense_index.h"

namespace tracery::query {

/// Numbers the different values of one key, null included. Used by one thread.
class DatumIndex {
 public:
  std::uint32_t add(const Datum& value);
  /// The same for many values, of which many are the same text at the same address.
  void add_all(const Datum* values, std::size_t count, std::uint32_t* out);

  std::uint32_t size() const { return keys_.size(); }
  const Datum& value(std::uint32_t number) const { return values_[number]; }
  std::size_t memory_bytes() const;

 private:
  DenseIndex<ValueKey> keys_;
  std::vector<Datum> values_;
  TextArena texts_;
};

/// Numbers the combinations of key values that rows have. Used by one thread.
class RowGroups {
 public:
  explicit RowGroups(std::size_t keys) : indexes_(keys), pairs_(keys == 0 ? 0 : keys - 1) {}

  /// Writes the group of each of `count` rows; `keys` has a column per key.
  void number(std::span<const Datum* const> keys, std::size_t count,
              std::vector<std::uint32_t>& out);
  /// Takes over the groups of another; gives each one's number here.
  std::vector<std::uint32_t> absorb(const RowGroups& other);

  /// Numbers are below this. Without keys there is one group as soon as there is a row.
  std::uint32_t size() const;
  std::vector<Datum> values(std::uint32_t group) const;
  std::size_t memory_bytes() const;

 private:
  std::vector<DatumIndex> indexes_;
  std::vector<DenseIndex<std::uint64_t>> pairs_;  ///< (group of the keys before, next value).
  std::vector<std::uint32_t> scratch_;
  bool has_rows_ = false;
};

}  // namespace tracery::query
