// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/ids.h"

#include <array>
#include <cstdint>

#include "base/hex.h"

namespace tracery::xray {

std::optional<model::TraceId> parse_document_trace_id(std::string_view text) {
  constexpr std::size_t kLength = 35;
  return text.size() == kLength ? model::parse_trace_id(text) : std::nullopt;
}

std::string format_document_trace_id(const model::TraceId& id) {
  const std::string hex = to_hex(id.bytes);
  return "1-" + hex.substr(0, 8) + '-' + hex.substr(8);
}

bool is_entity_id(std::string_view text) {
  std::array<std::uint8_t, 8> bytes{};
  return from_hex(text, bytes) && bytes != std::array<std::uint8_t, 8>{};
}

}  // namespace tracery::xray
