// SPDX-License-Identifier: Apache-2.0
#include "app/error_mark.h"

#include <charconv>

#include "base/hex.h"
#include "model/error_names.h"
#include "store/batch_rows.h"

namespace tracery::app {
namespace {

namespace names = model::names;

template <typename T>
bool take_number(std::string_view& text, char end_mark, T& number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr == text.data() + text.size() || *end.ptr != end_mark) {
    return false;
  }
  text.remove_prefix(static_cast<std::size_t>(end.ptr - text.data()) + 1);
  return true;
}

}  // namespace

std::vector<ErrorMark> marks_of(std::span<const MarkedOccurrence> marked) {
  std::vector<ErrorMark> marks;
  for (const MarkedOccurrence& each : marked) marks.push_back(each.mark);
  return marks;
}

bool can_mark(const store::EventBatch& batch) {
  return !store::has_field(batch, names::kErrorId) && !store::has_field(batch, names::kErrorItem) &&
         !store::has_field(batch, names::kErrorDuplicateOf);
}

void put_marks(store::EventBatch& batch, std::span<const ErrorMark> marks) {
  for (const ErrorMark& mark : marks) {
    batch.add_to_row(mark.row, batch.field(names::kErrorId), mark.id);
    batch.add_id_to_row(mark.row, batch.field(names::kErrorItem), mark.key);
    if (mark.duplicate_of == 0) continue;
    batch.add_to_row(mark.row, batch.field(names::kErrorDuplicateOf), mark.duplicate_of);
  }
}

std::string encode_marks(std::span<const ErrorMark> marks) {
  std::string text;
  for (const ErrorMark& mark : marks) {
    text += std::to_string(mark.row) + ' ' + std::to_string(mark.id) + ' ' +
            std::to_string(mark.duplicate_of) + ' ' + to_hex(mark.key) + '\n';
  }
  return text;
}

Result<std::vector<ErrorMark>> decode_marks(std::string_view text) {
  std::vector<ErrorMark> marks;
  while (!text.empty()) {
    ErrorMark& mark = marks.emplace_back();
    constexpr std::size_t kKeyDigits = 32;
    const bool is_good = take_number(text, ' ', mark.row) && take_number(text, ' ', mark.id) &&
                         take_number(text, ' ', mark.duplicate_of) && text.size() > kKeyDigits &&
                         text[kKeyDigits] == '\n' && from_hex(text.substr(0, kKeyDigits), mark.key);
    if (!is_good) return Error{ErrorCode::kCorrupt, "bad marks of errors in a log record"};
    text.remove_prefix(kKeyDigits + 1);
  }
  return marks;
}

}  // namespace tracery::app
