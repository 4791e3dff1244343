// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "store/chunk_codec.h"
#include "store/part_format.h"

namespace tracery::store {

/// Sets the lowest and highest value of a chunk; none when a NaN is among them, which no bounds can
/// hold. `shared_codes`: strings have codes of the part's dictionary.
void set_bounds(const PackedColumn& column, bool shared_codes, ChunkFacts& chunk);

/// When an event ended; its start for a duration that is none.
std::int64_t end_of_event(std::int64_t time_ns, double duration_ms);

}  // namespace tracery::store
