// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/trace_id.h"

namespace tracery::xray {

/// "1-" + 8 hex + "-" + 24 hex, 35 characters in all. Nothing for anything else and for the id of
/// zeros, which SDKs give requests they do not sample.
std::optional<model::TraceId> parse_document_trace_id(std::string_view text);

/// The same form, of any trace id: an OTLP trace's reads the same way.
std::string format_document_trace_id(const model::TraceId& id);

/// Whether `text` is 16 hex digits, not all of them zero: the id of a segment or subsegment.
bool is_entity_id(std::string_view text);

/// An entity id of a hash: the same each time, never all zeros.
std::string make_entity_id(std::uint64_t hash);

}  // namespace tracery::xray
