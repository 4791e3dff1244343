// SPDX-License-Identifier: Apache-2.0
// Percentiles and HEATMAP.
#include <cmath>
#include <limits>
#include <vector>

#include "query/accumulator.h"
#include "query/digest.h"
#include "query/slot_buffer.h"

namespace tracery::query {
namespace {

using store::StreamType;

/// Calls f(slot, value, weight) for the finite numbers of the rows.
template <typename F>
void for_each_number(const Batch& batch, const RowInput& input, F&& f) {
  for (const VectorPtr& vector : input.vectors) {
    if (vector->type == StreamType::kInt) {
      const auto* values = vector->as<std::int64_t>();
      for_each_present(batch, *vector, [&](std::uint32_t slot, std::uint32_t row, auto weight) {
        f(slot, static_cast<double>(values[row]), weight);
      });
    } else if (vector->type == StreamType::kDouble) {
      const auto* values = vector->as<double>();
      for_each_present(batch, *vector, [&](std::uint32_t slot, std::uint32_t row, auto weight) {
        const double value = values[row];
        if (std::abs(value) <= std::numeric_limits<double>::max()) f(slot, value, weight);
      });
    }
  }
}

class DigestAccumulator final : public Accumulator {
 public:
  void resize(std::size_t slots) override { digests_.resize(slots); }

  void add(const Batch& batch, const RowInput& input) override {
    if (SlotBuffer::pays_for(batch)) {
      buffer_.make_room(batch.count);
      for_each_number(batch, input, [&](std::uint32_t slot, double value, std::uint64_t weight) {
        buffer_.add(slot, value, weight);
      });
      if (buffer_.is_full()) drain();
      return;
    }
    Digest* digests = digests_.data();
    std::size_t* bytes = &bytes_;
    for_each_number(batch, input, [=](std::uint32_t slot, double value, std::uint64_t weight) {
      digests[slot].add(value, weight, bytes);
    });
  }

  void seal() override {
    drain();
    buffer_ = {};
  }

  void merge(std::size_t to, const Accumulator& other, std::size_t from) override {
    digests_[to].merge(static_cast<const DigestAccumulator&>(other).digests_[from], &bytes_);
  }

  Cell finish(std::size_t slot, Op op, std::int64_t) const override {
    const Digest& digest = digests_[slot];
    if (digest.empty()) return std::monostate();
    const double share = percentile_of(op).value_or(0.5);
    return digest.percentile(static_cast<unsigned>(std::lround(share * 1000)));
  }

  std::size_t memory_bytes() const override {
    return bytes_ + buffer_.memory_bytes() + digests_.capacity() * sizeof(Digest);
  }

 private:
  void drain() {
    buffer_.drain(digests_.size(), [this](std::uint32_t slot, const double* values,
                                          const std::uint64_t* weights, std::uint32_t count) {
      if (weights == nullptr) {
        digests_[slot].add_all({values, count}, &bytes_);
      } else {
        for (std::uint32_t i = 0; i < count; ++i)
          digests_[slot].add(values[i], weights[i], &bytes_);
      }
    });
  }

  SlotBuffer buffer_;
  std::vector<Digest> digests_;
  std::size_t bytes_ = 0;
};

class HistogramAccumulator final : public Accumulator {
 public:
  void resize(std::size_t slots) override { histograms_.resize(slots); }

  void add(const Batch& batch, const RowInput& input) override {
    ValueHistogram* histograms = histograms_.data();
    std::size_t* bytes = &bytes_;
    for_each_number(batch, input, [=](std::uint32_t slot, double value, std::uint64_t weight) {
      histograms[slot].add(value, weight, bytes);
    });
  }

  void merge(std::size_t to, const Accumulator& other, std::size_t from) override {
    const auto& source = static_cast<const HistogramAccumulator&>(other);
    histograms_[to].merge(source.histograms_[from], &bytes_);
  }

  /// Heatmaps need a grid that all points share, so they are cut by `HeatmapGrid` instead.
  Cell finish(std::size_t, Op, std::int64_t) const override { return std::monostate(); }

  std::size_t memory_bytes() const override {
    return bytes_ + histograms_.capacity() * sizeof(ValueHistogram);
  }

  const ValueHistogram& at(std::size_t slot) const { return histograms_[slot]; }

 private:
  std::vector<ValueHistogram> histograms_;
  std::size_t bytes_ = 0;
};

}  // namespace

const ValueHistogram& histogram_of(const Accumulator& accumulator, std::size_t slot) {
  return static_cast<const HistogramAccumulator&>(accumulator).at(slot);
}

std::unique_ptr<Accumulator> make_digest() { return std::make_unique<DigestAccumulator>(); }
std::unique_ptr<Accumulator> make_histogram() { return std::make_unique<HistogramAccumulator>(); }

}  // namespace tracery::query
