// SPDX-License-Identifier: Apache-2.0
#include "query/slot_view.h"

namespace tracery::query {

std::vector<std::uint32_t> all_groups(const Gathered& gathered) {
  std::vector<std::uint32_t> groups;
  for (std::uint32_t group = 0; group < gathered.group_slots; ++group) {
    if (gathered.groups.occurs(group)) groups.push_back(group);
  }
  return groups;
}

SlotView view_of_group(const Pass& pass, std::uint32_t group) {
  return {&pass, &pass.gathered.measures, group * pass.gathered.buckets};
}

Accumulators fold_groups(const Pass& pass, const std::vector<std::uint32_t>& groups) {
  Accumulators folded;
  for (const Measure& measure : pass.plan.measures) {
    folded.push_back(make_accumulator(measure.kind, pass.plan.buckets));
    folded.back()->resize(pass.gathered.buckets);
  }
  fold_more(pass, groups, &folded);
  return folded;
}

void fold_more(const Pass& pass, const std::vector<std::uint32_t>& groups, Accumulators* folded) {
  const std::size_t buckets = pass.gathered.buckets;
  for (std::size_t i = 0; i < folded->size(); ++i) {
    for (const std::uint32_t group : groups) {
      for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        (*folded)[i]->merge(bucket, *pass.gathered.measures[i], group * buckets + bucket);
      }
    }
  }
}

std::unique_ptr<Accumulator> SlotView::fold(std::size_t measure) const {
  auto sum = make_accumulator(pass->plan.measures[measure].kind, pass->plan.buckets);
  sum->resize(1);
  for (std::size_t bucket = 0; bucket < buckets(); ++bucket) {
    sum->merge(0, *(*measures)[measure], first_slot + bucket);
  }
  return sum;
}

/// The mean of the differences between consecutive values, which is that of the ends.
Cell SlotView::rate_summary(std::size_t calculation) const {
  std::optional<double> first;
  double last = 0;
  int steps = -1;
  for (std::size_t bucket = 0; bucket < buckets(); ++bucket) {
    const auto value = number_of(in_bucket(calculation, bucket));
    if (!value) continue;
    if (!first) first = value;
    last = *value;
    ++steps;
  }
  if (steps < 1) return std::monostate();
  return (last - *first) / steps;
}

Cell SlotView::summary(std::size_t measurement) const {
  const auto& calculations = pass->spec.calculations;
  if (measurement < calculations.size()) return calculation_summary(measurement);
  const FormulaNode& root = pass->spec.formulas[measurement - calculations.size()].root;
  std::vector<Cell> cells(calculations.size());
  for (const std::size_t i : calculations_of(root)) cells[i] = calculation_summary(i);
  return evaluate(root, cells);
}

Cell SlotView::calculation_summary(std::size_t calculation) const {
  const Op op = pass->spec.calculations[calculation].op;
  if (is_rate(op)) return rate_summary(calculation);
  const std::size_t measure = pass->plan.measure_of[calculation];
  const std::int64_t range_ns = pass->plan.to_ns - pass->plan.from_ns;
  if (buckets() == 1) return (*measures)[measure]->finish(first_slot, op, range_ns);
  return fold(measure)->finish(0, op, range_ns);
}

std::vector<Cell> SlotView::summaries() const {
  const auto& calculations = pass->spec.calculations;
  std::vector<Cell> cells(calculations.size());
  std::vector<bool> is_done(calculations.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (is_done[i]) continue;
    if (is_rate(calculations[i].op) || buckets() == 1) {
      cells[i] = calculation_summary(i);
      continue;
    }
    // Calculations that read the same measure share the folding.
    const auto folded = fold(pass->plan.measure_of[i]);
    const std::int64_t range_ns = pass->plan.to_ns - pass->plan.from_ns;
    for (std::size_t j = i; j < cells.size(); ++j) {
      if (pass->plan.measure_of[j] != pass->plan.measure_of[i]) continue;
      if (is_rate(calculations[j].op)) continue;
      cells[j] = folded->finish(0, calculations[j].op, range_ns);
      is_done[j] = true;
    }
  }
  return result_cells(pass->spec, std::move(cells));
}

Cell SlotView::in_bucket(std::size_t calculation, std::size_t bucket) const {
  const TimeBuckets& times = pass->plan.buckets;
  const auto index = static_cast<std::int64_t>(bucket);
  const std::int64_t length_ns = times.clipped_end_ns(index) - times.clipped_start_ns(index);
  return (*measures)[pass->plan.measure_of[calculation]]->finish(
      first_slot + bucket, pass->spec.calculations[calculation].op, length_ns);
}

bool SlotView::occurs() const {
  for (std::size_t bucket = 0; bucket < buckets(); ++bucket) {
    if (occurs(bucket)) return true;
  }
  return false;
}

bool SlotView::occurs(std::size_t bucket) const {
  const auto has_some = [&](std::size_t measure, Op op) {
    return number_of((*measures)[measure]->finish(first_slot + bucket, op, 1)) > 0;
  };
  if (has_some(pass->plan.occupancy, Op::kCount)) return true;
  for (std::size_t i = 0; i < pass->plan.measures.size(); ++i) {
    const bool runs_through = pass->plan.measures[i].kind == MeasureKind::kConcurrency;
    if (runs_through && has_some(i, Op::kConcurrency)) return true;
  }
  return false;
}

}  // namespace tracery::query
