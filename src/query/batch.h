// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "store/column_vector.h"

namespace tracery::query {

using VectorPtr = std::shared_ptr<const store::ColumnVector>;

/// The selected rows of one row group and the slot each is counted in. A slot is a group and a
/// time bucket: group * buckets + bucket.
struct Batch {
  std::uint32_t count = 0;
  const std::uint32_t* rows = nullptr;   ///< Null: row i is i.
  const std::uint32_t* slots = nullptr;  ///< Null: all in `slot`.
  std::uint32_t slot = 0;
  const std::int64_t* weights = nullptr;  ///< By row, not by position; null: all 1.
};

/// Calls f(slot, row, weight) for each selected row, from a loop made for the batch's shape.
template <typename F>
void for_each_row(const Batch& batch, F&& f) {
  const auto loop = [&](auto dense, auto one_slot, auto unit) {
    for (std::uint32_t i = 0; i < batch.count; ++i) {
      const std::uint32_t row = dense.value ? i : batch.rows[i];
      const std::uint32_t slot = one_slot.value ? batch.slot : batch.slots[i];
      if constexpr (decltype(unit)::value) {
        f(slot, row, std::integral_constant<std::uint64_t, 1>());
      } else {
        f(slot, row, static_cast<std::uint64_t>(batch.weights[row]));
      }
    }
  };
  const auto with_slots = [&](auto dense, auto one_slot) {
    if (batch.weights == nullptr) return loop(dense, one_slot, std::true_type());
    loop(dense, one_slot, std::false_type());
  };
  const auto with_rows = [&](auto dense) {
    if (batch.slots == nullptr) return with_slots(dense, std::true_type());
    with_slots(dense, std::false_type());
  };
  if (batch.rows == nullptr) return with_rows(std::true_type());
  with_rows(std::false_type());
}

/// The same, only for rows where the vector has a value.
template <typename F>
void for_each_present(const Batch& batch, const store::ColumnVector& vector, F&& f) {
  const auto coded = [&](const auto* codes) {
    for_each_row(batch, [&](std::uint32_t slot, std::uint32_t row, auto weight) {
      if (codes[row] != 0) f(slot, row, weight);
    });
  };
  if (vector.type == store::StreamType::kBool) return coded(vector.data.data());
  if (vector.type == store::StreamType::kString) {
    if (vector.code_bytes == 1) return coded(vector.data.data());
    if (vector.code_bytes == 2) return coded(vector.as<std::uint16_t>());
    return coded(vector.as<std::uint32_t>());
  }
  if (vector.present.empty()) return for_each_row(batch, f);
  const std::uint64_t* present = vector.present.data();
  for_each_row(batch, [&](std::uint32_t slot, std::uint32_t row, auto weight) {
    if ((present[row / 64] >> (row % 64) & 1) != 0) f(slot, row, weight);
  });
}

}  // namespace tracery::query
