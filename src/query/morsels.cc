// SPDX-License-Identifier: Apache-2.0
#include "query/morsels.h"

namespace tracery::query {
namespace {

bool overlaps(const store::TimeBounds& time, const Plan& plan) {
  if (time.min_ns >= plan.to_ns) return false;
  // An end may have been rounded down when it was stored, so equality is not enough to rule out.
  return plan.duration_column ? time.max_end_ns >= plan.from_ns : time.max_ns >= plan.from_ns;
}

/// For each row group whether rows of the trace may be there.
Result<std::vector<bool>> groups_of_trace(const store::RowSource& source,
                                          const model::TraceId& trace) {
  std::vector<bool> groups(source.groups());
  for (const store::RowRange& range : TRACERY_TRY(source.find_trace(trace))) {
    groups.at(range.group) = true;
  }
  return groups;
}

}  // namespace

Result<std::vector<Morsel>> plan_morsels(const store::Snapshot& snapshot, const Plan& plan,
                                         QueryStats* stats) {
  std::vector<Morsel> morsels;
  for (const auto& source : snapshot.sources) {
    const std::uint32_t groups = source->groups();
    if (groups == 0) continue;
    if (!overlaps(source->time(), plan)) {
      stats->groups_pruned += groups;
      continue;
    }
    std::vector<bool> candidates(groups, true);
    if (plan.trace) candidates = TRACERY_TRY(groups_of_trace(*source, *plan.trace));
    for (std::uint32_t group = 0; group < groups; ++group) {
      if (!candidates[group] || !overlaps(source->group_time(group), plan) ||
          !may_match(plan.filter, *source, group)) {
        ++stats->groups_pruned;
        continue;
      }
      ++stats->groups_total;
      stats->rows_total += source->group_rows(group);
      morsels.push_back({source, group});
    }
  }
  return morsels;
}

}  // namespace tracery::query
