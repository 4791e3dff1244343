// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "query/datum.h"

namespace tracery::query {

struct AggregateSpec {
  enum class Kind : std::uint8_t {
    kCount,     ///< Of rows, or of values when there is a slot.
    kDistinct,  ///< Exact to 65,536, then within about 1 %.
    kSum,
    kAverage,
    kDeviation,   ///< Standard deviation of the whole population.
    kPercentile,  ///< The least value that `percent` of the values do not exceed; see Digest.
    kLeast,       ///< In the order of rows (compare_in_order).
    kGreatest,
    kEarliest,  ///< The value of the row with the least time; of several, the least.
    kLatest,    ///< The value of the row with the greatest time; of several, the greatest.
  };
  Kind kind = Kind::kCount;
  std::optional<std::size_t> slot;
  double percent = 0;
};

/// The rows of a block, by row: their group, their value (null: none is asked for), their time.
struct AggregateInput {
  std::span<const std::uint32_t> groups;
  const Datum* values = nullptr;
  const std::int64_t* times = nullptr;
};

/// The state of one aggregate in every group. Null values, and texts where numbers are needed, do
/// not count. Merging is associative and commutative but for the last bits of sums.
class RowAggregate {
 public:
  virtual ~RowAggregate() = default;
  virtual void resize(std::size_t groups) = 0;
  virtual void add(const AggregateInput& input) = 0;
  virtual void merge(std::size_t to, const RowAggregate& other, std::size_t from) = 0;
  /// Null when there was nothing to calculate from, but for counts. Texts go to the arena.
  virtual Datum finish(std::size_t group, TextArena& texts) const = 0;
  virtual std::size_t memory_bytes() const = 0;
};

std::unique_ptr<RowAggregate> make_aggregate(const AggregateSpec& spec);

}  // namespace tracery::query
