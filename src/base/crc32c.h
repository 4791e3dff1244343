// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace tracery {

/// CRC-32C (Castagnoli), as in RFC 3720; `crc` continues an earlier sum.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace tracery
