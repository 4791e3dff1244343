// SPDX-License-Identifier: Apache-2.0
// CONCURRENCY: in each bucket, the time that spans were running, by its length. Times are whole
// nanoseconds and sums are ints, so the answer is exact.
#include <algorithm>
#include <vector>

#include "query/accumulator.h"
#include "query/span_time.h"
#include "query/wide_int.h"

namespace tracery::query {
namespace {

using store::StreamType;

struct Load {
  Int128 running_ns = 0;       ///< Σ weight * overlap; before `seal` of the spans' ends only.
  std::int64_t full_step = 0;  ///< Change, from the bucket before, of the weight that fills it.
};

class ConcurrencyAccumulator final : public Accumulator {
 public:
  explicit ConcurrencyAccumulator(const TimeBuckets& buckets) : buckets_(buckets) {}

  void resize(std::size_t slots) override { loads_.resize(slots); }

  void add(const Batch& batch, const RowInput& input) override {
    for (const VectorPtr& vector : input.vectors) {
      if (vector->type == StreamType::kInt) {
        const auto* values = vector->as<std::int64_t>();
        for_each_present(batch, *vector, [&](std::uint32_t slot, std::uint32_t row, auto weight) {
          add_span(slot, input.times[row], end_of_span(input.times[row], values[row]), weight);
        });
      } else if (vector->type == StreamType::kDouble) {
        const auto* values = vector->as<double>();
        for_each_present(batch, *vector, [&](std::uint32_t slot, std::uint32_t row, auto weight) {
          add_span(slot, input.times[row], end_of_span(input.times[row], values[row]), weight);
        });
      }
    }
  }

  void seal() override {
    const auto count = static_cast<std::size_t>(buckets_.count());
    for (std::size_t first = 0; first < loads_.size(); first += count) {
      std::int64_t full = 0;
      for (std::size_t bucket = 0; bucket < count; ++bucket) {
        Load& load = loads_[first + bucket];
        full += load.full_step;
        load.running_ns += Int128{full} * length_ns(static_cast<std::int64_t>(bucket));
      }
    }
  }

  void merge(std::size_t to, const Accumulator& other, std::size_t from) override {
    loads_[to].running_ns +=
        static_cast<const ConcurrencyAccumulator&>(other).loads_[from].running_ns;
  }

  Cell finish(std::size_t slot, Op, std::int64_t length_ns) const override {
    if (length_ns <= 0) return 0.0;
    return static_cast<double>(loads_[slot].running_ns) / static_cast<double>(length_ns);
  }

  std::size_t memory_bytes() const override { return loads_.capacity() * sizeof(Load); }

 private:
  std::int64_t length_ns(std::int64_t bucket) const {
    return buckets_.clipped_end_ns(bucket) - buckets_.clipped_start_ns(bucket);
  }

  void add_span(std::uint32_t slot, std::int64_t start_ns, std::int64_t end_ns,
                std::uint64_t unsigned_weight) {
    const auto weight = static_cast<std::int64_t>(unsigned_weight);
    const std::int64_t last = buckets_.count() - 1;
    start_ns = std::max(start_ns, buckets_.clipped_start_ns(0));
    end_ns = std::min(end_ns, buckets_.clipped_end_ns(last));
    if (end_ns <= start_ns) return;
    const std::int64_t from = buckets_.index_of(start_ns);
    const std::int64_t to = buckets_.index_of(end_ns - 1);
    Load* loads = loads_.data() + (slot - from);
    if (from == to) {
      loads[from].running_ns += Int128{weight} * (end_ns - start_ns);
      return;
    }
    loads[from].running_ns += Int128{weight} * (buckets_.clipped_end_ns(from) - start_ns);
    loads[to].running_ns += Int128{weight} * (end_ns - buckets_.clipped_start_ns(to));
    loads[from + 1].full_step += weight;
    loads[to].full_step -= weight;
  }

  TimeBuckets buckets_;
  std::vector<Load> loads_;
};

}  // namespace

std::unique_ptr<Accumulator> make_concurrency(const TimeBuckets& buckets) {
  return std::make_unique<ConcurrencyAccumulator>(buckets);
}

}  // namespace tracery::query
