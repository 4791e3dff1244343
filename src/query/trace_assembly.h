// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "query/trace.h"

namespace tracery::query {

/// One stored event of a trace, as far as its shape goes. Names are indexes into Trace's tables.
struct TraceRecord {
  enum class Role : std::uint8_t { kSpan, kSpanEvent, kLink, kLog, kMissing };

  Role role = Role::kSpan;
  std::int64_t start_ns = 0;
  std::int64_t duration_ns = 0;
  std::uint64_t span_id = 0;    ///< 0: none.
  std::uint64_t parent_id = 0;  ///< 0: none.
  std::uint32_t service = 0, name = 0, kind = 0;
  std::uint32_t source = 0;
  bool error = false;
  bool has_service = true;  ///< Else it is its parent's, and `service` only stands in.
  bool is_open = false;     ///< A span without a duration.
};

/// Fills the rows and marks of `trace` from the records of one trace, in any order: duplicates out,
/// parents found (those not stored get a row without service and name), pre-order laid out, self
/// time computed. Loops of parents are cut at their earliest span.
/// Needs no stack: a chain of a million spans is fine.
void assemble_trace(std::vector<TraceRecord> records, Trace& trace);

}  // namespace tracery::query
