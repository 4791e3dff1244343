// SPDX-License-Identifier: Apache-2.0
#include "query/plan.h"

#include <algorithm>

#include "base/hex.h"
#include "model/names.h"

namespace tracery::query {
namespace {

bool is_same(const Filter& a, const Filter& b) {
  return a.column == b.column && a.op == b.op && a.values == b.values;
}

bool is_same(const FilterSet& a, const FilterSet& b) {
  return a.combine == b.combine &&
         std::equal(a.filters.begin(), a.filters.end(), b.filters.begin(), b.filters.end(),
                    [](const Filter& x, const Filter& y) { return is_same(x, y); });
}

std::size_t add_measure(Plan* plan, const Measure& measure) {
  for (std::size_t i = 0; i < plan->measures.size(); ++i) {
    const Measure& known = plan->measures[i];
    if (known.kind == measure.kind && known.column == measure.column &&
        known.filter == measure.filter) {
      return i;
    }
  }
  plan->measures.push_back(measure);
  return plan->measures.size() - 1;
}

void add_calculations(const Spec& spec, bool for_series, Plan* plan) {
  std::vector<const FilterSet*> sets;
  for (const Calculation& calculation : spec.calculations) {
    Measure measure;
    measure.kind = measure_of(calculation.op);
    measure.is_skipped = measure.kind == MeasureKind::kHistogram && !for_series;
    if (measure.kind == MeasureKind::kConcurrency) {
      plan->duration_column = plan->add_column(std::string(model::names::kDurationMs));
      measure.column = plan->duration_column;
    } else if (!calculation.column.empty()) {
      measure.column = plan->add_column(calculation.column);
    }
    if (!calculation.filters.filters.empty()) {
      const auto found = std::find_if(sets.begin(), sets.end(), [&](const FilterSet* set) {
        return is_same(*set, calculation.filters);
      });
      measure.filter = static_cast<std::size_t>(found - sets.begin());
      if (found == sets.end()) {
        sets.push_back(&calculation.filters);
        plan->measure_filters.push_back(plan->make_filter(calculation.filters));
      }
    }
    plan->measure_of.push_back(add_measure(plan, measure));
  }
}

}  // namespace

std::size_t Plan::add_column(const std::string& name) {
  const auto found = std::find(columns.begin(), columns.end(), name);
  const auto index = static_cast<std::size_t>(found - columns.begin());
  if (found == columns.end()) columns.push_back(name);
  return index;
}

FilterPlan Plan::make_filter(const FilterSet& set) {
  FilterPlan made;
  made.combine = set.combine;
  for (const Filter& one : set.filters) {
    made.columns.push_back(add_column(one.column));
    made.predicates.push_back(Predicate::from(one));
  }
  made.combined = made.predicates.size();
  return made;
}

std::optional<model::TraceId> trace_of(const FilterSet& set) {
  if (set.combine == Combine::kOr && set.filters.size() > 1) return std::nullopt;
  for (const Filter& filter : set.filters) {
    if (filter.column != model::names::kTraceId || filter.op != FilterOp::kEqual) continue;
    const auto* text = std::get_if<std::string>(&filter.values.at(0));
    // Only ids that the store keeps as bytes are sure to be in its index.
    if (text == nullptr || !is_canonical_hex(*text)) continue;
    if (text->size() != 16 && text->size() != 32) continue;
    if (const auto id = model::parse_trace_id(*text)) return id;
  }
  return std::nullopt;
}

Plan make_plan(const Spec& spec, const TimeBuckets& buckets, bool for_series) {
  Plan plan;
  plan.filter = plan.make_filter(spec.filters);
  plan.filter.datasets = spec.datasets;
  plan.trace = trace_of(spec.filters);
  for (const std::string& column : spec.breakdowns) {
    plan.breakdowns.push_back(plan.add_column(column));
  }
  add_calculations(spec, for_series, &plan);
  plan.occupancy = add_measure(&plan, Measure{});
  plan.from_ns = spec.from_ns;
  plan.to_ns = spec.to_ns;
  plan.buckets = buckets;
  plan.weighted = spec.weighted;
  return plan;
}

bool is_rate(Op op) { return op == Op::kRateAvg || op == Op::kRateSum || op == Op::kRateMax; }

}  // namespace tracery::query
