// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tracery::app {

/// HMAC-SHA-256 (RFC 2104): 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// Whether two texts are equal, in a time that depends on their lengths only: for secrets.
bool equals_in_constant_time(std::string_view a, std::string_view b);

}  // namespace tracery::app
