// SPDX-License-Identifier: Apache-2.0
// Property: any bytes decode into whole events, the same on replay, or fail with an Error.
#include "checking_sink.h"
#include "protocols/cwlogs/intake_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tracery;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const cwlogs::PutContext context{
      .now_ns = 1'767'330'000'000'000'000, .sequence = 1, .retention_days = 0, .stream = "s"};
  for (const auto form :
       {cwlogs::IntakeForm::kEvents, cwlogs::IntakeForm::kLines, cwlogs::IntakeForm::kObjects}) {
    fuzz::CheckingSink first;
    fuzz::CheckingSink second;
    const auto outcome = cwlogs::decode_intake(form, body, "g", context, first);
    const auto again = cwlogs::decode_intake(form, body, "g", context, second);
    TRACERY_CHECK(outcome.ok() == again.ok());
    TRACERY_CHECK(first.digest() == second.digest() && !first.is_open());
    if (outcome.ok()) TRACERY_CHECK(first.events() == outcome->accepted);
  }
  return 0;
}
