// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <utility>

#include "store/event_batch_columns.h"

namespace tracery::store {

/// Which columns a batch may not have: (index into `columns`, index into `datasets`).
using RefusedColumns = std::set<std::pair<std::uint32_t, std::uint32_t>>;

struct OverflowedBatch {
  std::unique_ptr<EventBatch::Columns> batch;
  std::uint64_t values = 0;  ///< How many were moved.
};

/// A copy of the batch with the values of refused columns in kOverflowColumn. Its views point into
/// `batch`.
OverflowedBatch move_to_overflow(const EventBatch::Columns& batch, const RefusedColumns& refused);

}  // namespace tracery::store
