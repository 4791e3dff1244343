// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/time.h"

namespace tracery::query {

/// A duration_ms as nanoseconds: 0 for what is no positive number, cut at the greatest int64.
inline std::int64_t duration_ns_of(double duration_ms) {
  constexpr double kMax = 9.2e18;
  const double ns = duration_ms * static_cast<double>(kNsPerMs);
  if (!(ns > 0)) return 0;
  return ns >= kMax ? std::numeric_limits<std::int64_t>::max() : std::llround(ns);
}

inline std::int64_t duration_ns_of(std::int64_t duration_ms) {
  if (duration_ms <= 0) return 0;
  std::int64_t ns = 0;
  const bool overflows = __builtin_mul_overflow(duration_ms, kNsPerMs, &ns);
  return overflows ? std::numeric_limits<std::int64_t>::max() : ns;
}

/// When a span ends; at latest at the end of time.
template <typename Milliseconds>
std::int64_t end_of_span(std::int64_t start_ns, Milliseconds duration_ms) {
  std::int64_t end_ns = 0;
  const bool overflows = __builtin_add_overflow(start_ns, duration_ns_of(duration_ms), &end_ns);
  return overflows ? std::numeric_limits<std::int64_t>::max() : end_ns;
}

}  // namespace tracery::query
