// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/query_spec.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace tracery::honeycomb {
namespace {

using query::FilterOp;
using query::Op;

constexpr std::int64_t kNow = 1'700'000'000 * kNsPerSecond;

query::Spec decode_ok(const std::string& json) {
  auto decoded = decode_query_spec(json, kNow);
  EXPECT_TRUE(decoded.ok()) << decoded.error().message;
  return decoded.ok() ? *std::move(decoded) : query::Spec();
}

TEST(DecodeQuerySpec, FillsInTheDefaults) {
  const query::Spec spec = decode_ok("{}");

  ASSERT_EQ(spec.calculations.size(), 1U);
  EXPECT_EQ(spec.calculations[0].op, Op::kCount);
  EXPECT_EQ(spec.limit, 100U);
  EXPECT_EQ(spec.to_ns, kNow);
  EXPECT_EQ(spec.from_ns, kNow - 7'200 * kNsPerSecond);
  EXPECT_GT(spec.granularity_ns, 0);
  EXPECT_TRUE(spec.weighted);
  EXPECT_TRUE(spec.series && spec.totals && spec.other);
}

TEST(DecodeQuerySpec, ReadsTheDocumentedExample) {
  const query::Spec spec = decode_ok(R"({
    "calculations":[{"op":"P99","column":"duration_ms"},{"op":"COUNT"},
                    {"op":"AVG","column":"x","name":"slow","filters":[
                       {"column":"x","op":">","value":500}],"filter_combination":"OR"}],
    "filters":[{"column":"error","op":"=","value":true},{"column":"n","op":"in","value":["a",1]},
               {"column":"e","op":"exists"}], "filter_combination":"AND",
    "breakdowns":["UserId","name"],
    "orders":[{"op":"P99","column":"duration_ms","order":"descending"},{"op":"COUNT"},
              {"column":"slow"},{"column":"UserId"}],
    "havings":[{"calculate_op":"COUNT","op":">","value":10},
               {"column":"slow","op":"<=","value":2.5}],
    "limit":50, "time_range":7200, "start_time":0, "end_time":0, "granularity":60,
    "formulas":[], "compare_time_offset_seconds":86400, "usage_mode":true, "id":"abc"})");

  ASSERT_EQ(spec.calculations.size(), 3U);
  EXPECT_EQ(spec.calculations[0].key(), "P99(duration_ms)");
  EXPECT_EQ(spec.calculations[2].key(), "slow");
  EXPECT_EQ(spec.calculations[2].filters.combine, query::Combine::kOr);
  EXPECT_EQ(spec.calculations[2].filters.filters.at(0).values.at(0),
            model::Value(std::int64_t{500}));
  ASSERT_EQ(spec.filters.filters.size(), 3U);
  EXPECT_EQ(spec.filters.filters[0].values.at(0), model::Value(true));
  EXPECT_EQ(spec.filters.filters[1].op, FilterOp::kIn);
  EXPECT_EQ(spec.filters.filters[1].values.size(), 2U);
  EXPECT_TRUE(spec.filters.filters[2].values.empty());
  ASSERT_EQ(spec.orders.size(), 4U);
  EXPECT_EQ(spec.orders[0].calculation, 0U);
  EXPECT_TRUE(spec.orders[0].descending);
  EXPECT_EQ(spec.orders[1].calculation, 1U);
  EXPECT_FALSE(spec.orders[1].descending);
  EXPECT_EQ(spec.orders[2].calculation, 2U);
  EXPECT_EQ(spec.orders[3].column, "UserId");
  ASSERT_EQ(spec.havings.size(), 2U);
  EXPECT_EQ(spec.havings[0].calculation, 1U);
  EXPECT_EQ(spec.havings[1].calculation, 2U);
  EXPECT_EQ(spec.havings[1].value, 2.5);
  EXPECT_EQ(spec.limit, 50U);
  EXPECT_EQ(spec.granularity_ns, 60 * kNsPerSecond);
  EXPECT_FALSE(spec.weighted);
}

TEST(DecodeQuerySpec, ReadsTheThreeFormsOfTime) {
  using Seconds = std::pair<std::int64_t, std::int64_t>;
  const auto range = [](const std::string& members) {
    const query::Spec spec = decode_ok("{" + members + "}");
    return Seconds{spec.from_ns / kNsPerSecond, spec.to_ns / kNsPerSecond};
  };
  EXPECT_EQ(range(R"("time_range":60)"), Seconds(1'699'999'940, 1'700'000'000));
  EXPECT_EQ(range(R"("start_time":100,"time_range":60)"), Seconds(100, 160));
  EXPECT_EQ(range(R"("end_time":100,"time_range":60)"), Seconds(40, 100));
  EXPECT_EQ(range(R"("start_time":100,"end_time":300)"), Seconds(100, 300));
  EXPECT_EQ(range(R"("start_time":100,"end_time":null,"time_range":0)"), Seconds(100, 7'300));
  EXPECT_EQ(decode_ok(R"({"start_time":100.25,"end_time":100.75})").from_ns, 100'250'000'000);
}

TEST(DecodeQuerySpec, GivesTheOffsetToCompareWith) {
  const auto decoded = decode_query_spec(R"({"compare_time_offset_seconds":86400})", kNow);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->compare_offset_ns, kNsPerDay);
}

struct RefusalCase {
  const char* json;
  const char* field;
  const char* code;
  const char* message;
};

void PrintTo(const RefusalCase& refusal, std::ostream* out) { *out << refusal.json; }

class Refusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(Refusal, NamesTheFieldInTheVendorsWords) {
  FieldProblem problem;
  const auto decoded = decode_query_spec(GetParam().json, kNow, &problem);

  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(decoded.error().message, GetParam().message);
  EXPECT_EQ(problem.field, GetParam().field);
  EXPECT_EQ(problem.code, GetParam().code);
  EXPECT_EQ(problem.description, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Refusal,
    testing::Values(
        RefusalCase{R"({"foo":1})", "foo", "invalid", "unknown field \"foo\""},
        RefusalCase{R"({"filters":[{"colum":1}]})", "filters[0].colum", "invalid",
                    "unknown field \"colum\""},
        RefusalCase{R"({"limit":"x"})", "limit", "incorrect_type", "limit must be an integer"},
        RefusalCase{R"({"breakdowns":"x"})", "breakdowns", "incorrect_type",
                    "breakdowns must be a list"},
        RefusalCase{R"({"calculations":[{"op":"AVG"}]})", "calculations[0].column", "missing",
                    "AVG requires a column"},
        RefusalCase{R"({"calculations":[{"op":"CONCURRENCY","column":"x"}]})",
                    "calculations[0].column", "invalid",
                    "CONCURRENCY should not have an accompanying column"},
        RefusalCase{R"({"calculations":[{"op":"MODE"}]})", "calculations[0].op", "invalid",
                    "unknown calculation op: MODE"},
        RefusalCase{R"({"calculations":[{}]})", "calculations[0].op", "missing", "op is required"},
        RefusalCase{R"({"calculations":[{"op":"COUNT"},{"op":"COUNT"}]})", "calculations[1].name",
                    "invalid", "duplicate calculation: COUNT"},
        RefusalCase{R"({"calculations":[{"op":"COUNT","filters":[{"column":"a","op":"exists"}]}]})",
                    "calculations[0].name", "missing",
                    "name is required when using calculation filters"},
        RefusalCase{R"({"filters":[{"column":"a","op":"exists","value":1}]})", "filters[0].value",
                    "invalid", "exists does not take a value"},
        RefusalCase{R"({"filters":[{"column":"a","op":">"}]})", "filters[0].value", "missing",
                    "operator > requires a value"},
        RefusalCase{R"({"filters":[{"column":"a","op":"in","value":1}]})", "filters[0].value",
                    "incorrect_type", "operator in requires an array"},
        RefusalCase{R"({"filters":[{"column":"a","op":"=","value":[1]}]})", "filters[0].value",
                    "incorrect_type", "operator = does not take an array"},
        RefusalCase{R"({"filters":[{"column":"a","op":"=","value":{}}]})", "filters[0].value",
                    "incorrect_type", "filters[0].value must be a string, a number or a boolean"},
        RefusalCase{R"({"filters":[{"column":"root.name","op":"exists"}]})", "filters[0].column",
                    "invalid", "relational fields are not supported: root.name"},
        RefusalCase{R"({"filter_combination":"XOR"})", "filter_combination", "invalid",
                    "filter_combination must be AND or OR"},
        RefusalCase{R"({"orders":[{"column":"x"}]})", "orders[0]", "invalid",
                    "missing matching calculation, formula, or breakdown"},
        RefusalCase{R"({"calculations":[{"op":"HEATMAP","column":"x"}],
                        "orders":[{"op":"HEATMAP","column":"x"}]})",
                    "orders[0].op", "invalid", "cannot order by HEATMAP"},
        RefusalCase{R"({"havings":[{"calculate_op":"P95","column":"x","op":">","value":1}]})",
                    "havings[0].calculate_op", "invalid", "P95 missing matching calculation"},
        RefusalCase{R"({"havings":[{"calculate_op":"COUNT","op":"in","value":1}]})",
                    "havings[0].op", "invalid", "op must be one of =, !=, >, >=, <, <="},
        RefusalCase{R"({"havings":[{"calculate_op":"COUNT","op":">"}]})", "havings[0].value",
                    "missing", "value is required"},
        RefusalCase{R"({"limit":0})", "limit", "invalid", "limit value must be between 1 and 1000"},
        RefusalCase{R"({"limit":1200})", "limit", "invalid",
                    "limit value must be between 1 and 1000"},
        RefusalCase{R"({"time_range":60,"start_time":1,"end_time":2})", "time_range", "invalid",
                    "specify at most two of time_range, start_time and end_time"},
        RefusalCase{R"({"start_time":3,"end_time":2})", "start_time", "invalid",
                    "start_time must not be after end_time"},
        RefusalCase{R"({"start_time":-3})", "start_time", "invalid", "start_time is out of range"},
        RefusalCase{R"({"start_time":9000000000,"time_range":9000000000})", "time_range", "invalid",
                    "time_range is out of range"},
        RefusalCase{R"({"time_range":60,"granularity":61})", "granularity", "invalid",
                    "granularity can not be greater than time_range"},
        RefusalCase{R"({"time_range":7200,"granularity":7})", "granularity", "invalid",
                    "granularity can not be less than time_range/1000"},
        RefusalCase{R"({"compare_time_offset_seconds":5})", "compare_time_offset_seconds",
                    "invalid", "compare_time_offset is an invalid value"},
        RefusalCase{R"({"compare_time_offset_seconds":1800})", "compare_time_offset_seconds",
                    "invalid", "compare_time_offset must be greater than the queries time range"},
        RefusalCase{R"({"start_time":5,"time_range":60,"compare_time_offset_seconds":1800})",
                    "compare_time_offset_seconds", "invalid",
                    "compare_time_offset is out of range"},
        RefusalCase{R"({"formulas":[{"expression":"1"}]})", "formulas[0].name", "missing",
                    "name is required"},
        RefusalCase{R"({"formulas":[{"name":"f"}]})", "formulas[0].expression", "missing",
                    "expression is required"},
        RefusalCase{R"({"formulas":[{"name":"f","expression":" "}]})", "formulas[0].expression",
                    "invalid", "empty expression"},
        RefusalCase{R"({"formulas":[{"name":"f","expression":"$A"}]})", "formulas[0].expression",
                    "invalid", "unknown calculation: A"},
        RefusalCase{R"({"formulas":[{"name":"f","expression":"1"},
                                    {"name":"g","expression":"$f"}]})",
                    "formulas[1].expression", "invalid", "unknown calculation: f"},
        RefusalCase{R"({"formulas":[{"name":"COUNT","expression":"1"}]})", "formulas[0].name",
                    "invalid", "duplicate name: COUNT"},
        RefusalCase{R"({"calculations":[{"op":"HEATMAP","column":"x"}],
                        "formulas":[{"name":"f","expression":"1"}]})",
                    "calculations[0].op", "invalid",
                    "HEATMAP calculations cannot be used with formulas"},
        RefusalCase{R"({"formulas":[{"name":"f","expression":"1"}],"breakdowns":["root.name"]})",
                    "breakdowns[0]", "invalid",
                    "relational fields are not supported when using formulas or calculation "
                    "filters"},
        RefusalCase{R"({"formulas":[{"name":"f","expression":"1","op":"x"}]})", "formulas[0].op",
                    "invalid", "unknown field \"op\""}));

