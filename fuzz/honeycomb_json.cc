// SPDX-License-Identifier: Apache-2.0
// Property: check_honeycomb.
#include "honeycomb_property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tracery::fuzz::check_honeycomb(tracery::honeycomb::Format::kJson,
                                 {reinterpret_cast<const char*>(data), size});
  return 0;
}
