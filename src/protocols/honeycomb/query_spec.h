// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocols/honeycomb/problem.h"
#include "query/spec.h"

namespace tracery::honeycomb {

/// Decodes a query specification, which is all but the datasets, and checks every rule of it;
/// unknown members are refused. Times become absolute: a saved query with a relative range is
/// decoded anew for each run.
/// kMalformed: no JSON object. kInvalid: breaks a rule; `problem`, when given, then names the
/// field. Source: Honeycomb API reference, "Queries".
Result<query::Spec> decode_query_spec(std::string_view json, std::int64_t now_ns,
                                      FieldProblem* problem = nullptr);

/// The document as the API gives it back: what was sent, in its order, without
/// `"filter_combination":"AND"`, with `id` (left out when empty). kMalformed: no JSON object.
Result<std::string> echo_query_spec(std::string_view json, std::string_view id);

/// The body of `POST /1/query_results/{dataset}`.
struct QueryRun {
  std::string query_id;
  /// A specification given in place of an id (an extension); empty otherwise.
  std::string query_json;
  bool disable_series = false;
  bool disable_total = false;
  bool disable_other = false;
  std::optional<std::size_t> limit;
};

/// kMalformed: no JSON object. kInvalid: breaks a rule (limit 1 to 10,000 without series, to 1,000
/// with; neither id nor query).
Result<QueryRun> decode_query_run(std::string_view json, FieldProblem* problem = nullptr);

/// Turns the run's wishes into the specification's switches.
void apply_query_run(const QueryRun& run, query::Spec& spec);

}  // namespace tracery::honeycomb
