// SPDX-License-Identifier: Apache-2.0
#include "query/row_query.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <tuple>

#include "query/morsel_crew.h"

namespace tracery::query {
namespace {

Status keep_true(RowEvaluator& block, const Expression& condition) {
  const Datum* values = TRACERY_TRY(block.evaluate(condition));
  Mask mask(block.count());
  for (std::uint32_t i = 0; i < block.count(); ++i) mask[i] = truth_of(values[i]) == true;
  if (count_ones(mask) != block.count()) block.keep(mask);
  return {};
}

Status apply(RowEvaluator& block, const std::vector<RowAction>& actions) {
  for (const RowAction& action : actions) {
    if (block.count() == 0) return {};
    if (action.elements) {
      TRACERY_TRY(block.unnest(action.expression, action.elements, action.slot));
    } else {
      TRACERY_TRY(keep_true(block, action.expression));
    }
  }
  return {};
}

/// What the workers of a scan share.
struct ScanPlan {
  const store::Snapshot& snapshot;
  const RowStep& step;
  Plan plan;            ///< Range, datasets and required predicates.
  FilterPlan scope;     ///< Datasets alone.
  FilterPlan required;  ///< Predicates alone; both over `plan.columns`.
  std::atomic<std::int64_t> oldest_wanted_ns{std::numeric_limits<std::int64_t>::min()};
};

class RowScanWorker {
 public:
  explicit RowScanWorker(ScanPlan* plan)
      : plan_(plan),
        reader_(&plan->plan.columns),
        scope_(&plan->scope),
        required_(&plan->required),
        block_(&plan->step.program),
        collector_(make_collector(plan->step.end)) {}

  Result<std::uint32_t> add(std::shared_ptr<const store::RowSource> source, std::uint32_t group) {
    if (source->group_time(group).max_ns < plan_->oldest_wanted_ns.load()) return 0U;
    const auto& sources = plan_->snapshot.sources;
    const auto index = std::find(sources.begin(), sources.end(), source) - sources.begin();
    reader_.start(std::move(source), group);
    if (!TRACERY_TRY(select())) return 0U;
    block_.start(&reader_, std::move(rows_));
    TRACERY_TRY(apply(block_, plan_->step.actions));
    const std::uint32_t matched = block_.count();
    if (matched != 0) {
      TRACERY_TRY(collector_->add(block_, static_cast<std::uint32_t>(index), group));
    }
    bytes_read_ += reader_.memory_bytes() + block_.text_bytes();
    raise_oldest_wanted();
    return matched;
  }

