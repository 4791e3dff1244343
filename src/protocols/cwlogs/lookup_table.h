// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tracery::cwlogs {

/// What `lookup` reads: a table of texts, as somebody put it in CSV.
struct LookupTable {
  std::vector<std::string> fields;             ///< The first row; no name twice.
  std::vector<std::vector<std::string>> rows;  ///< Each with a text per field.

  /// Nothing when there is no such field.
  std::optional<std::size_t> column_of(std::string_view field) const;
};

/// Reads CSV (RFC 4180; lines may end with a newline alone). kInvalid when the first row names no
/// fields, or a name twice, or another row has not as many, or a quote is not closed.
Result<LookupTable> parse_lookup_table(std::string_view csv);

/// One line of CSV, with its end.
std::string csv_line(std::span<const std::string> cells);

/// Finds rows by the texts in some columns: the first row that has them.
class LookupIndex {
 public:
  LookupIndex(const LookupTable& table, std::vector<std::size_t> columns);
  /// The number of the row.
  std::optional<std::size_t> find(const std::vector<std::string>& texts) const;

 private:
  std::map<std::vector<std::string>, std::size_t> rows_;
};

}  // namespace tracery::cwlogs
