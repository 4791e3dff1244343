// SPDX-License-Identifier: Apache-2.0
#include "model/trace_id.h"

#include <algorithm>
#include <span>

#include "base/hex.h"

namespace tracery::model {

std::optional<TraceId> parse_trace_id(std::string_view text) {
  std::string digits(text);
  if (text.size() == 35 && text.starts_with("1-") && text[10] == '-') {
    digits = std::string(text.substr(2, 8)) + std::string(text.substr(11));
  }
  TraceId id;
  const bool is_short = digits.size() == 16;
  const auto out = std::span(id.bytes).subspan(is_short ? 8 : 0);
  if (!from_hex(digits, out)) return std::nullopt;
  if (id == TraceId{}) return std::nullopt;
  return id;
}

std::string format_trace_id(const TraceId& id) {
  const bool is_short = std::all_of(id.bytes.begin(), id.bytes.begin() + 8,
                                    [](std::uint8_t byte) { return byte == 0; });
  return to_hex(std::span(id.bytes).subspan(is_short ? 8 : 0));
}

}  // namespace tracery::model
