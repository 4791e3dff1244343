// SPDX-License-Identifier: Apache-2.0
#include "store/chunk_bounds.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/time.h"

namespace tracery::store {

void set_bounds(const PackedColumn& column, bool shared_codes, ChunkFacts& chunk) {
  const auto set = [&](std::uint64_t lowest, std::uint64_t highest) {
    chunk.has_bounds = true;
    chunk.lowest = lowest;
    chunk.highest = highest;
  };
  if (column.type == StreamType::kString && shared_codes) {
    const auto [low, high] = std::minmax_element(column.codes.begin(), column.codes.end());
    set(*low, *high);
  } else if (column.type == StreamType::kInt) {
    std::int64_t low = std::numeric_limits<std::int64_t>::max();
    std::int64_t high = std::numeric_limits<std::int64_t>::min();
    for (const std::uint64_t word : column.words) {
      low = std::min(low, static_cast<std::int64_t>(word));
      high = std::max(high, static_cast<std::int64_t>(word));
    }
    set(static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high));
  } else if (column.type == StreamType::kDouble) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    bool any_nan = false;
    for (const std::uint64_t word : column.words) {
      const auto value = std::bit_cast<double>(word);
      any_nan |= std::isnan(value);
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (!any_nan) set(std::bit_cast<std::uint64_t>(low), std::bit_cast<std::uint64_t>(high));
  }
}

std::int64_t end_of_event(std::int64_t time_ns, double duration_ms) {
  constexpr double kDurationMaxNs = 9e18;
  const double ns = duration_ms * static_cast<double>(kNsPerMs);
  if (!(ns > 0)) return time_ns;
  std::int64_t end = 0;
  const auto step = static_cast<std::int64_t>(std::min(ns, kDurationMaxNs));
  return __builtin_add_overflow(time_ns, step, &end) ? std::numeric_limits<std::int64_t>::max()
                                                     : end;
}

}  // namespace tracery::store
