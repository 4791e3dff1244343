// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "query/group_reader.h"
#include "query/value_table.h"

namespace tracery::query {

/// Numbers the combinations of breakdown values that selected rows have. Used by one thread.
class GroupIndex {
 public:
  /// `columns`: indexes, among the query's columns, of the breakdowns.
  explicit GroupIndex(std::vector<std::size_t> columns);

  /// Writes the group of each of `count` rows (all when `rows` is null) to `out`, which is empty
  /// when there are no breakdowns and so only group 0.
  Status number_rows(GroupReader& reader, const std::uint32_t* rows, std::uint32_t count,
                     std::vector<std::uint32_t>& out);

  /// Numbers are below this.
  std::uint32_t size() const;
  /// False for a number that no row had: with one breakdown, "absent" has a number from the start.
  bool occurs(std::uint32_t group) const { return group != 0 || !is_single() || has_absent_; }
  /// Stands for the group's values, whatever numbers they have here.
  Hash128 key(std::uint32_t group) const;
  std::vector<model::Value> values(std::uint32_t group) const;
  /// Writes the value numbers of a group, by breakdown.
  void value_numbers(std::uint32_t group, std::uint32_t* out) const;
  const ValueTable& table(std::size_t breakdown) const { return tables_[breakdown]; }
  std::size_t memory_bytes() const;

  /// Takes over the groups of another index of the same breakdowns; gives each one's number here.
  std::vector<std::uint32_t> absorb(const GroupIndex& other);

 private:
  /// Numbers pairs of (a prefix of the breakdowns, the next value): a small table by mixed radix
  /// while it is small, a hash table for all.
  struct Pairs {
    DenseIndex<std::uint64_t> index;
    std::vector<std::uint32_t> direct;  ///< prefix * radix + value; kNone: ask the index.
    std::uint32_t prefixes = 0, radix = 0;

    void reserve(std::uint32_t prefixes_needed, std::uint32_t values_needed);
    void number(const std::uint32_t* values, std::uint32_t count, std::uint32_t* prefix_in_out);
  };

  bool is_single() const { return tables_.size() == 1; }

  std::vector<std::size_t> columns_;
  std::vector<ValueTable> tables_;
  std::vector<Pairs> pairs_;  ///< One less than tables.
  std::vector<std::uint32_t> scratch_;
  bool has_absent_ = false;
};

}  // namespace tracery::query
