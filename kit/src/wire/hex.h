// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tracery::app::wire {

/// Lower-case hex digits of bytes.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// Reads exactly `2 * out.size()` hex digits. \return false if `digits` is anything else.
bool from_hex(std::string_view digits, std::span<std::uint8_t> out);

}  // namespace tracery::app::wire
