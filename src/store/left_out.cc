// SPDX-License-Identifier: Apache-2.0
#include "store/left_out.h"

#include <algorithm>

#include "store/row_order.h"

namespace tracery::store {
namespace {

using Marks = std::vector<std::uint8_t>;

/// Marks the rows whose text is `wanted`.
void mark_text(const ColumnVector& vector, std::string_view wanted, Marks& marks) {
  const StringDictionary& texts = *vector.dictionary;
  std::vector<bool> is_wanted(std::size_t{texts.size()} + 1);
  for (std::uint32_t i = 0; i < texts.size(); ++i) is_wanted[i + 1] = texts.at(i) == wanted;
  for (std::uint32_t row = 0; row < vector.rows; ++row) {
    if (is_wanted[vector.code(row)]) marks[row] = 1;
  }
}

/// Takes back the marks of rows that have a greater number.
void unmark_above(const ColumnVector& vector, std::int64_t most, Marks& marks) {
  const auto* numbers = vector.as<std::int64_t>();
  for (std::uint32_t row = 0; row < vector.rows; ++row) {
    if (vector.is_present(row) && numbers[row] > most) marks[row] = 0;
  }
}

Result<Marks> rows_with(const RowSource& source, const Removal::Rows& wanted, std::uint32_t group) {
  Marks marks(source.group_rows(group));
  for (const StreamRef& stream : source.streams(wanted.column)) {
    if (stream.type != StreamType::kString) continue;
    mark_text(*TRACERY_TRY(read_once(source, stream.id, group)), wanted.text, marks);
  }
  if (std::find(marks.begin(), marks.end(), 1) == marks.end()) return marks;
  for (const StreamRef& stream : source.streams(wanted.number_column)) {
    if (stream.type != StreamType::kInt) continue;
    unmark_above(*TRACERY_TRY(read_once(source, stream.id, group)), wanted.number_max, marks);
  }
  return marks;
}

}  // namespace

Result<LeftOut> LeftOut::read(const RowSource& source, std::span<const Removal> removals,
                              std::uint32_t group) {
  LeftOut left_out;
  if (removals.empty()) return left_out;
  const StreamRef datasets = source.row_field(RowField::kDataset);
  const auto vector = TRACERY_TRY(read_once(source, datasets.id, group));
  Marks all(vector->rows);
  for (const Removal& removal : removals) {
    Marks marks(vector->rows);
    mark_text(*vector, removal.dataset, marks);
    if (std::find(marks.begin(), marks.end(), 1) == marks.end()) continue;
    Marks chosen(vector->rows, 1);
    if (removal.rows) chosen = TRACERY_TRY(rows_with(source, *removal.rows, group));
    for (std::size_t row = 0; row < all.size(); ++row) all[row] |= marks[row] & chosen[row];
  }
  left_out.count_ = static_cast<std::uint32_t>(std::count(all.begin(), all.end(), 1));
  if (left_out.count_ != 0) left_out.rows_ = std::move(all);
  return left_out;
}

}  // namespace tracery::store
