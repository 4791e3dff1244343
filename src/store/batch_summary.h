// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "store/event_batch.h"

namespace tracery::store {

/// What a live view tells of a batch. Empty strings where the batch says nothing.
struct BatchSummary {
  std::string dataset;   ///< Of the last event.
  std::string trace_id;  ///< The last one put, as hex.
};

BatchSummary summarize(const EventBatch& batch);

}  // namespace tracery::store
