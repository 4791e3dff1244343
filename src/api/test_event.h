// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "app/ingest.h"

namespace tracery::api {

/// A sample request as an SDK would send it, and the id of its trace.
struct TestEvent {
  app::IngestRequest request;
  std::string trace_id;
};

/// Three spans of the service "tracery-test", ending now: OTLP/JSON through the usual decoder.
TestEvent make_test_event(std::int64_t now_ns);

/// A segment of the service "tracery-test" with two subsegments: the body of a PutTraceSegments.
TestEvent make_xray_test_event(std::int64_t now_ns);

/// Three lines for the log group "tracery-test" and its stream "test": the body of a PutLogEvents.
TestEvent make_log_test_event(std::int64_t now_ns);

}  // namespace tracery::api
