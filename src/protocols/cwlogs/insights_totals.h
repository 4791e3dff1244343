// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "query/row_table.h"

namespace tracery::cwlogs {

/// What `addtotals` adds up: numbers and texts that are; null when none of the values is one.
query::Datum sum_of(std::span<const query::Datum> values);

/// Appends a row with the sums of some columns; the others have nothing in it.
query::RowTable with_column_totals(query::RowTable table, const std::vector<std::size_t>& columns);

}  // namespace tracery::cwlogs
