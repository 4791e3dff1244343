// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "query/datum.h"
#include "query/event_reader.h"

namespace tracery::query {

struct OrderKey {
  std::size_t slot = 0;
  bool descending = false;
};

/// A row taken out of its block, with texts of its own.
struct KeptRow {
  RowPlace place;
  std::vector<Datum> order;   ///< One per order key.
  std::vector<Datum> values;  ///< One per output.
  std::unique_ptr<char[]> texts;
  std::size_t text_bytes = 0;

  /// Copies what the data point to.
  void own_texts();
  std::size_t memory_bytes() const {
    return sizeof(KeptRow) + (order.size() + values.size()) * sizeof(Datum) + text_bytes;
  }
};

/// Negative when the first row comes first: by the keys, null last either way, then by place. The
/// data are one per key.
int compare_rows(const std::vector<OrderKey>& keys, const Datum* a, const RowPlace& a_place,
                 const Datum* b, const RowPlace& b_place);

inline bool comes_before(const std::vector<OrderKey>& keys, const KeptRow& a, const KeptRow& b) {
  return compare_rows(keys, a.order.data(), a.place, b.order.data(), b.place) < 0;
}

}  // namespace tracery::query
