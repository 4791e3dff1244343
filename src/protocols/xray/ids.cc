// SPDX-License-Identifier: Apache-2.0
#include "protocols/xray/ids.h"

#include <array>

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

std::string make_entity_id(std::uint64_t hash) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>((hash | 1U) >> (8 * i));
  }
  return to_hex(bytes);
}

}  // namespace tracery::xray
