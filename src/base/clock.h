// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tracery {

/// Where "now" comes from; tests hold one they move by hand. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Nanoseconds since the Unix epoch, UTC.
  virtual std::int64_t now_ns() const = 0;
};

/// The wall clock of the machine.
class SystemClock final : public Clock {
 public:
  std::int64_t now_ns() const override;
};

/// Nanoseconds of a clock that never goes back; for measuring durations only.
std::int64_t monotonic_ns();

}  // namespace tracery
