// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "query/row_table.h"

namespace tracery::query {

/// Rows of a table by the value of one column: those that are equal to another value, as `compare`
/// has it. Filled once; then read by any number of threads.
class RowLookup {
 public:
  void fill(RowTable table, std::size_t column);

  /// Numbers of the rows, ascending; none for null.
  std::vector<std::uint32_t> find(const Datum& value) const;
  bool contains(const Datum& value) const { return !find(value).empty(); }
  std::size_t rows() const { return table_.rows; }
  const Datum& at(std::size_t column, std::uint32_t row) const {
    return table_.columns[column][row];
  }

 private:
  RowTable table_;
  std::size_t column_ = 0;
  std::unordered_map<std::string, std::vector<std::uint32_t>> rows_by_key_;
};

}  // namespace tracery::query
