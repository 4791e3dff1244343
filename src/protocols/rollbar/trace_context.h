// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocols/rollbar/report.h"

namespace simdjson::dom {
class object;
}

namespace tracery::rollbar {

/// Finds the trace an occurrence belongs to and puts it into the report: in `custom`, in the
/// payload's own members and attributes, in the request's headers (traceparent, X-Amzn-Trace-Id),
/// in the newest telemetry entries. A span id is taken only where it names the span that reported:
/// a header's is the caller's.
void read_trace_context(const simdjson::dom::object& data, Report& report);

}  // namespace tracery::rollbar
