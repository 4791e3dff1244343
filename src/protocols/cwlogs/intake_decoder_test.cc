// SPDX-License-Identifier: Apache-2.0
#include "protocols/cwlogs/intake_decoder.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "model/event.h"
#include "model/names.h"

namespace tracery::cwlogs {
namespace {

constexpr std::int64_t kNowNs = 1'767'330'000 * kNsPerSecond;

/// "time ms|message" of each event.
std::vector<std::string> decode(IntakeForm form, const std::string& body) {
  model::EventList list;
  const PutContext context{.now_ns = kNowNs, .sequence = 1, .retention_days = 0, .stream = "s"};
  const auto outcome = decode_intake(form, body, "g", context, list);
  if (!outcome.ok()) return {to_string(outcome.error())};
  std::vector<std::string> lines;
  for (const model::Event& event : list.take()) {
    EXPECT_EQ(event.dataset, "g");
    lines.push_back(std::to_string(event.time_ns / kNsPerMs) + '|' +
                    std::get<std::string>(*model::find_field(event, model::names::kBody)));
  }
  EXPECT_EQ(lines.size(), outcome->accepted);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(DecodeIntake, TakesEventsOneAfterAnotherOrInAnArray) {
  const Lines wanted = {R"(1767329999500|{"event":"a","time":1767329999.5})",
                        R"(1767330000000|{"event":{"b":1},"host":"h"})"};
  EXPECT_EQ(decode(IntakeForm::kEvents,
                   R"({"event":"a","time":1767329999.5}{"event":{"b":1},"host":"h"}{"no":1})"),
            wanted);
  EXPECT_EQ(decode(IntakeForm::kEvents,
                   R"([{"event":{"b":1},"host":"h"},7,{"event":"a","time":1767329999.5}])"),
            wanted);
  EXPECT_EQ(decode(IntakeForm::kEvents, R"({"event":"x","time":"1767329999"})"),
            Lines{R"(1767329999000|{"event":"x","time":"1767329999"})"});
}

TEST(DecodeIntake, TakesLines) {
  EXPECT_EQ(decode(IntakeForm::kLines, "{\"timestamp\":1767329999000, \"a\":1}\r\n\nplain\n"),
            (Lines{"1767329999000|{\"timestamp\":1767329999000, \"a\":1}", "1767330000000|plain"}));
}

TEST(DecodeIntake, TakesObjects) {
  EXPECT_EQ(decode(IntakeForm::kObjects, R"([{"timestamp":1767329999000},"no",{"b":2}])"),
            (Lines{R"(1767329999000|{"timestamp":1767329999000})", R"(1767330000000|{"b":2})"}));
}

TEST(DecodeIntake, RefusesWhatIsNoJson) {
  for (const char* body : {"", "{", "nope", "{} x"}) {
    EXPECT_EQ(decode(IntakeForm::kObjects, body), Lines{"malformed: body is no JSON"}) << body;
  }
}

}  // namespace
}  // namespace tracery::cwlogs
