// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/result_encoder.h"

#include <gtest/gtest.h>

#include "protocols/honeycomb/names.h"
#include "protocols/honeycomb/problem.h"

namespace tracery::honeycomb {
namespace {

using query::Op;

TEST(EncodeQueryResult, WritesSeriesResultsTotalsAndOther) {
  query::Spec spec;
  spec.calculations = {
      {Op::kCount, "", "", {}}, {Op::kP99, "duration_ms", "", {}}, {Op::kHeatmap, "x", "", {}}};
  spec.breakdowns = {"UserId"};
  query::QueryResult result;
  const std::vector<model::Value> group = {std::string("u1")};
  result.rows = {{group, {std::int64_t{3}, 41.5, {}}}, {{model::Value()}, {1.5, {}, {}}}};
  result.series = {{1'000'000'000, {group, {std::int64_t{3}, 41.5, query::Heatmap{{1, 2, 3}}}}}};
  result.total = {{}, {std::int64_t{9}, 2.0, {}}};
  result.total_series = {{500'000'000, {{}, {std::int64_t{9}, 2.0, query::Heatmap{}}}}};
  result.other = {{}, {std::int64_t{1}, {}, {}}};

  EXPECT_EQ(
      encode_query_result(result, spec),
      R"j({"series":[{"time":"1970-01-01T00:00:01Z","data":{"COUNT":3,"P99(duration_ms)":41.5,)j"
      R"j("HEATMAP(x)":{"buckets":[{"min":1,"max":2,"count":3}]},"UserId":"u1"}}],)j"
      R"j("results":[{"data":{"COUNT":3,"P99(duration_ms)":41.5,"UserId":"u1"}},)j"
      R"j({"data":{"COUNT":1.5,"P99(duration_ms)":null,"UserId":null}}],)j"
      R"j("total_by_aggregate":{"data":{"COUNT":9,"P99(duration_ms)":2}},)j"
      R"("total_by_aggregate_series":[{"time":"1970-01-01T00:00:00.5Z","data":{"COUNT":9,)"
      R"j("P99(duration_ms)":2,"HEATMAP(x)":{"buckets":[]}}}],)j"
      R"j("other_by_aggregate":{"data":{"COUNT":1,"P99(duration_ms)":null}}})j");
}

TEST(EncodeQueryResult, WritesFormulasAndTheComparison) {
  query::Spec spec;
  spec.calculations = {{Op::kCount, "", "", {}}, {Op::kSum, "x", "", {}}};
  spec.formulas = {{"mean", {}}};
  spec.breakdowns = {"u"};
  spec.compare_offset_ns = 1'800'000'000'000;
  const std::vector<model::Value> a = {std::string("a")}, b = {std::string("b")};
  auto earlier = std::make_shared<query::QueryResult>();
  earlier->rows = {{a, {}}, {b, {2.5}}};
  earlier->series = {{500'000'000, {b, {2.5}}}};
  earlier->total = {{}, {2.5}};
  query::QueryResult result;
  result.rows = {{a, {1.0}}, {b, {2.0}}};
  result.comparison = earlier;

  EXPECT_EQ(encode_query_result(result, spec),
            R"j({"series":[],"results":[{"data":{"mean":1,"u":"a"}},{"data":{"mean":2,"u":"b"}}],)j"
            R"j("compare":{"time_offset_seconds":1800,"series":[{"time":"1970-01-01T00:00:00.5Z",)j"
            R"j("data":{"mean":2.5,"u":"b"}}],"results":[{"data":{"mean":2.5,"u":"b"}}],)j"
            R"j("total_by_aggregate":{"data":{"mean":2.5}},"total_by_aggregate_series":[]}})j");
}

TEST(EncodeQueryResult, KeepsTheArraysWhenThereIsNothing) {
  query::Spec spec;
  spec.calculations.emplace_back();
  spec.series = false;
  EXPECT_EQ(encode_query_result({}, spec), R"({"series":[],"results":[]})");
}

TEST(EncodeProblem, NamesTypeTitleAndFields) {
  const FieldProblem missing[] = {{"name", "missing", "cannot be blank"}};
  EXPECT_EQ(encode_problem(ProblemKind::kNotFound, "http://h:1", "Dataset not found"),
            R"({"status":404,"type":"http://h:1/problems/not-found",)"
            R"("title":"The requested resource cannot be found.",)"
            R"("error":"Dataset not found","detail":"Dataset not found"})");
  EXPECT_EQ(encode_problem(ProblemKind::kValidationFailed, "http://h", {}, missing),
            R"({"status":422,"type":"http://h/problems/validation-failed",)"
            R"("title":"The provided input is invalid.","error":"The provided input is invalid.",)"
            R"("detail":"The provided input is invalid.","type_detail":[{"field":"name",)"
            R"("code":"missing","description":"cannot be blank"}]})");
  EXPECT_EQ(problem_status(ProblemKind::kConflict), 409);
  EXPECT_EQ(encode_error("unknown API key - check your credentials"),
            R"({"error":"unknown API key - check your credentials"})");
}

TEST(IsClassicKey, TellsTheShapesApart) {
  const std::string tail(58, 'a');
  EXPECT_TRUE(is_classic_key("a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"));
  EXPECT_TRUE(is_classic_key("hcxic_" + tail));
  EXPECT_FALSE(is_classic_key("A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1"));
  EXPECT_FALSE(is_classic_key("hcxik_" + tail));
  EXPECT_FALSE(is_classic_key("hcXic_" + tail));
  EXPECT_FALSE(is_classic_key("abc123DEF456ghi789jklm"));
  EXPECT_FALSE(is_classic_key(""));
}

TEST(DatasetSlug, ReplacesAllButLettersDigitsAndUnderscores) {
  EXPECT_EQ(dataset_slug("My Dataset!"), "my-dataset-");
  EXPECT_EQ(dataset_slug("a_b.c/é"), "a_b-c---");
}

}  // namespace
}  // namespace tracery::honeycomb
