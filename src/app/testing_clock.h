// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"

namespace tracery::app {

/// A clock tests move by hand.
struct TestingClock final : Clock {
  std::int64_t time_ns = 1'000'000'000;
  std::int64_t now_ns() const override { return time_ns; }
};

}  // namespace tracery::app
