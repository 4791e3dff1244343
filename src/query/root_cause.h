// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "query/service_trace.h"
#include "query/trace_match.h"

namespace tracery::query {

/// One span on the path to a cause.
struct CauseEntity {
  std::int32_t span = 0;
  double coverage = 0;  ///< Its share of the root's time, 0 to 1.
  bool is_remote = false;
};

/// The spans on the path within one service, outermost first.
struct CauseService {
  ServiceKey key;
  bool is_inferred = false;
  std::vector<CauseEntity> path;  ///< Never empty.
};

/// A path from the trace's root to the span at fault.
struct RootCause {
  std::vector<CauseService> services;
  bool is_client_impacting = false;  ///< The root has the same flag.
};

/// Faults and errors: one path for each deepest span with the flag. Response time: at most one,
/// from the root on along the child that takes the largest part of it, as long as that is at least
/// half of its parent's time.
std::vector<RootCause> find_root_causes(const ServiceTrace& trace, CauseKind kind,
                                        const ServiceNamer& namer);

}  // namespace tracery::query
