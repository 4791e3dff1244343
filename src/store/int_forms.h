// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// Numbers in the file that say how integers are encoded; int_encoder.cc has the grammar.
namespace tracery::store {

enum class IntForm : std::uint8_t { kSequence = 0, kRuns = 1, kOffsets = 2, kDifferences = 3 };
enum class PlaneLayout : std::uint8_t { kValues = 0, kPlanes = 1 };

/// Runs pay when they are few; else zstd finds them in the planes anyway.
inline constexpr std::size_t kRowsPerRunMin = 16;

template <typename T>
constexpr std::uint64_t widen(T value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace tracery::store
