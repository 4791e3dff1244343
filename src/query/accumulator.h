// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "query/batch.h"
#include "query/histogram.h"
#include "query/result.h"
#include "query/spec.h"
#include "query/time_buckets.h"

namespace tracery::query {

/// What has to be gathered from the rows; calculations that differ only in how they read it share
/// one.
enum class MeasureKind : std::uint8_t {
  kCount,      ///< Weight of the rows, or of those that have the column.
  kSum,        ///< SUM, AVG, RATE_SUM, RATE_AVG.
  kExtremes,   ///< MIN, MAX, RATE_MAX.
  kDigest,     ///< Percentiles.
  kHistogram,  ///< HEATMAP.
  kDistinct,   ///< COUNT_DISTINCT.
  kConcurrency,
};
MeasureKind measure_of(Op op);

/// What a measure reads of a row group besides the batch.
struct RowInput {
  bool has_column = false;
  std::span<const VectorPtr> vectors;   ///< Of the measure's column.
  const std::int64_t* times = nullptr;  ///< By row; set for kConcurrency.
};

/// The state of one measure in every slot. Merging is associative and commutative but for rounding
/// in the last bits of sums of doubles. Used by one thread at a time.
class Accumulator {
 public:
  virtual ~Accumulator() = default;

  /// Adds empty slots, up to `slots`.
  virtual void resize(std::size_t slots) = 0;
  virtual void add(const Batch& batch, const RowInput& input) = 0;
  /// To be called once after the last `add`, before anything below.
  virtual void seal() {}
  /// Adds a slot of another accumulator of the same measure to slot `to`.
  virtual void merge(std::size_t to, const Accumulator& other, std::size_t from) = 0;
  /// The value of a slot. `length_ns`: of the time that the slot covers.
  virtual Cell finish(std::size_t slot, Op op, std::int64_t length_ns) const = 0;
  virtual std::size_t memory_bytes() const = 0;
};

std::unique_ptr<Accumulator> make_accumulator(MeasureKind kind, const TimeBuckets& buckets);

/// The slot's histogram; only for accumulators of kHistogram.
const ValueHistogram& histogram_of(const Accumulator& accumulator, std::size_t slot);

std::unique_ptr<Accumulator> make_count();
std::unique_ptr<Accumulator> make_sum();
std::unique_ptr<Accumulator> make_extremes();
std::unique_ptr<Accumulator> make_digest();
std::unique_ptr<Accumulator> make_histogram();
std::unique_ptr<Accumulator> make_distinct();
std::unique_ptr<Accumulator> make_concurrency(const TimeBuckets& buckets);

}  // namespace tracery::query
