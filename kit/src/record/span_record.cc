// SPDX-License-Identifier: Apache-2.0
#include "record/span_record.h"

namespace tracery::app::record {

std::size_t bytes_of(const SpanRecord& span) {
  std::size_t bytes = sizeof span + span.name.capacity() + span.trace_state.capacity() +
                      span.status_description.capacity() + span.scope_name.capacity() +
                      bytes_of(span.attributes);
  for (const Event& event : span.events) {
    bytes += sizeof event + event.name.capacity() + bytes_of(event.attributes);
  }
  for (const Link& link : span.links) bytes += sizeof link + bytes_of(link.attributes);
  return bytes;
}

std::size_t bytes_of(const LogRecord& log) {
  return sizeof log + log.body.capacity() + log.severity_text.capacity() +
         log.scope_name.capacity() + bytes_of(log.attributes);
}

}  // namespace tracery::app::record