  std::size_t memory_bytes() const {
    return collector_->memory_bytes() + block_.memory_bytes() + reader_.memory_bytes();
  }
  RowCollector& collector() { return *collector_; }
  std::uint64_t rows_in_scope() const { return rows_in_scope_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  /// Lists the rows of the datasets and the range that the required predicates keep.
  Result<bool> select() {
    const Plan& plan = plan_->plan;
    const store::TimeBounds bounds = reader_.source().group_time(reader_.group());
    const bool whole = bounds.min_ns >= plan.from_ns && bounds.max_ns < plan.to_ns;
    Match match = TRACERY_TRY(scope_.evaluate(reader_, mask_));
    if (match == Match::kNone) return false;
    if (match == Match::kAll) mask_.assign(reader_.rows(), 1);
    if (!whole) {
      const VectorPtr vector = TRACERY_TRY(reader_.field(store::RowField::kTime));
      const auto* times = vector->as<std::int64_t>();
      for (std::size_t i = 0; i < mask_.size(); ++i) {
        mask_[i] &= static_cast<std::uint8_t>(times[i] >= plan.from_ns && times[i] < plan.to_ns);
      }
    }
    rows_in_scope_ += count_ones(mask_);
    match = TRACERY_TRY(required_.evaluate(reader_, scratch_));
    if (match == Match::kNone) return false;
    if (match == Match::kSome) and_into(mask_, scratch_);
    list_rows(mask_, rows_);
    return !rows_.empty();
  }

  /// A row as old as this collector's last cannot come in anywhere: there are enough newer ones.
  void raise_oldest_wanted() {
    const auto mine = collector_->oldest_wanted_ns();
    if (!mine) return;
    std::int64_t known = plan_->oldest_wanted_ns.load();
    while (known < *mine && !plan_->oldest_wanted_ns.compare_exchange_weak(known, *mine)) {
    }
  }

  ScanPlan* plan_;
  GroupReader reader_;
  RowFilter scope_, required_;
  RowEvaluator block_;
  std::unique_ptr<RowCollector> collector_;
  Mask mask_, scratch_;
  std::vector<std::uint32_t> rows_;
  std::uint64_t rows_in_scope_ = 0;
  std::uint64_t bytes_read_ = 0;
};

void fill_plan(const RowScan& scan, ScanPlan* made) {
  Plan& plan = made->plan;
  plan.columns = made->step.program.columns;
  plan.from_ns = scan.from_ns;
  plan.to_ns = scan.to_ns;
  for (const Predicate& predicate : scan.required) {
    made->required.columns.push_back(plan.add_column(predicate.column));
    made->required.predicates.push_back(predicate);
  }
  made->scope.datasets = scan.datasets;
  plan.filter = made->required;
  plan.filter.datasets = scan.datasets;
}

bool wants_newest(const RowStep& step) {
  const auto* top = std::get_if<TopRows>(&step.end);
  return top != nullptr && !top->order.empty() && top->order[0].descending &&
         step.program.slots[top->order[0].slot].kind == RowSlot::Kind::kTime;
}

Result<RowTable> scan_step(const store::Snapshot& snapshot, const RowScan& scan,
                           const RowStep& step, const RunOptions& options, RowStats* stats) {
  ScanPlan plan{.snapshot = snapshot, .step = step};
  fill_plan(scan, &plan);
  std::vector<Morsel> morsels;
  if (scan.from_ns < scan.to_ns) {
    morsels = TRACERY_TRY(plan_morsels(snapshot, plan.plan, &stats->scan));
  }
  if (wants_newest(step)) {
    const auto latest = [](const Morsel& morsel) {
      return morsel.source->group_time(morsel.group).max_ns;
    };
    std::stable_sort(morsels.begin(), morsels.end(),
                     [&](const Morsel& a, const Morsel& b) { return latest(a) > latest(b); });
  }
  std::vector<std::unique_ptr<RowScanWorker>> workers;
  const std::size_t count = std::clamp<std::size_t>(options.threads, 1, morsels.size() + 1);
  for (std::size_t i = 0; i < count; ++i) workers.push_back(std::make_unique<RowScanWorker>(&plan));
  MorselCrew crew(morsels, options, &stats->scan);
  TRACERY_TRY(run_crew(crew, workers, &stats->scan));
  for (const auto& worker : workers) {
    stats->rows_in_scope += worker->rows_in_scope();
    stats->bytes_read += worker->bytes_read();
    if (worker != workers[0]) workers[0]->collector().merge(worker->collector());
  }
  return workers[0]->collector().finish();
}

Result<RowTable> table_step(const RowTable& from, const RowStep& step) {
  RowEvaluator block(&step.program);
  block.start(&from);
  TRACERY_TRY(apply(block, step.actions));
  const auto collector = make_collector(step.end);
  TRACERY_TRY(collector->add(block, 0, 0));
  return collector->finish();
}

}  // namespace

Result<RowTable> run(const store::Snapshot& snapshot, const RowQuery& query,
                     const RunOptions& options, RowStats* stats) {
  for (const RowPrelude& prelude : query.preludes) {
    TRACERY_TRY(prelude.take(TRACERY_TRY(run(snapshot, prelude.query, options, stats))));
  }
  const RowStep& first = query.steps.at(0);
  RowTable table = TRACERY_TRY(scan_step(snapshot, query.scan, first, options, stats));
  std::optional<RowTable> earlier;
  if (query.earlier) {
    RowScan scan = query.scan;
    std::tie(scan.from_ns, scan.to_ns) = *query.earlier;
    earlier = TRACERY_TRY(scan_step(snapshot, scan, first, options, stats));
  }
  for (std::size_t i = 0; i < query.steps.size(); ++i) {
    if (i > 0) table = TRACERY_TRY(table_step(table, query.steps[i]));
    if (query.steps[i].transform) {
      table = query.steps[i].transform(std::move(table), earlier && i == 0 ? &*earlier : nullptr);
    }
  }
  return table;
}

}  // namespace tracery::query
