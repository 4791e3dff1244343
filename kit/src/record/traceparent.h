// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/span_record.h"

namespace tracery::app::record {

/// What names a span across processes.
struct Traceparent {
  TraceId trace_id{};
  SpanId span_id{};
  std::uint8_t flags = 0;
};

/// Reads a W3C `traceparent` header: `00-<32 hex>-<16 hex>-<2 hex>`, lower case only. A later
/// version may have more behind a further dash. Nothing if it is anything else, or an id is zero.
/// Source: W3C Trace Context, section 3.2.
std::optional<Traceparent> parse_traceparent(std::string_view header);
std::string format_traceparent(const Traceparent& parent);

/// Whether the caller has decided about sampling, in `X-Amzn-Trace-Id`. `?` asks to be told.
enum class XraySampled { kUnsaid, kNo, kYes, kAsked };

/// What `X-Amzn-Trace-Id` says.
struct XrayHeader {
  Traceparent parent;  ///< The span id is zero if there is no `Parent`.
  XraySampled sampled = XraySampled::kUnsaid;
};

/// Reads `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=0|1|?` in any order, with any further
/// pairs. Nothing without a root.
std::optional<XrayHeader> parse_xray_header(std::string_view header);
std::string format_xray_header(const Traceparent& parent);
/// `1-<8 hex>-<24 hex>`.
std::string format_xray_trace_id(const TraceId& id);

}  // namespace tracery::app::record
