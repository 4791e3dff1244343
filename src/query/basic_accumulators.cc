// SPDX-License-Identifier: Apache-2.0
// COUNT, SUM, AVG, MIN and MAX.
#include <cmath>
#include <limits>
#include <vector>

#include "query/accumulator.h"
#include "query/wide_int.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::StreamType;

constexpr double kDoubleMax = std::numeric_limits<double>::max();

bool is_finite(double value) { return std::abs(value) <= kDoubleMax; }

class CountAccumulator final : public Accumulator {
 public:
  void resize(std::size_t slots) override { weights_.resize(slots); }

  void add(const Batch& batch, const RowInput& input) override {
    std::uint64_t* weights = weights_.data();
    const auto count = [weights](std::uint32_t slot, std::uint32_t, std::uint64_t weight) {
      weights[slot] += weight;
    };
    if (input.has_column) {
      for (const VectorPtr& vector : input.vectors) for_each_present(batch, *vector, count);
    } else if (batch.slots == nullptr && batch.weights == nullptr) {
      weights[batch.slot] += batch.count;
    } else if (batch.weights == nullptr && batch.count / kLanes >= weights_.size()) {
      count_in_lanes(batch.slots, batch.count);
    } else {
      for_each_row(batch, count);
    }
  }

  void merge(std::size_t to, const Accumulator& other, std::size_t from) override {
    weights_[to] += static_cast<const CountAccumulator&>(other).weights_[from];
  }

  Cell finish(std::size_t slot, Op, std::int64_t) const override {
    return static_cast<std::int64_t>(weights_[slot]);
  }

  std::size_t memory_bytes() const override { return weights_.capacity() * sizeof weights_[0]; }

 private:
  static constexpr std::uint32_t kLanes = 4;

  /// Neighbouring rows often have the same slot; counting them in different places keeps one
  /// addition from waiting for the one before.
  void count_in_lanes(const std::uint32_t* slots, std::uint32_t count) {
    const std::size_t width = weights_.size();
    lanes_.assign(width * kLanes, 0);
    std::uint32_t* lane[kLanes];
    for (std::uint32_t i = 0; i < kLanes; ++i) lane[i] = lanes_.data() + i * width;
    std::uint32_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      ++lane[0][slots[i]];
      ++lane[1][slots[i + 1]];
      ++lane[2][slots[i + 2]];
      ++lane[3][slots[i + 3]];
    }
    for (; i < count; ++i) ++lane[0][slots[i]];
    for (std::size_t slot = 0; slot < width; ++slot) {
      weights_[slot] += lane[0][slot] + lane[1][slot] + lane[2][slot] + lane[3][slot];
    }
  }

  std::vector<std::uint64_t> weights_;
  std::vector<std::uint32_t> lanes_;
};

/// Ints exactly; doubles with Neumaier's compensation, so that the order of rows does not show.
struct Sum {
  Int128 integers = 0;
  double high = 0, low = 0;
  std::uint64_t weight = 0;
  std::uint64_t doubles = 0;

  void add_double(double value) {
    const double sum = high + value;
    low += std::abs(high) >= std::abs(value) ? (high - sum) + value : (value - sum) + high;
    high = sum;
  }
};

class SumAccumulator final : public Accumulator {
 public:
  void resize(std::size_t slots) override { sums_.resize(slots); }

  void add(const Batch& batch, const RowInput& input) override {
    for (const VectorPtr& vector : input.vectors) {
      if (vector->type == StreamType::kInt) add_ints(batch, *vector);
      if (vector->type == StreamType::kBool) add_bools(batch, *vector);
      if (vector->type == StreamType::kDouble) add_doubles(batch, *vector);
    }
  }

  void merge(std::size_t to, const Accumulator& other, std::size_t from) override {
    const Sum& source = static_cast<const SumAccumulator&>(other).sums_[from];
    Sum& sum = sums_[to];
    sum.integers += source.integers;
    sum.add_double(source.high);
    sum.low += source.low;
    sum.weight += source.weight;
    sum.doubles += source.doubles;
  }

  Cell finish(std::size_t slot, Op op, std::int64_t) const override {
    const Sum& sum = sums_[slot];
    if (sum.weight == 0) return std::monostate();
    const long double total = static_cast<long double>(sum.integers) + sum.high + sum.low;
    if (op == Op::kAvg || op == Op::kRateAvg) {
      return static_cast<double>(total / static_cast<long double>(sum.weight));
    }
    const bool fits = sum.integers >= std::numeric_limits<std::int64_t>::min() &&
                      sum.integers <= std::numeric_limits<std::int64_t>::max();
    if (sum.doubles == 0 && fits) return static_cast<std::int64_t>(sum.integers);
    return static_cast<double>(total);
  }

