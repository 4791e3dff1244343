// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace tracery {

/// CRC-32 of IEEE 802.3, as zlib and AWS's event streams use it.
std::uint32_t crc32(std::string_view bytes);

}  // namespace tracery
