// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_totals.h"

#include <algorithm>

namespace tracery::cwlogs {

using query::Datum;

Datum sum_of(std::span<const Datum> values) {
  double sum = 0;
  bool has_number = false;
  for (const Datum& value : values) {
    const bool may_count = value.kind() == Datum::Kind::kInteger ||
                           value.kind() == Datum::Kind::kNumber ||
                           value.kind() == Datum::Kind::kText;
    const auto number = may_count ? query::number_of(value) : std::nullopt;
    if (!number) continue;
    sum += *number;
    has_number = true;
  }
  return has_number ? Datum::number(sum) : Datum();
}

query::RowTable with_column_totals(query::RowTable table, const std::vector<std::size_t>& columns) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool is_summed = std::find(columns.begin(), columns.end(), i) != columns.end();
    const Datum total = is_summed ? sum_of(table.columns[i]) : Datum();
    table.columns[i].push_back(total);
  }
  ++table.rows;
  return table;
}

}  // namespace tracery::cwlogs
