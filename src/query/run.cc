// SPDX-License-Identifier: Apache-2.0
#include "query/run.h"

#include <algorithm>
#include <numeric>

#include "base/clock.h"
#include "query/finish.h"
#include "query/run_query.h"
#include "query/scan.h"

namespace tracery::query {
namespace {

bool has_rates(const Spec& spec) {
  return std::any_of(spec.calculations.begin(), spec.calculations.end(),
                     [](const Calculation& calculation) { return is_rate(calculation.op); });
}

/// How many slots one pass over all groups and buckets is worth. Beyond that two passes touch far
/// less memory, the second for the few groups that become rows.
std::size_t slots_worth_one_pass(const Plan& plan) {
  const bool has_sketches =
      std::any_of(plan.measures.begin(), plan.measures.end(), [](const Measure& measure) {
        return measure.kind == MeasureKind::kDigest || measure.kind == MeasureKind::kHistogram ||
               measure.kind == MeasureKind::kDistinct;
      });
  return has_sketches ? std::size_t{1} << 15 : std::size_t{1} << 20;
}

/// True when the groups can be chosen by a pass that knows no buckets.
bool can_split(const Spec& spec) { return spec.series && !has_rates(spec); }

/// The buckets that the results of a spec are made from, aligned to multiples since `origin_ns`.
TimeBuckets buckets_of(const Spec& spec, std::int64_t origin_ns) {
  if (!spec.series && !has_rates(spec)) return TimeBuckets::whole(spec.from_ns, spec.to_ns);
  return TimeBuckets(spec.from_ns, spec.to_ns, spec.granularity_ns, origin_ns);
}

void set_range(const Spec& spec, QueryResult* result) {
  result->from_ns = spec.from_ns;
  result->to_ns = spec.to_ns;
  result->granularity_ns = spec.granularity_ns;
}

using RowKeys = DenseIndex<Hash128>;

RowKeys keys_of(const Gathered& gathered, const ChosenGroups& chosen) {
  RowKeys keys;
  for (const std::uint32_t group : chosen.rows) keys.find_or_add(gathered.groups.key(group));
  return keys;
}

/// One pass that gathers every group in every bucket. Gives the keys of the groups that became
/// rows.
Result<RowKeys> run_at_once(const Query& query, QueryResult* result) {
  const Spec& spec = query.spec;
  Plan plan = query.plan(buckets_of(spec, 0), spec.series);
  if (can_split(spec) && !spec.breakdowns.empty()) plan.slots_max = slots_worth_one_pass(plan);
  const auto finish = [&](const Gathered& gathered, QueryResult* into) {
    const Pass pass{spec, plan, gathered};
    ChosenGroups chosen = choose_groups(pass);
    finish_rows(pass, chosen, into);
    if (spec.series) finish_series(pass, chosen.rows, into);
    return chosen;
  };
  Between between;
  if (query.options.partial) {
    between = [&](const Gathered& gathered) {
      QueryResult partial;
      finish(gathered, &partial);
      set_range(spec, &partial);
      partial.stats = result->stats;
      query.options.partial(std::move(partial));
    };
  }
  const Gathered gathered =
      TRACERY_TRY(scan(query.snapshot, plan, query.options, &result->stats, between));
  return keys_of(gathered, finish(gathered, result));
}

/// First all groups over the whole range, then the buckets of those that became rows.
Result<RowKeys> run_in_two_passes(const Query& query, QueryResult* result) {
  const Spec& spec = query.spec;
  RowKeys kept;
  {
    const Plan plan = query.plan(TimeBuckets::whole(spec.from_ns, spec.to_ns), false);
    const Gathered gathered =
        TRACERY_TRY(scan(query.snapshot, plan, query.options, &result->stats));
    const Pass pass{spec, plan, gathered};
    const ChosenGroups chosen = choose_groups(pass);
    finish_rows(pass, chosen, result);
    kept = keys_of(gathered, chosen);
  }
  result->stats = {};
  Plan plan = query.plan(buckets_of(spec, 0), true);
  std::vector<std::uint32_t> rows(kept.size());
  std::iota(rows.begin(), rows.end(), 0U);
  plan.kept = kept;
  const Gathered gathered = TRACERY_TRY(scan(query.snapshot, plan, query.options, &result->stats));
  finish_series(Pass{spec, plan, gathered}, rows, result);
  return kept;
}

/// A pass over the earlier range for the groups that became rows.
Status run_comparison(const Query& query, RowKeys rows, QueryResult* result) {
  const std::int64_t offset_ns = query.spec.compare_offset_ns;
  Spec spec = query.spec;
  spec.from_ns -= offset_ns;
  spec.to_ns -= offset_ns;
  const Query earlier{query.snapshot, spec, query.options, query.required};
  Plan plan = earlier.plan(buckets_of(spec, -offset_ns), false);
  plan.kept = std::move(rows);
  // Progress goes on where it was; how many rows matched is told of the newer range alone.
  const std::uint64_t rows_matched = result->stats.rows_matched;
  const Gathered gathered = TRACERY_TRY(scan(query.snapshot, plan, query.options, &result->stats));
  result->stats.rows_matched = rows_matched;
  const auto comparison = std::make_shared<QueryResult>();
  finish_comparison(Pass{spec, plan, gathered}, *result, comparison.get());
  set_range(spec, comparison.get());
  result->comparison = comparison;
  return {};
}

}  // namespace

Plan Query::plan(const TimeBuckets& buckets, bool for_series) const {
  Plan plan = make_plan(spec, buckets, for_series);
  for (const Predicate& predicate : required) {
    plan.filter.columns.push_back(plan.add_column(predicate.column));
    plan.filter.predicates.push_back(predicate);
  }
  return plan;
}

Result<QueryResult> run(const Query& query) {
  const Spec& spec = query.spec;
  const std::int64_t started_ns = monotonic_ns();
  QueryResult result;
  auto rows = run_at_once(query, &result);
  if (!rows.ok() && rows.error().code == ErrorCode::kTooLarge && can_split(spec)) {
    result = {};
    rows = run_in_two_passes(query, &result);
  }
  if (!rows.ok()) return std::move(rows).error();
  if (spec.compare_offset_ns != 0) {
    TRACERY_TRY(run_comparison(query, *std::move(rows), &result));
  }
  set_range(spec, &result);
  result.stats.elapsed_ns = monotonic_ns() - started_ns;
  return result;
}

Result<QueryResult> run(const store::Snapshot& snapshot, const Spec& spec,
                        const std::vector<TextCondition>& conditions, const RunOptions& options) {
  TRACERY_TRY(validate(spec));
  Query query{snapshot, spec, options, {}};
  for (const TextCondition& each : conditions) query.required.push_back(Predicate::of(each));
  return run(query);
}

Result<QueryResult> run(const store::Snapshot& snapshot, const Spec& spec,
                        const RunOptions& options) {
  return run(snapshot, spec, {}, options);
}

}  // namespace tracery::query
