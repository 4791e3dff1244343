// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace tracery {

void fail_check(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "tracery: invariant broken: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace tracery
