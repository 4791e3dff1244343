// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "store/part.h"
#include "store/trace_index.h"

namespace tracery::store {

/// A row group of an input that has rows to write.
struct SourceGroup {
  std::shared_ptr<const RowSource> source;
  std::uint32_t input = 0;
  std::uint32_t group = 0;
  std::uint32_t rows = 0;
  std::uint64_t first = 0;  ///< Where its rows begin in RowOrder::targets.
};

struct RowRef {
  std::uint32_t source = 0;  ///< In RowOrder::sources.
  std::uint32_t row = 0;
};

inline constexpr std::uint32_t kNotTaken = ~std::uint32_t{0};

/// Where each row of a part to be written comes from.
struct RowOrder {
  std::vector<SourceGroup> sources;
  std::vector<RowRef> rows;            ///< By their place in the part.
  std::vector<std::int64_t> times;     ///< By their place in the part.
  std::vector<std::uint32_t> targets;  ///< Place in the part by source row, or kNotTaken.
  std::vector<TraceRows> traces;       ///< Those with an id, by first row.
  /// The sources of each row group of the part, and the last group each source has rows in.
  std::vector<std::vector<std::uint32_t>> group_sources;
  std::vector<std::uint32_t> last_group;

  std::uint32_t groups() const {
    return static_cast<std::uint32_t>((rows.size() + kRowGroupRows - 1) / kRowGroupRows);
  }
  std::uint32_t group_rows(std::uint32_t group) const {
    const std::uint64_t first = std::uint64_t{group} * kRowGroupRows;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(kRowGroupRows, rows.size() - first));
  }
};

/// Picks the rows that the inputs name and orders them by (first start of their trace, trace
/// id, time). A row without a trace id is a trace of its own. kTooLarge beyond 4 G rows.
Result<RowOrder> order_rows(std::span<const PartInput> inputs);

/// Reads a vector for writing: past the cache when the source is a part, so that a merge does not
/// push out what queries use.
Result<std::shared_ptr<const ColumnVector>> read_once(const RowSource& source, StreamId stream,
                                                      std::uint32_t group);

}  // namespace tracery::store
