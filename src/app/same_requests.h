// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/trace_id.h"
#include "store/row_source.h"

namespace tracery::app {

/// A request that two instrumentations in one process reported under two trace ids.
struct SameRequest {
  std::string span_id;  ///< The span of the trace asked about, 16 hex digits.
  model::TraceId other_trace;
  std::string other_span_id;
  std::string other_source;  ///< "otlp", "xray", …: where the other report came from.
  std::string other_name;
  std::int64_t start_difference_ns = 0;  ///< Other minus this.
  bool is_ambiguous = false;             ///< More than one request fits; this one starts nearest.
  struct Evidence {
    std::string field;  ///< Of what both reports agree on.
    std::string value;
  };
  std::vector<Evidence> evidence;
};

/// For each span of a trace that serves an HTTP request, the span of another trace and another
/// source that reports the same request: same method, path and status and, where both know it, the
/// same client; they overlap and start less than 20 ms apart. Asked about either trace, it finds
/// the other. kNotFound when no event has the id.
Result<std::vector<SameRequest>> find_same_requests(const store::Snapshot& snapshot,
                                                    const model::TraceId& id);

}  // namespace tracery::app
