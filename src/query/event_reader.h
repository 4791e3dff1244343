// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "store/row_source.h"

namespace tracery::query {

/// Where a row lies in a snapshot. Ordered as the store orders rows of the same time.
struct RowPlace {
  std::uint32_t source = 0;  ///< Index into Snapshot::sources.
  std::uint32_t group = 0;
  std::uint32_t row = 0;
  auto operator<=>(const RowPlace&) const = default;
};

/// The value of a row, monostate when the vector has none there.
model::Value value_at(const store::ColumnVector& vector, std::uint32_t row);

/// Whole events, in the order of `places`, fields by name. `columns` empty means all.
Result<std::vector<model::Event>> read_events(const store::Snapshot& snapshot,
                                              std::span<const RowPlace> places,
                                              std::vector<std::string> columns = {});

}  // namespace tracery::query
