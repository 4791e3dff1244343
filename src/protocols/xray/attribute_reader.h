// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocols/xray/document.h"

namespace simdjson::dom {
class element;
}  // namespace simdjson::dom

namespace tracery::xray {

// A member's value, or "absent" for null, "" and any other type.
std::string_view read_text(const simdjson::dom::element& value);
bool read_truth(const simdjson::dom::element& value);
std::optional<double> read_number(const simdjson::dom::element& value);
/// Also a text of digits.
std::optional<std::int64_t> read_integer(const simdjson::dom::element& value);

/// Adds `value` as columns: scalars as they are, objects unpacked for `levels` with '.' between the
/// names, whatever lies deeper and lists as JSON text. Nulls are left out.
void read_attributes(std::string_view name, const simdjson::dom::element& value, unsigned levels,
                     std::vector<Attribute>& out);

/// The "aws" block of a segment: what OTLP resources have a name for gets that name.
void read_segment_aws(const simdjson::dom::element& aws, std::vector<Attribute>& out);

/// The "service" block of a segment.
void read_service(const simdjson::dom::element& service, std::vector<Attribute>& out);

}  // namespace tracery::xray
