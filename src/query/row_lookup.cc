// SPDX-License-Identifier: Apache-2.0
#include "query/row_lookup.h"

#include <algorithm>
#include <cstring>

namespace tracery::query {
namespace {

/// What a value can be equal by: texts by bytes, numbers by value, and a text that is a number by
/// that to numbers alone.
enum class Sort : char { kText = 't', kNumber = 'n', kNumberAsText = 'x' };

std::string key_of_text(std::string_view text) {
  return std::string(1, static_cast<char>(Sort::kText)).append(text);
}

std::string key_of_number(Sort sort, double number) {
  number += 0.0;  // Minus zero is zero.
  std::string key(1 + sizeof number, static_cast<char>(sort));
  std::memcpy(key.data() + 1, &number, sizeof number);
  return key;
}

/// Keys of a value in the table, or (`is_asked`) those to look a value up by: equal values share
/// one, others may.
std::vector<std::string> keys_of(const Datum& value, bool is_asked) {
  std::vector<std::string> keys;
  if (value.is_null()) return keys;
  TextArena texts;
  if (value.is_text() || value.kind() == Datum::Kind::kTime) {
    keys.push_back(key_of_text(text_of(value, texts)));
  } else if (value.kind() == Datum::Kind::kTruth) {
    keys.push_back(key_of_text(value.whole() == 1 ? "true" : "false"));
  }
  const auto number = number_of(value);
  if (!number) return keys;
  const bool is_text = value.is_text();
  if (!is_text || is_asked) keys.push_back(key_of_number(Sort::kNumber, *number));
  if (is_text != is_asked) keys.push_back(key_of_number(Sort::kNumberAsText, *number));
  return keys;
}

}  // namespace

void RowLookup::fill(RowTable table, std::size_t column) {
  table_ = std::move(table);
  column_ = column;
  for (std::uint32_t row = 0; row < table_.rows; ++row) {
    for (std::string& key : keys_of(at(column, row), false)) {
      rows_by_key_[std::move(key)].push_back(row);
    }
  }
}

std::vector<std::uint32_t> RowLookup::find(const Datum& value) const {
  std::vector<std::uint32_t> rows;
  for (const std::string& key : keys_of(value, true)) {
    const auto found = rows_by_key_.find(key);
    if (found != rows_by_key_.end()) {
      rows.insert(rows.end(), found->second.begin(), found->second.end());
    }
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  std::erase_if(rows, [&](std::uint32_t row) {
    return compare(at(column_, row), value) != Comparison::kEqual;
  });
  return rows;
}

}  // namespace tracery::query
