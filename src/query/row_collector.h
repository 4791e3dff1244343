// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "base/result.h"
#include "query/row_aggregate.h"
#include "query/row_evaluator.h"
#include "query/row_order.h"

namespace tracery::query {

/// The first rows of an order.
struct TopRows {
  std::vector<std::size_t> outputs;  ///< Slots.
  std::vector<OrderKey> order;
  std::size_t limit = 0;
};

/// The first row, in an order, of each combination of values; all rows that lack one. Of those, the
/// first `limit`.
struct DistinctRows {
  TopRows rows;
  std::vector<std::size_t> keys;  ///< Slots.
};

/// A row for each combination of keys that occurs: the keys, then the aggregates. Ordered by keys.
struct GroupedRows {
  std::vector<std::size_t> keys;  ///< Slots.
  std::vector<AggregateSpec> aggregates;
  std::optional<std::size_t> time_slot;  ///< For the earliest and the latest; else by place.
};

using RowEnd = std::variant<TopRows, DistinctRows, GroupedRows>;

/// Gathers rows block by block. Used by one thread at a time. The table that comes out does not
/// depend on how rows were spread over collectors that are merged.
class RowCollector {
 public:
  virtual ~RowCollector() = default;
  /// `source` and `group` say where the block is from.
  virtual Status add(RowEvaluator& block, std::uint32_t source, std::uint32_t group) = 0;
  /// Takes over what another collector of the same kind has.
  virtual void merge(RowCollector& other) = 0;
  virtual RowTable finish() = 0;
  virtual std::size_t memory_bytes() const = 0;
  /// Only rows as late as this can still count, when the first order key is a time, descending.
  virtual std::optional<std::int64_t> oldest_wanted_ns() const { return std::nullopt; }
};

std::unique_ptr<RowCollector> make_collector(const RowEnd& end);
std::unique_ptr<RowCollector> make_collector(const TopRows& spec);
std::unique_ptr<RowCollector> make_collector(const DistinctRows& spec);
std::unique_ptr<RowCollector> make_collector(const GroupedRows& spec);

}  // namespace tracery::query
