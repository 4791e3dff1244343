// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tracery {

/// Prints the broken invariant to stderr and aborts. For what *we* did wrong, never for input.
[[noreturn]] void fail_check(const char* condition, const char* file, int line);

}  // namespace tracery

/// Aborts, also in release builds, when an invariant of ours is broken.
#define TRACERY_CHECK(condition)               \
  (__builtin_expect(!!(condition), 1) ? void() \
                                      : ::tracery::fail_check(#condition, __FILE__, __LINE__))
