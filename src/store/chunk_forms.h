// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

/// Numbers in the file that say how a chunk is encoded; chunk_encoder.cc has the grammar.
namespace tracery::store {

enum class PresenceForm : std::uint8_t { kBitmap = 0, kRows = 1 };
enum class DoubleForm : std::uint8_t { kBits = 0, kDecimal = 1 };
enum class TextForm : std::uint8_t { kPartDictionary = 0, kOwnDictionary = 1 };
enum class IdForm : std::uint8_t { kPlain = 0, kRuns = 1, kParents = 2 };

/// What decimal doubles are divided by; each is exact.
inline constexpr std::array<double, 10> kPowersOfTen = {1e0, 1e1, 1e2, 1e3, 1e4,
                                                        1e5, 1e6, 1e7, 1e8, 1e9};

}  // namespace tracery::store
