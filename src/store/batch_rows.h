// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "store/event_batch.h"

namespace tracery::store {

/// True when an event of the batch has the field; as cheap as every request can be asked.
bool has_field(const EventBatch& batch, std::string_view name);

/// The events that have the field, ascending.
std::vector<std::uint32_t> rows_with(const EventBatch& batch, std::string_view name);

/// One event with all its fields; ids as hex.
model::Event read_row(const EventBatch& batch, std::uint32_t row);

}  // namespace tracery::store
