// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/event_sink.h"
#include "model/names.h"

namespace tracery::otlp {

/// The fields a decoder makes itself; the names are husky's.
enum class Known : std::uint8_t {
  kTraceId,
  kSpanId,
  kParentId,
  kLinkTraceId,
  kLinkSpanId,
  kTraceState,
  kName,
  kParentName,
  kType,
  kSpanKind,
  kDurationMs,
  kInvalidDuration,
  kStatusCode,
  kStatusMessage,
  kError,
  kNumEvents,
  kNumLinks,
  kSignalType,
  kSource,
  kAnnotationType,
  kTimeSinceStart,
  kInvalidTimeSinceStart,
  kSeverity,
  kSeverityCode,
  kSeverityText,
  kFlags,
  kEventName,
  kCount,
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Known::kCount)> kKnownNames =
    {
        model::names::kTraceId,
        model::names::kSpanId,
        model::names::kParentId,
        model::names::kLinkTraceId,
        model::names::kLinkSpanId,
        "trace.trace_state",
        model::names::kName,
        "parent_name",
        "type",
        model::names::kSpanKind,
        model::names::kDurationMs,
        "meta.invalid_duration",
        model::names::kStatusCode,
        "status_message",
        model::names::kError,
        "span.num_events",
        "span.num_links",
        model::names::kSignalType,
        model::names::kSource,
        model::names::kAnnotationType,
        "meta.time_since_span_start_ms",
        "meta.invalid_time_since_span_start",
        "severity",
        "severity_code",
        "severity_text",
        "flags",
        "event.name",
};

/// Resolves the fields above in one sink, each when first used, so that a sink hears only of names
/// that get a value.
class KnownFields {
 public:
  explicit KnownFields(model::EventSink& sink) : sink_(&sink) { ids_.fill(kUnresolved); }

  model::FieldId operator[](Known known) {
    model::FieldId& id = ids_[static_cast<std::size_t>(known)];
    if (id == kUnresolved) id = sink_->field(kKnownNames[static_cast<std::size_t>(known)]);
    return id;
  }

 private:
  static constexpr model::FieldId kUnresolved{0xffffffffU};

  model::EventSink* sink_;
  std::array<model::FieldId, static_cast<std::size_t>(Known::kCount)> ids_{};
};

}  // namespace tracery::otlp
