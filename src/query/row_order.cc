// SPDX-License-Identifier: Apache-2.0
#include "query/row_order.h"

#include <cstring>

namespace tracery::query {

void KeptRow::own_texts() {
  text_bytes = 0;
  for (auto* data : {&order, &values}) {
    for (const Datum& datum : *data) text_bytes += datum.is_text() ? datum.text().size() : 0;
  }
  if (text_bytes == 0) return;
  texts = std::make_unique<char[]>(text_bytes);
  char* at = texts.get();
  for (auto* data : {&order, &values}) {
    for (Datum& datum : *data) {
      if (!datum.is_text()) continue;
      const std::string_view text = datum.text();
      std::memcpy(at, text.data(), text.size());
      const std::string_view copy(at, text.size());
      datum = datum.kind() == Datum::Kind::kJson ? Datum::json(copy) : Datum::text(copy);
      at += text.size();
    }
  }
}

int compare_rows(const std::vector<OrderKey>& keys, const Datum* a, const RowPlace& a_place,
                 const Datum* b, const RowPlace& b_place) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (a[i].is_null() != b[i].is_null()) return a[i].is_null() ? 1 : -1;
    if (a[i].is_null()) continue;
    const int sign = compare_in_order(a[i], b[i]);
    if (sign != 0) return keys[i].descending ? -sign : sign;
  }
  if (a_place == b_place) return 0;
  return a_place < b_place ? -1 : 1;
}

}  // namespace tracery::query
