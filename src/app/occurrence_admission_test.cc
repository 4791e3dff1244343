// SPDX-License-Identifier: Apache-2.0
#include "app/occurrence_admission.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace tracery::app {
namespace {

using Verdict = OccurrenceAdmission::Verdict;

const auto kNobody = [](bool) {};

TEST(Admission, IdsAscendAlsoWhenTheClockDoesNot) {
  OccurrenceAdmission admission;
  const std::int64_t first = admission.draw_id(kNsPerDay);
  EXPECT_EQ(admission.draw_id(kNsPerDay), first + 1);
  EXPECT_EQ(admission.draw_id(kNsPerDay - kNsPerSecond), first + 2);
  admission.raise_id(first + 100);
  EXPECT_EQ(admission.draw_id(kNsPerDay), first + 101);
  EXPECT_EQ(admission.draw_id(2 * kNsPerDay), first_occurrence_id_at(2 * kNsPerDay));
}

TEST(Admission, AStoredUuidIsARepeat) {
  OccurrenceAdmission admission;
  EXPECT_EQ(admission.begin(7, kNobody), Verdict::kNew);
  admission.finish(7, true);
  EXPECT_EQ(admission.begin(7, kNobody), Verdict::kRepeat);
}

TEST(Admission, ARepeatOfWhatIsUnderWayIsToldWhatBecameOfIt) {
  OccurrenceAdmission admission;
  std::vector<bool> told;
  const auto note = [&](bool stored) { told.push_back(stored); };
  EXPECT_EQ(admission.begin(7, kNobody), Verdict::kNew);
  EXPECT_EQ(admission.begin(7, note), Verdict::kPending);
  admission.finish(7, false);
  EXPECT_EQ(told, std::vector<bool>{false});
  EXPECT_EQ(admission.begin(7, kNobody), Verdict::kNew) << "it was not stored";
  EXPECT_EQ(admission.begin(7, note), Verdict::kPending);
  admission.finish(7, true);
  EXPECT_EQ(told, (std::vector<bool>{false, true}));
}

TEST(Admission, RemembersTheNewestUuidsOnly) {
  OccurrenceAdmission admission;
  for (std::uint64_t uuid = 0; uuid <= OccurrenceAdmission::kUuidsMax; ++uuid) {
    admission.finish(uuid, true);
  }
  EXPECT_EQ(admission.begin(0, kNobody), Verdict::kNew);
  EXPECT_EQ(admission.begin(1, kNobody), Verdict::kRepeat);
}

Occurrence from(ErrorSource source, std::int64_t id) {
  Occurrence occurrence;
  occurrence.id = id;
  occurrence.source = source;
  occurrence.key = {9};
  return occurrence;
}

TEST(Pairs, TheSecondSourceTellsOfTheFirstOnesOccurrence) {
  OccurrenceAdmission admission;
  EXPECT_FALSE(admission.claim_pair(5, from(kFromRollbar, 1), kNsPerDay));
  const auto first = admission.claim_pair(5, from(kFromOtlp, 2), kNsPerDay);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->id, 1);
  EXPECT_EQ(first->key, ItemKey{9});
  EXPECT_EQ(first->sources, kFromRollbar);
  const auto again = admission.claim_pair(5, from(kFromOtlp, 3), kNsPerDay);
  ASSERT_TRUE(again) << "a span further out";
  EXPECT_EQ(again->sources, kFromRollbar | kFromOtlp);
}

TEST(Pairs, AReporterThatSpeaksTwiceMeansTwo) {
  OccurrenceAdmission admission;
  EXPECT_FALSE(admission.claim_pair(5, from(kFromRollbar, 1), kNsPerDay));
  EXPECT_FALSE(admission.claim_pair(5, from(kFromRollbar, 2), kNsPerDay));
}

TEST(Pairs, NothingPairsWithoutAKeyOrAfterTheWindow) {
  OccurrenceAdmission admission;
  EXPECT_FALSE(admission.claim_pair(0, from(kFromRollbar, 1), kNsPerDay));
  EXPECT_FALSE(admission.claim_pair(0, from(kFromOtlp, 2), kNsPerDay));
  EXPECT_FALSE(admission.claim_pair(5, from(kFromRollbar, 3), kNsPerDay));
  const std::int64_t later = kNsPerDay + OccurrenceAdmission::kPairWindowNs + 1;
  EXPECT_FALSE(admission.claim_pair(5, from(kFromOtlp, 4), later));
}

}  // namespace
}  // namespace tracery::app
