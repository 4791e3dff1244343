// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "checking_sink.h"
#include "protocols/otlp/decoder.h"
#include "protocols/otlp/response_encoder.h"

namespace tracery::fuzz {

/// Any bytes decode into whole events, the same on replay, or fail with an Error; what became of
/// them can be told in both encodings.
inline void check_otlp(otlp::Signal signal, otlp::Format format, std::string_view body) {
  const otlp::OtlpContext context{.now_ns = 1, .dataset = "d", .random_seed = 7};
  CheckingSink first;
  CheckingSink second;
  const auto outcome = otlp::decode(signal, body, format, context, first);
  const auto again = otlp::decode(signal, body, format, context, second);
  TRACERY_CHECK(outcome.ok() == again.ok());
  TRACERY_CHECK(first.digest() == second.digest());
  TRACERY_CHECK(first.events() <= body.size());
  if (!outcome.ok()) return;
  TRACERY_CHECK(!first.is_open());
  TRACERY_CHECK((outcome->rejected == 0) == outcome->message.empty());
  TRACERY_CHECK(outcome->accepted >= first.events() || signal == otlp::Signal::kTraces);
  otlp::encode_export_response(signal, otlp::Format::kProtobuf, *outcome);
  otlp::encode_export_response(signal, otlp::Format::kJson, *outcome);
}

}  // namespace tracery::fuzz
