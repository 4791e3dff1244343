// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/lookup_table.h"

#include <algorithm>
#include <set>

namespace tracery::cwlogs {
namespace {

/// Takes a cell and the comma or the line's end behind it; kInvalid for a quote that is not closed.
Result<std::string> take_cell(std::string_view& csv, bool& ends_line) {
  std::string cell;
  if (csv.starts_with('"')) {
    csv.remove_prefix(1);
    for (;;) {
      const std::size_t quote = csv.find('"');
      if (quote == std::string_view::npos) return Error{ErrorCode::kInvalid, "unclosed quote"};
      cell += csv.substr(0, quote);
      csv.remove_prefix(quote + 1);
      if (!csv.starts_with('"')) break;
      cell += '"';
      csv.remove_prefix(1);
    }
  }
  const std::size_t end = std::min(csv.find_first_of(",\n"), csv.size());
  cell += csv.substr(0, end);
  ends_line = end == csv.size() || csv[end] == '\n';
  if (ends_line && cell.ends_with('\r')) cell.pop_back();
  csv.remove_prefix(std::min(end + 1, csv.size()));
  return cell;
}

Result<std::vector<std::string>> take_line(std::string_view& csv) {
  std::vector<std::string> cells;
  for (bool ends_line = false; !ends_line;) cells.push_back(TRACERY_TRY(take_cell(csv, ends_line)));
  return cells;
}

}  // namespace

std::optional<std::size_t> LookupTable::column_of(std::string_view field) const {
  const auto found = std::find(fields.begin(), fields.end(), field);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

Result<LookupTable> parse_lookup_table(std::string_view csv) {
  if (csv.starts_with("\xef\xbb\xbf")) csv.remove_prefix(3);
  LookupTable table;
  table.fields = TRACERY_TRY(take_line(csv));
  const std::set<std::string> names(table.fields.begin(), table.fields.end());
  if (names.size() != table.fields.size() || names.contains("")) {
    return Error{ErrorCode::kInvalid, "the first row must name each field, differently"};
  }
  for (std::size_t line = 2; !csv.empty(); ++line) {
    std::vector<std::string> row = TRACERY_TRY(take_line(csv));
    if (row.size() == 1 && row[0].empty()) continue;
    if (row.size() != table.fields.size()) {
      return Error{ErrorCode::kInvalid,
                   "row " + std::to_string(line) + " has not as many cells as the first"};
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string csv_line(std::span<const std::string> cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != cells.data()) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\n";
}

LookupIndex::LookupIndex(const LookupTable& table, std::vector<std::size_t> columns) {
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    std::vector<std::string> key;
    for (const std::size_t column : columns) key.push_back(table.rows[row][column]);
    rows_.emplace(std::move(key), row);
  }
}

std::optional<std::size_t> LookupIndex::find(const std::vector<std::string>& texts) const {
  const auto found = rows_.find(texts);
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace tracery::cwlogs
