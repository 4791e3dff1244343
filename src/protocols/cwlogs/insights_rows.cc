// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/insights_rows.h"

namespace tracery::cwlogs {

std::vector<InsightsRow> format_rows(const query::RowTable& table) {
  std::vector<InsightsRow> rows(table.rows, InsightsRow(table.columns.size()));
  query::TextArena texts;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    texts.clear();
    for (std::size_t r = 0; r < table.rows; ++r) {
      const query::Datum& datum = table.columns[c][r];
      if (!datum.is_null()) rows[r][c] = query::text_of(datum, texts);
    }
  }
  return rows;
}

}  // namespace tracery::cwlogs