TEST(DecodeQuerySpec, ResolvesFormulasAndWhatNamesThem) {
  const query::Spec spec = decode_ok(R"({
    "calculations":[{"op":"COUNT"},{"op":"SUM","column":"bytes","name":"total"}],
    "formulas":[{"name":"size","expression":"$total / $COUNT"},{"name":"one","expression":"1"}],
    "orders":[{"column":"one"},{"op":"COUNT"}],
    "havings":[{"name":"size","op":">","value":2},{"column":"one","op":">","value":0}]})");

  ASSERT_EQ(spec.formulas.size(), 2U);
  EXPECT_EQ(spec.formulas[0].name, "size");
  EXPECT_EQ(query::calculations_of(spec.formulas[0].root), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(spec.orders.at(0).calculation, 3U);
  EXPECT_EQ(spec.orders.at(1).calculation, 0U);
  EXPECT_EQ(spec.havings.at(0).calculation, 2U);
  EXPECT_EQ(spec.havings.at(1).calculation, 3U);
}

TEST(DecodeQuerySpec, RefusesWhatIsNoJsonObject) {
  for (const char* json : {"", "[]", "{", "\"x\""}) {
    EXPECT_EQ(decode_query_spec(json, kNow).error().code, ErrorCode::kMalformed);
  }
}

