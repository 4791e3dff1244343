// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracery::model {

/// A trace's id in the one form the store indexes: 16 bytes. Ids of 8 bytes stand in the last
/// eight, after zeros.
struct TraceId {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const TraceId&) const = default;
};

/// Reads what people paste: 32 or 16 hex digits of either case, or X-Ray's
/// "1-<8 hex>-<24 hex>". Nothing for anything else and for the all-zero id.
std::optional<TraceId> parse_trace_id(std::string_view text);

/// 32 lower-case hex digits, or 16 when the first eight bytes are zero (as Honeycomb shows them).
std::string format_trace_id(const TraceId& id);

}  // namespace tracery::model
