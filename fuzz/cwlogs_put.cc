// SPDX-License-Identifier: Apache-2.0
// Property: any bytes decode into whole events, the same on replay, or fail with an Error; as many
// events are written as are accepted, and nobody gets more than one answer for an event.
#include "checking_sink.h"
#include "protocols/cwlogs/put_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tracery;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const cwlogs::PutContext context{.now_ns = 1'767'330'000'000'000'000,
                                   .sequence = 1'767'330'000'000'000'000,
                                   .retention_days = static_cast<std::int64_t>(size % 3)};
  fuzz::CheckingSink first;
  fuzz::CheckingSink second;
  const auto outcome = cwlogs::decode_put(body, context, first);
  const auto again = cwlogs::decode_put(body, context, second);
  TRACERY_CHECK(outcome.ok() == again.ok());
  TRACERY_CHECK(first.digest() == second.digest() && !first.is_open());
  const auto target = cwlogs::read_put_target(body);
  if (!outcome.ok()) return 0;
  TRACERY_CHECK(first.events() == outcome->accepted);
  TRACERY_CHECK(outcome->accepted + outcome->rejected <= cwlogs::kEventsPerPutMax);
  // Of equal member names the two readers may take different ones; both must find some.
  TRACERY_CHECK(target.ok());
  cwlogs::encode_put_response(*outcome);
  return 0;
}
