// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "query/trace.h"

namespace tracery::query {

/// What an event of a trace is in its waterfall.
enum class TraceRole : std::uint8_t {
  kSpan,
  kLog,        ///< A row of its own that hangs under a span.
  kOther,      ///< An event without a span id that is neither: also a row.
  kSpanEvent,  ///< No row: marks its span.
  kLink,       ///< No row: marks its span.
};

/// One event of a trace, with what the waterfall needs of it.
struct TraceEvent {
  TraceRole role = TraceRole::kSpan;
  std::uint64_t span_id = 0;    ///< 0 for what is no span.
  std::uint64_t parent_id = 0;  ///< 0 when it names none.
  std::int64_t start_ns = 0;
  std::int64_t duration_ns = 0;
  std::uint32_t service = 0, name = 0, kind = 0;
  bool error = false;
};

/// Lays out the rows of a trace and derives depths, self times, the critical path and the flags.
/// The names behind `service`, `name` and `kind` are not looked at, but to order what starts
/// together: equal events give equal traces in whatever order they come.
///
/// The critical path: walking back from the end of a span, the child that finished last before
/// that moment is what the span was waiting for; before the child began, the same question is
/// asked again. Children are cut to their parent's time. Roots are children of the whole trace.
Trace assemble_trace(std::vector<TraceEvent> events, std::vector<std::string> services,
                     std::vector<std::string> names, std::vector<std::string> kinds);

}  // namespace tracery::query
