// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

namespace tracery {
namespace {

std::int64_t read_ns(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

std::int64_t SystemClock::now_ns() const { return read_ns(CLOCK_REALTIME); }

std::int64_t monotonic_ns() { return read_ns(CLOCK_MONOTONIC); }

}  // namespace tracery
