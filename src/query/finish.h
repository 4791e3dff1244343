// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "query/plan.h"
#include "query/result.h"
#include "query/scan.h"
#include "query/spec.h"

namespace tracery::query {

/// A spec, the plan of a pass, and what that pass gathered.
struct Pass {
  const Spec& spec;
  const Plan& plan;
  const Gathered& gathered;
};

/// The groups of a pass that become rows.
struct ChosenGroups {
  std::vector<std::uint32_t> rows;  ///< Ordered, cut to the limit.
  std::vector<std::uint32_t> cut;   ///< Passed the havings, but not the limit.
};

/// Applies havings, orders and limit.
ChosenGroups choose_groups(const Pass& pass);

/// Fills in rows, total, other and row_count.
void finish_rows(const Pass& pass, const ChosenGroups& chosen, QueryResult* result);

/// Fills in rows, total and series of a comparison. The pass is over the groups of `newer`'s rows.
void finish_comparison(const Pass& pass, const QueryResult& newer, QueryResult* result);

/// Fills in series and total_series. Row i of the result is `groups[i]` in this pass.
void finish_series(const Pass& pass, const std::vector<std::uint32_t>& groups, QueryResult* result);

}  // namespace tracery::query
