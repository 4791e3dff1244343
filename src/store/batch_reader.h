// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/event_batch.h"

namespace tracery::store {

/// Reads one column of a batch. Rows must be asked for in ascending order; what it gives is valid
/// as long as the batch is not changed.
class BatchColumnReader {
 public:
  BatchColumnReader(const EventBatch& batch, std::string_view column);

  /// The row's value when it is a text, else nothing.
  std::optional<std::string_view> text(std::uint32_t row);
  /// The row's value when it is an integer, else nothing.
  std::optional<std::int64_t> integer(std::uint32_t row);

 private:
  /// Where a value of a stream is looked for next.
  struct Place {
    std::uint32_t stream = 0;
    bool exists = false;
    std::size_t run = 0;
  };

  Place place_of(std::string_view column, int type) const;
  std::optional<std::uint32_t> value_index(Place& place, std::uint32_t row) const;

  const EventBatch::Columns& columns_;
  Place text_, integer_;
};

/// The same for what every row has.
class BatchRowReader {
 public:
  explicit BatchRowReader(const EventBatch& batch);
  std::string_view dataset(std::uint32_t row);
  std::int64_t time_ns(std::uint32_t row) const;

 private:
  const EventBatch::Columns& columns_;
  std::size_t run_ = 0;
};

}  // namespace tracery::store
