// SPDX-License-Identifier: Apache-2.0
#include "app/error_mark.h"

#include <gtest/gtest.h>

#include "app/error_occurrence.h"
#include "model/error_names.h"
#include "model/names.h"
#include "store/batch_rows.h"

namespace tracery::app {
namespace {

namespace names = model::names;
using model::Value;

/// Three events; the second tells of an exception.
void fill(store::EventBatch& batch) {
  for (int i = 0; i < 3; ++i) {
    batch.begin_event(batch.dataset("shop"), 1'000 + i);
    batch.put(batch.field(names::kName), "span");
    batch.put(batch.field(names::kServiceName), "shop");
    batch.put(batch.field(names::kSignalType), "trace");
    if (i == 1) {
      batch.put(batch.field(names::kAnnotationType), "span_event");
      batch.put(batch.field(names::kExceptionType), "builtins.KeyError");
      batch.put(batch.field(names::kExceptionMessage), "'a'");
      batch.put(batch.field("deployment.environment"), "staging");
      batch.put(batch.field("n"), std::int64_t{7});
      batch.put(batch.field("ok"), true);
      batch.put(batch.field("x"), 1.5);
    }
    batch.end_event();
  }
}

TEST(BatchRows, ReadBackWhatWasPut) {
  store::EventBatch batch;
  fill(batch);
  EXPECT_TRUE(store::has_field(batch, names::kExceptionType));
  EXPECT_FALSE(store::has_field(batch, "exception"));
  EXPECT_EQ(store::rows_with(batch, names::kExceptionType), std::vector<std::uint32_t>{1});
  EXPECT_EQ(store::rows_with(batch, names::kName), (std::vector<std::uint32_t>{0, 1, 2}));
  const model::Event event = store::read_row(batch, 1);
  EXPECT_EQ(event.dataset, "shop");
  EXPECT_EQ(event.time_ns, 1'001);
  EXPECT_EQ(*model::find_field(event, "n"), Value(std::int64_t{7}));
  EXPECT_EQ(*model::find_field(event, "ok"), Value(true));
  EXPECT_EQ(*model::find_field(event, "x"), Value(1.5));
  EXPECT_EQ(model::find_field(store::read_row(batch, 2), "n"), nullptr);
  batch.clear();
  EXPECT_FALSE(store::has_field(batch, names::kExceptionType)) << "of the batch before";
}

TEST(ErrorMarks, AreReadBackAndPutIntoTheirEvents) {
  const std::vector<ErrorMark> marks = {{0, 11, 0, {1}}, {2, 12, 11, {2}}};
  const auto read = decode_marks(encode_marks(marks));
  ASSERT_TRUE(read.ok());
  store::EventBatch batch;
  fill(batch);
  EXPECT_TRUE(can_mark(batch));
  put_marks(batch, *read);
  EXPECT_FALSE(can_mark(batch));
  EXPECT_EQ(*model::find_field(store::read_row(batch, 0), names::kErrorId),
            Value(std::int64_t{11}));
  EXPECT_EQ(model::find_field(store::read_row(batch, 1), names::kErrorId), nullptr);
  const model::Event last = store::read_row(batch, 2);
  EXPECT_EQ(*model::find_field(last, names::kErrorDuplicateOf), Value(std::int64_t{11}));
  EXPECT_EQ(*model::find_field(last, names::kErrorItem),
            Value(std::string("02000000000000000000000000000000")));
}

TEST(ErrorMarks, RefuseWhatIsNoMark) {
  EXPECT_TRUE(decode_marks("")->empty());
  const std::string good = encode_marks(std::vector<ErrorMark>{{0, 11, 0, {1}}});
  for (const std::string& bad : {std::string("x"), good.substr(1), good.substr(0, good.size() - 1),
                                 good + "1 2", "-1" + good.substr(1)}) {
    EXPECT_FALSE(decode_marks(bad).ok()) << bad;
  }
}

TEST(ReportOfException, TellsWhatTheEventDoes) {
  store::EventBatch batch;
  fill(batch);
  const model::Event event = store::read_row(batch, 1);
  const auto report = report_of_exception(event);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->exceptions.at(0).type, "builtins.KeyError");
  EXPECT_EQ(report->environment, "staging");
  EXPECT_EQ(report->level, "error");
  EXPECT_EQ(project_of_exception(event), "shop");
  EXPECT_FALSE(report_of_exception(store::read_row(batch, 0)));
}

}  // namespace
}  // namespace tracery::app
