// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/row_table.h"

namespace tracery::cwlogs {

/// The cells of a result as GetQueryResults gives them: all texts; nothing where a field is
/// missing.
using InsightsRow = std::vector<std::optional<std::string>>;
std::vector<InsightsRow> format_rows(const query::RowTable& table);

}  // namespace tracery::cwlogs
