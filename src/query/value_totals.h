// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/row_source.h"

namespace tracery::query {

/// What the rows of a dataset with one value of a column amount to.
struct ValueTotals {
  std::string dataset, value;
  std::uint64_t rows = 0;
  std::int64_t min_time_ns = 0, max_time_ns = 0;
  std::int64_t max_order = 0;  ///< Of the order column.
  std::int64_t sum = 0;        ///< Of the sum column.
};

struct TotalsSpec {
  std::string column;        ///< Of text.
  std::string order_column;  ///< Of integers; rows without it do not count.
  std::string sum_column;    ///< Of integers.
  /// Rows whose order is lower do not count.
  std::function<std::int64_t(std::string_view dataset, std::string_view value)> order_min;
};

/// One pass over every row, in no order.
Result<std::vector<ValueTotals>> total_by_value(const store::Snapshot& snapshot,
                                                const TotalsSpec& spec);

}  // namespace tracery::query
