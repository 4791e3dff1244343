// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "record/value.h"
#include "tracery/app/span.h"

namespace tracery::app::record {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

struct Event {
  std::int64_t time_ns = 0;  ///< Since the Unix epoch.
  std::string name;
  Fields attributes;
  std::uint32_t dropped_attributes = 0;
};

struct Link {
  TraceId trace_id{};
  SpanId span_id{};
  std::string trace_state;
  std::uint8_t flags = 0;
  bool is_remote = false;
  Fields attributes;
  std::uint32_t dropped_attributes = 0;
};

/// A span as every sink sees it: plain data, free of any SDK. Immutable once it has ended.
struct SpanRecord {
  TraceId trace_id{};
  SpanId span_id{};
  SpanId parent_id{};  ///< All zero for a root.
  std::string trace_state;
  std::uint8_t flags = 0;  ///< W3C trace flags; bit 0: sampled.
  bool parent_is_remote = false;
  std::string name;
  SpanKind kind = SpanKind::kInternal;
  std::int64_t start_ns = 0;  ///< Since the Unix epoch.
  std::int64_t end_ns = 0;
  Fields attributes;
  std::uint32_t dropped_attributes = 0;
  std::vector<Event> events;
  std::uint32_t dropped_events = 0;
  std::vector<Link> links;
  std::uint32_t dropped_links = 0;
  StatusCode status = StatusCode::kUnset;
  std::string status_description;
  std::string scope_name;
  std::string scope_version;

  bool is_sampled() const { return (flags & 1U) != 0; }
};
using SpanPointer = std::shared_ptr<const SpanRecord>;

/// Rough size in memory.
std::size_t bytes_of(const SpanRecord& span);

/// A log record. `severity` is OTLP's number (9 = INFO).
struct LogRecord {
  std::int64_t time_ns = 0;
  std::int32_t severity = 9;
  std::string severity_text;
  std::string body;
  Fields attributes;
  std::uint32_t dropped_attributes = 0;
  TraceId trace_id{};  ///< All zero outside of a span.
  SpanId span_id{};
  std::uint8_t flags = 0;
  std::string scope_name;
};

std::size_t bytes_of(const LogRecord& log);

/// How much of a span is kept; what is beyond is counted as dropped. Defaults of the
/// OpenTelemetry specification, but for the length of texts, which it leaves unlimited.
struct RecordLimits {
  std::size_t attributes = 128;
  std::size_t text_bytes = 64 * 1024;
  std::size_t events = 128;
  std::size_t event_attributes = 128;
  std::size_t links = 128;
  std::size_t link_attributes = 128;
};

}  // namespace tracery::app::record
