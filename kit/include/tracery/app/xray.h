// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tracery/app/attribute.h"
#include "tracery/app/span.h"

/// X-Ray by its own words. Spans become segments and subsegments by themselves; this is for what
/// OpenTelemetry has no word for. Everything does nothing while the X-Ray sink is off or there is
/// no span.
namespace tracery::app::xray {

/// Adds an indexed annotation to the current span's (sub)segment. Characters other than letters,
/// digits and `_` of the key become `_`.
void annotate(std::string_view key, const AttributeView& value) noexcept;

/// Adds metadata, which is shown but not indexed, in a namespace ("default" if none is given).
void put_metadata(std::string_view key, const AttributeView& value,
                  std::string_view name_space = "default") noexcept;
/// The same with a value of any shape, as JSON text.
void put_metadata_json(std::string_view key, std::string_view json,
                       std::string_view name_space = "default") noexcept;

/// A subsegment from here to the end of the block (a span of kind internal).
class [[nodiscard]] Subsegment : public Span {
 public:
  explicit Subsegment(std::string_view name) noexcept : Span(name) {}
};

/// A segment from here to the end of the block (a span of kind server), for work that no
/// middleware brings in.
class [[nodiscard]] Segment : public Span {
 public:
  explicit Segment(std::string_view name) noexcept : Span(name, {.kind = SpanKind::kServer}) {}
};

}  // namespace tracery::app::xray
