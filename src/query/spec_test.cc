// SPDX-License-Identifier: Apache-2.0
#include "query/spec.h"

#include <functional>

#include <gtest/gtest.h>

namespace tracery::query {
namespace {

Spec valid_spec() {
  Spec spec;
  spec.calculations = {{Op::kP99, "duration_ms", "", {}}, {Op::kHeatmap, "duration_ms", "", {}}};
  spec.breakdowns = {"name"};
  spec.to_ns = 7'200'000'000'000;
  spec.granularity_ns = 60'000'000'000;
  return spec;
}

TEST(Names, RoundTripForEveryOperator) {
  for (int i = 0; i < 24; ++i) {
    const auto op = static_cast<Op>(i);
    EXPECT_EQ(parse_op(to_string(op)), op);
  }
  for (int i = 0; i < 16; ++i) {
    const auto op = static_cast<FilterOp>(i);
    EXPECT_EQ(parse_filter_op(to_string(op)), op);
  }
  EXPECT_FALSE(parse_op("P42"));
  EXPECT_FALSE(parse_filter_op("matches"));
}

TEST(Calculation, IsKnownByItsNameOrByWhatItCalculates) {
  EXPECT_EQ((Calculation{Op::kCount, "", "", {}}.key()), "COUNT");
  EXPECT_EQ((Calculation{Op::kP99, "duration_ms", "", {}}.key()), "P99(duration_ms)");
  EXPECT_EQ((Calculation{Op::kSum, "x", "total", {}}.key()), "total");
}

TEST(Validate, TakesAWholeSpec) {
  const Status status = validate(valid_spec());

  EXPECT_TRUE(status.ok()) << status.error().message;
}

TEST(Validate, RefusesWhatCannotBeAnswered) {
  const std::pair<const char*, std::function<void(Spec&)>> breaks[] = {
      {"no calculation", [](Spec& s) { s.calculations.clear(); }},
      {"a percentile without a column", [](Spec& s) { s.calculations[0].column.clear(); }},
      {"CONCURRENCY with a column", [](Spec& s) { s.calculations[0].op = Op::kConcurrency; }},
      {"the same calculation twice", [](Spec& s) { s.calculations[1] = s.calculations[0]; }},
      {"filters without a name",
       [](Spec& s) { s.calculations[0].filters.filters = {{"a", FilterOp::kExists, {}}}; }},
      {"a filter without a value",
       [](Spec& s) { s.filters.filters = {{"a", FilterOp::kEqual, {}}}; }},
      {"exists with a value",
       [](Spec& s) { s.filters.filters = {{"a", FilterOp::kExists, {true}}}; }},
      {"an order by HEATMAP", [](Spec& s) { s.orders = {{"", 1, false}}; }},
      {"an order by an unknown column", [](Spec& s) { s.orders = {{"user", {}, false}}; }},
      {"a having on HEATMAP", [](Spec& s) { s.havings = {{1, FilterOp::kGreater, 1}}; }},
      {"a having that does not compare", [](Spec& s) { s.havings = {{0, FilterOp::kIn, 1}}; }},
      {"a breakdown twice", [](Spec& s) { s.breakdowns = {"name", "name"}; }},
      {"an end before its start", [](Spec& s) { s.from_ns = s.to_ns + 1; }},
      {"no granularity", [](Spec& s) { s.granularity_ns = 0; }},
      {"a granularity far too fine", [](Spec& s) { s.granularity_ns = 1; }},
      {"no limit", [](Spec& s) { s.limit = 0; }},
  };
  for (const auto& [name, apply] : breaks) {
    Spec spec = valid_spec();
    apply(spec);
    const Status status = validate(spec);

    ASSERT_FALSE(status.ok()) << name;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalid) << name;
  }
}

}  // namespace
}  // namespace tracery::query
