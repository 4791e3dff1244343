// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tracery {

/// Lower-case hex of `bytes`.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// Reads exactly `out.size()` bytes from hex of either case; false when `hex` is anything else.
bool from_hex(std::string_view hex, std::span<std::uint8_t> out);

/// True when every character is one of 0-9 a-f: the form `to_hex` gives back unchanged.
bool is_canonical_hex(std::string_view text);

/// Standard alphabet with padding.
std::string to_base64(std::string_view bytes);

/// Standard or URL alphabet, padding optional; nothing when `text` is anything else.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tracery
