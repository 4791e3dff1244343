// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tracery::cwlogs {

/// The level a text names, in OTLP's words (trace, debug, info, warn, error, fatal); "" when it is
/// none of the usual names. Any case.
std::string_view level_of_word(std::string_view word);

/// The level a line of text plainly says it has: a level in capitals among its first 100 bytes, one
/// in brackets, or `level=word`. "" when it says none.
std::string_view find_level(std::string_view message);

/// The trace a message belongs to.
struct TraceReference {
  std::array<std::uint8_t, 16> trace_id{};
  std::optional<std::array<std::uint8_t, 8>> span_id;
};

/// The trace that a text names: a W3C traceparent, an X-Ray id, or 32 hex digits after a word like
/// `trace_id`. Looks at every 24th byte only, unless there are long runs of hex digits.
std::optional<TraceReference> find_trace(std::string_view message);

/// The same for a text that is an id: 32 hex digits, an X-Ray id, a traceparent, or an X-Ray header
/// ("Root=1-…;Parent=…").
std::optional<TraceReference> read_trace_id(std::string_view text);

/// 16 hex digits that are not all zero.
std::optional<std::array<std::uint8_t, 8>> read_span_id(std::string_view text);

}  // namespace tracery::cwlogs