  std::size_t memory_bytes() const override { return sums_.capacity() * sizeof(Sum); }

 private:
  void add_ints(const Batch& batch, const ColumnVector& vector) {
    Sum* sums = sums_.data();
    const auto* values = vector.as<std::int64_t>();
    for_each_present(
        batch, vector, [=](std::uint32_t slot, std::uint32_t row, std::uint64_t weight) {
          sums[slot].integers += Int128{values[row]} * static_cast<std::int64_t>(weight);
          sums[slot].weight += weight;
        });
  }

  void add_bools(const Batch& batch, const ColumnVector& vector) {
    Sum* sums = sums_.data();
    const std::uint8_t* values = vector.data.data();
    for_each_present(
        batch, vector, [=](std::uint32_t slot, std::uint32_t row, std::uint64_t weight) {
          sums[slot].integers += values[row] == 2 ? static_cast<std::int64_t>(weight) : 0;
          sums[slot].weight += weight;
        });
  }

  void add_doubles(const Batch& batch, const ColumnVector& vector) {
    Sum* sums = sums_.data();
    const auto* values = vector.as<double>();
    for_each_present(batch, vector,
                     [=](std::uint32_t slot, std::uint32_t row, std::uint64_t weight) {
                       if (!is_finite(values[row])) return;
                       Sum& sum = sums[slot];
                       sum.add_double(values[row] * static_cast<double>(weight));
                       sum.weight += weight;
                       ++sum.doubles;
                     });
  }

  std::vector<Sum> sums_;
};

struct Extremes {
  std::int64_t int_min = std::numeric_limits<std::int64_t>::max();
  std::int64_t int_max = std::numeric_limits<std::int64_t>::min();
  double double_min = std::numeric_limits<double>::infinity();
  double double_max = -std::numeric_limits<double>::infinity();

  bool has_ints() const { return int_min <= int_max; }
  bool has_doubles() const { return double_min <= double_max; }
};

class ExtremesAccumulator final : public Accumulator {
 public:
  void resize(std::size_t slots) override { extremes_.resize(slots); }

  void add(const Batch& batch, const RowInput& input) override {
    Extremes* extremes = extremes_.data();
    for (const VectorPtr& vector : input.vectors) {
      if (vector->type == StreamType::kInt) {
        const auto* values = vector->as<std::int64_t>();
        for_each_present(batch, *vector, [=](std::uint32_t slot, std::uint32_t row, auto) {
          Extremes& at = extremes[slot];
          if (values[row] < at.int_min) at.int_min = values[row];
          if (values[row] > at.int_max) at.int_max = values[row];
        });
      } else if (vector->type == StreamType::kDouble) {
        const auto* values = vector->as<double>();
        for_each_present(batch, *vector, [=](std::uint32_t slot, std::uint32_t row, auto) {
          Extremes& at = extremes[slot];
          if (!is_finite(values[row])) return;
          if (values[row] < at.double_min) at.double_min = values[row];
          if (values[row] > at.double_max) at.double_max = values[row];
        });
      }
    }
  }

  void merge(std::size_t to, const Accumulator& other, std::size_t from) override {
    const Extremes& source = static_cast<const ExtremesAccumulator&>(other).extremes_[from];
    Extremes& at = extremes_[to];
    at.int_min = std::min(at.int_min, source.int_min);
    at.int_max = std::max(at.int_max, source.int_max);
    at.double_min = std::min(at.double_min, source.double_min);
    at.double_max = std::max(at.double_max, source.double_max);
  }

  Cell finish(std::size_t slot, Op op, std::int64_t) const override {
    const Extremes& at = extremes_[slot];
    const bool minimum = op == Op::kMin;
    if (!at.has_doubles()) {
      if (!at.has_ints()) return std::monostate();
      return minimum ? at.int_min : at.int_max;
    }
    if (!at.has_ints()) return minimum ? at.double_min : at.double_max;
    return minimum ? std::min(at.double_min, static_cast<double>(at.int_min))
                   : std::max(at.double_max, static_cast<double>(at.int_max));
  }

  std::size_t memory_bytes() const override { return extremes_.capacity() * sizeof(Extremes); }

 private:
  std::vector<Extremes> extremes_;
};

}  // namespace

std::unique_ptr<Accumulator> make_count() { return std::make_unique<CountAccumulator>(); }
std::unique_ptr<Accumulator> make_sum() { return std::make_unique<SumAccumulator>(); }
std::unique_ptr<Accumulator> make_extremes() { return std::make_unique<ExtremesAccumulator>(); }

}  // namespace tracery::query
