// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "model/event.h"

namespace tracery::xray {

/// A span of another protocol with the exceptions recorded on it.
struct ForeignSpan {
  const model::Event* span = nullptr;
  std::vector<const model::Event*> exceptions;
  bool is_segment = false;  ///< Else a subsegment.
};

/// The segment document of a span that came by OTLP or another protocol: what its author put on it
/// are annotations, what a semantic convention names goes where X-Ray has a place for it, the rest
/// is metadata. Old and stable names of conventions are both read. Without trace_id, parent_id and
/// type, which depend on where the document goes.
/// Source: the OpenTelemetry Collector's awsxray exporter.
nlohmann::ordered_json write_span_document(const ForeignSpan& span);

/// Whether a field of such a span is what its author put on it, by its name: neither a semantic
/// convention's nor our own.
bool is_annotation(std::string_view name);

/// Seconds since the Unix epoch as documents have them, to the microsecond.
double to_document_seconds(std::int64_t time_ns);

/// A field's value as text; "" when it is absent.
std::string text_field(const model::Event& event, std::string_view name);

}  // namespace tracery::xray
