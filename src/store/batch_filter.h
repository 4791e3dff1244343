// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "store/event_batch_columns.h"

namespace tracery::store {

/// A copy of the batch without the rows before `time_min_ns`. Its views point into `batch`.
std::unique_ptr<EventBatch::Columns> drop_rows_before(const EventBatch::Columns& batch,
                                                      std::int64_t time_min_ns);

}  // namespace tracery::store
