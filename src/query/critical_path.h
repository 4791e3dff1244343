// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "query/trace.h"

namespace tracery::query {

/// Sets `on_critical_path` of rows in pre-order; parents, ends and times must be set.
void mark_critical_path(std::vector<TraceRow>* rows);

/// Sets `self_ns`: the part of each span that no child span covers.
void set_self_times(std::vector<TraceRow>* rows);

}  // namespace tracery::query
