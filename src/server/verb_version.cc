// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "server/verbs.h"
#include "server/version.h"

namespace tracery::server {

int run_version(bool json) {
  std::printf(json ? "{\"version\":\"%s\"}\n" : "tracery %s\n", kVersion);
  return kExitOk;
}

int report(const Error& error) {
  std::fprintf(stderr, "tracery: %s\n", error.message.c_str());
  return kExitFailed;
}

}  // namespace tracery::server
