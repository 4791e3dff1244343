// SPDX-License-Identifier: Apache-2.0
// Property: a specification that decodes has its references resolved and its times in order, and
// what is echoed decodes to the same; one that does not says why.
#include "protocols/honeycomb/query_spec.h"

#include "base/check.h"

namespace {

using tracery::honeycomb::decode_query_spec;

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

void check_spec(const tracery::query::Spec& spec) {
  TRACERY_CHECK(!spec.calculations.empty());
  TRACERY_CHECK(spec.from_ns <= spec.to_ns && spec.granularity_ns > 0);
  TRACERY_CHECK(spec.limit >= 1 && spec.limit <= 1'000);
  const std::size_t measurements = spec.calculations.size() + spec.formulas.size();
  for (const auto& order : spec.orders) {
    TRACERY_CHECK(!order.calculation || *order.calculation < measurements);
  }
  const std::vector<tracery::query::Cell> cells(spec.calculations.size(), std::int64_t{1});
  TRACERY_CHECK(tracery::query::result_cells(spec, cells).size() ==
                tracery::query::result_columns(spec).size());
  for (const auto& having : spec.havings) {
    TRACERY_CHECK(having.calculation < measurements);
  }
}

void check_echo(std::string_view json, const tracery::query::Spec& spec) {
  const auto echo = tracery::honeycomb::echo_query_spec(json, "id");
  TRACERY_CHECK(echo.ok());
  const auto again = decode_query_spec(*echo, kNow);
  TRACERY_CHECK(again.ok());
  TRACERY_CHECK(again->from_ns == spec.from_ns && again->to_ns == spec.to_ns);
  TRACERY_CHECK(again->calculations.size() == spec.calculations.size());
  TRACERY_CHECK(again->filters.filters.size() == spec.filters.filters.size());
  TRACERY_CHECK(again->filters.combine == spec.filters.combine);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  tracery::honeycomb::FieldProblem problem;
  const auto decoded = decode_query_spec(json, kNow, &problem);
  if (decoded.ok()) {
    check_spec(*decoded);
    check_echo(json, *decoded);
  } else if (decoded.error().code == tracery::ErrorCode::kInvalid) {
    TRACERY_CHECK(problem.description == decoded.error().message && !problem.code.empty());
  }
  const auto run = tracery::honeycomb::decode_query_run(json);
  TRACERY_CHECK(!run.ok() || !run->query_id.empty() || !run->query_json.empty());
  return 0;
}
