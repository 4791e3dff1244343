// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace tracery::app {

/// `digits` random characters of 0-9A-Za-z from the system's generator; 11 make an id as
/// Honeycomb's API shows them.
std::string random_base62(std::size_t digits = 11);
/// The same of 0-9a-z.
std::string random_base36(std::size_t digits);
/// Eight, four, four, four and twelve hex digits: a UUID, version 4.
std::string random_uuid();
std::uint64_t random_u64();

/// Lower-case hex.
std::string sha256_hex(const std::string& bytes);

}  // namespace tracery::app
