// SPDX-License-Identifier: Apache-2.0
#include "query/accumulator.h"

namespace tracery::query {

MeasureKind measure_of(Op op) {
  switch (op) {
    case Op::kCount: return MeasureKind::kCount;
    case Op::kConcurrency: return MeasureKind::kConcurrency;
    case Op::kSum:
    case Op::kAvg:
    case Op::kRateSum:
    case Op::kRateAvg: return MeasureKind::kSum;
    case Op::kMin:
    case Op::kMax:
    case Op::kRateMax: return MeasureKind::kExtremes;
    case Op::kCountDistinct: return MeasureKind::kDistinct;
    case Op::kHeatmap: return MeasureKind::kHistogram;
    default: return MeasureKind::kDigest;
  }
}

std::unique_ptr<Accumulator> make_accumulator(MeasureKind kind, const TimeBuckets& buckets) {
  switch (kind) {
    case MeasureKind::kCount: return make_count();
    case MeasureKind::kSum: return make_sum();
    case MeasureKind::kExtremes: return make_extremes();
    case MeasureKind::kDigest: return make_digest();
    case MeasureKind::kHistogram: return make_histogram();
    case MeasureKind::kDistinct: return make_distinct();
    case MeasureKind::kConcurrency: return make_concurrency(buckets);
  }
  return nullptr;
}

}  // namespace tracery::query