TEST(DecodeQuerySpec, RefusesListsOfMoreThanAHundred) {
  std::string list;
  for (int i = 0; i < 101; ++i) list += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + "\"";
  EXPECT_EQ(decode_query_spec(R"({"breakdowns":[)" + list + "]}", kNow).error().message,
            "breakdowns may have at most 100 items");
}

TEST(EchoQuerySpec, GivesBackWhatWasSentWithoutTheDefaultCombination) {
  EXPECT_EQ(*echo_query_spec(R"({"orders":[{"op":"COUNT"}], "filter_combination":"AND",
                "calculations":[{"op":"COUNT","filter_combination":"AND"}],"id":"old"})",
                             "new"),
            R"({"orders":[{"op":"COUNT"}],"calculations":[{"op":"COUNT"}],"id":"new"})");
  EXPECT_EQ(*echo_query_spec(R"({"filter_combination":"OR","limit":5})", ""),
            R"({"filter_combination":"OR","limit":5})");
  EXPECT_EQ(echo_query_spec("[", "x").error().code, ErrorCode::kMalformed);
}

TEST(DecodeQueryRun, ReadsTheSwitches) {
  const auto run = decode_query_run(R"({"query_id":"q","disable_series":true,"limit":5000,
      "disable_total_by_aggregate":true,"disable_other_by_aggregate":true})");
  ASSERT_TRUE(run.ok()) << run.error().message;
  query::Spec spec;

  apply_query_run(*run, spec);

  EXPECT_EQ(run->query_id, "q");
  EXPECT_FALSE(spec.series || spec.totals || spec.other);
  EXPECT_EQ(spec.limit, 5'000U);
}

TEST(DecodeQueryRun, RefusesLargeLimitsWithSeriesAndMissingIds) {
  EXPECT_EQ(decode_query_run(R"({"query_id":"q","limit":5000})").error().message,
            "limit value must be between 1 and 1000");
  EXPECT_EQ(decode_query_run("{}").error().message, "query_id is required");
  EXPECT_EQ(decode_query_run(R"({"query":{"limit":5}})")->query_json, R"({"limit":5})");
}

}  // namespace
}  // namespace tracery::honeycomb
