// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Names of the fields that more than one layer must know. A protocol's other names stay in its
/// folder.
namespace tracery::model::names {

inline constexpr std::string_view kTraceId = "trace.trace_id";
inline constexpr std::string_view kSpanId = "trace.span_id";
inline constexpr std::string_view kParentId = "trace.parent_id";
inline constexpr std::string_view kLinkTraceId = "trace.link.trace_id";
inline constexpr std::string_view kLinkSpanId = "trace.link.span_id";
inline constexpr std::string_view kName = "name";
inline constexpr std::string_view kServiceName = "service.name";
/// Milliseconds, as a double: the form Honeycomb's datasets use.
inline constexpr std::string_view kDurationMs = "duration_ms";
inline constexpr std::string_view kError = "error";
inline constexpr std::string_view kStatusCode = "status_code";
inline constexpr std::string_view kSpanKind = "span.kind";
/// "trace", "log", "error" or "metric".
inline constexpr std::string_view kSignalType = "meta.signal_type";
/// "otlp", "honeycomb", "xray", "rollbar" or "cloudwatch".
inline constexpr std::string_view kSource = "meta.source";
/// "span_event" or "link" on events that hang under a span; absent on spans.
inline constexpr std::string_view kAnnotationType = "meta.annotation_type";
/// The vendor's original document (X-Ray segment, Rollbar payload), whole and unchanged.
inline constexpr std::string_view kDocument = "meta.document";
/// The text of a log record.
inline constexpr std::string_view kBody = "body";

/// Fields that are kept whole where others are cut: they are read back as what was sent.
constexpr bool is_document_field(std::string_view name) {
  return name == kDocument || name == kBody;
}

/// Fields whose values are ids: stored as 8 or 16 bytes when they are canonical hex of that size.
constexpr bool is_id_field(std::string_view name) {
  return name == kTraceId || name == kSpanId || name == kParentId || name == kLinkTraceId ||
         name == kLinkSpanId;
}

}  // namespace tracery::model::names
