// SPDX-License-Identifier: Apache-2.0
// Property: check_otlp, for each signal; and a guess at the signal never fails.
#include "otlp_property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tracery::otlp::Format;
  using tracery::otlp::Signal;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const Signal signal : {Signal::kTraces, Signal::kLogs, Signal::kMetrics}) {
    tracery::fuzz::check_otlp(signal, Format::kJson, body);
  }
  tracery::otlp::guess_signal(body, Format::kJson);
  tracery::otlp::guess_signal(body, Format::kProtobuf);
  return 0;
}
