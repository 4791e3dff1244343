// SPDX-License-Identifier: Apache-2.0
// Property: check_otlp.
#include "otlp_property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tracery::fuzz::check_otlp(tracery::otlp::Signal::kLogs, tracery::otlp::Format::kProtobuf,
                            {reinterpret_cast<const char*>(data), size});
  return 0;
}
