// SPDX-License-Identifier: Apache-2.0
#include "query/events.h"

#include <algorithm>

#include "query/event_reader.h"
#include "query/morsels.h"
#include "query/plan.h"
#include "query/run_query.h"
#include "query/validate.h"

namespace tracery::query {
namespace {

struct Hit {
  std::int64_t time_ns = 0;
  RowPlace place;
};

/// Newest first; rows of the same time as they lie in the store.
bool comes_before(const Hit& a, const Hit& b) {
  if (a.time_ns != b.time_ns) return a.time_ns > b.time_ns;
  return a.place < b.place;
}

/// The first `wanted` hits in that order: a heap with the last of them on top.
class NewestHits {
 public:
  explicit NewestHits(std::size_t wanted) : wanted_(wanted) {}

  /// True when rows of this time could not come in any more.
  bool excludes(std::int64_t time_ns) const {
    return hits_.size() == wanted_ && (wanted_ == 0 || hits_.front().time_ns > time_ns);
  }

  void add(const Hit& hit) {
    if (hits_.size() < wanted_) {
      hits_.push_back(hit);
      std::push_heap(hits_.begin(), hits_.end(), comes_before);
    } else if (wanted_ != 0 && comes_before(hit, hits_.front())) {
      std::pop_heap(hits_.begin(), hits_.end(), comes_before);
      hits_.back() = hit;
      std::push_heap(hits_.begin(), hits_.end(), comes_before);
    }
  }

  std::vector<Hit> sorted() && {
    std::sort_heap(hits_.begin(), hits_.end(), comes_before);
    return std::move(hits_);
  }

 private:
  std::size_t wanted_;
  std::vector<Hit> hits_;
};

/// What is kept per source while row groups of several are visited in turn.
struct SourceScan {
  explicit SourceScan(const Plan* plan) : reader(&plan->columns), filter(&plan->filter) {}
  GroupReader reader;
  RowFilter filter;
  Mask mask;
};

Status scan_group(const Plan& plan, const Morsel& morsel, std::uint32_t source_index,
                  SourceScan& scan, NewestHits& hits) {
  scan.reader.start(morsel.source, morsel.group);
  const Match match = TRACERY_TRY(scan.filter.evaluate(scan.reader, scan.mask));
  if (match == Match::kNone) return {};
  const VectorPtr vector = TRACERY_TRY(scan.reader.field(store::RowField::kTime));
  const auto* times = vector->as<std::int64_t>();
  for (std::uint32_t row = 0; row < vector->rows; ++row) {
    if (match == Match::kSome && scan.mask[row] == 0) continue;
    if (times[row] < plan.from_ns || times[row] >= plan.to_ns) continue;
    if (hits.excludes(times[row])) continue;
    hits.add({times[row], {source_index, morsel.group, row}});
  }
  return {};
}

bool is_cancelled(const RunOptions& options) {
  return options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed);
}

Plan make_events_plan(const EventsSpec& spec) {
  Plan plan;
  plan.filter = plan.make_filter(spec.filters);
  plan.filter.datasets = spec.datasets;
  plan.trace = trace_of(spec.filters);
  plan.from_ns = spec.from_ns;
  plan.to_ns = spec.to_ns;
  return plan;
}

std::uint32_t index_in(const store::Snapshot& snapshot, const Morsel& morsel) {
  const auto found = std::find(snapshot.sources.begin(), snapshot.sources.end(), morsel.source);
  return static_cast<std::uint32_t>(found - snapshot.sources.begin());
}

Result<std::vector<Hit>> find_hits(const store::Snapshot& snapshot, const EventsSpec& spec,
                                   const RunOptions& options) {
  if (spec.limit == 0 || spec.from_ns >= spec.to_ns) return std::vector<Hit>();
  if (spec.limit + spec.skip > options.memory_bytes / sizeof(Hit)) {
    return Error{ErrorCode::kTooLarge, "limit and skip need more memory than memory_bytes"};
  }
  const Plan plan = make_events_plan(spec);
  QueryStats stats;
  std::vector<Morsel> morsels = TRACERY_TRY(plan_morsels(snapshot, plan, &stats));
  const auto latest = [](const Morsel& morsel) {
    return morsel.source->group_time(morsel.group).max_ns;
  };
  std::stable_sort(morsels.begin(), morsels.end(),
                   [&](const Morsel& a, const Morsel& b) { return latest(a) > latest(b); });
  std::vector<std::unique_ptr<SourceScan>> scans(snapshot.sources.size());
  NewestHits hits(spec.limit + spec.skip);
  for (const Morsel& morsel : morsels) {
    if (hits.excludes(latest(morsel))) break;
    if (is_cancelled(options)) return Error{ErrorCode::kCancelled, "query was cancelled"};
    const std::uint32_t source = index_in(snapshot, morsel);
    if (scans[source] == nullptr) scans[source] = std::make_unique<SourceScan>(&plan);
    TRACERY_TRY(scan_group(plan, morsel, source, *scans[source], hits));
  }
  return std::move(hits).sorted();
}

}  // namespace

Result<std::vector<model::Event>> find_events(const store::Snapshot& snapshot,
                                              const EventsSpec& spec, const RunOptions& options) {
  TRACERY_TRY(validate(spec.filters));
  const std::vector<Hit> hits = TRACERY_TRY(find_hits(snapshot, spec, options));
  std::vector<RowPlace> places;
  for (std::size_t i = spec.skip; i < hits.size(); ++i) places.push_back(hits[i].place);
  return read_events(snapshot, places, spec.columns);
}

Result<std::vector<ValueCount>> top_values(const store::Snapshot& snapshot, const EventsSpec& spec,
                                           const std::string& column, const std::string& prefix,
                                           std::size_t limit, const RunOptions& options) {
  TRACERY_TRY(validate(spec.filters));
  Spec query;
  query.datasets = spec.datasets;
  query.calculations = {Calculation{}};
  query.filters = spec.filters;
  query.breakdowns = {column};
  query.limit = limit;
  query.from_ns = spec.from_ns;
  query.to_ns = spec.to_ns;
  query.granularity_ns = std::max<std::int64_t>(1, spec.to_ns - spec.from_ns);
  query.series = query.totals = query.other = false;
  const Query with_prefix{
      snapshot, query, options, {Predicate::prefix_of_any_case(column, prefix)}};
  QueryResult result = TRACERY_TRY(run(with_prefix));
  std::vector<ValueCount> counts;
  for (ResultRow& row : result.rows) {
    const auto count = std::get<std::int64_t>(row.cells[0]);
    counts.push_back({std::move(row.group[0]), static_cast<std::uint64_t>(count)});
  }
  return counts;
}

}  // namespace tracery::query
