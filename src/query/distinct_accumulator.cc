// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <utility>
#include <vector>

#include "query/accumulator.h"
#include "query/canonical.h"
#include "query/dense_index.h"
#include "query/distinct_set.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::StreamType;

/// Above this many (slot, dictionary entry) pairs a row's value is looked up in its set each time.
constexpr std::size_t kSeenMax = std::size_t{4} << 20;

class DistinctAccumulator final : public Accumulator {
 public:
  void resize(std::size_t slots) override { sets_.resize(slots); }

  void add(const Batch& batch, const RowInput& input) override {
    for (const VectorPtr& vector : input.vectors) add_vector(batch, *vector);
  }

  void merge(std::size_t to, const Accumulator& other, std::size_t from) override {
    sets_[to].merge(static_cast<const DistinctAccumulator&>(other).sets_[from], &bytes_);
  }

  Cell finish(std::size_t slot, Op, std::int64_t) const override {
    return static_cast<std::int64_t>(sets_[slot].estimate());
  }

  std::size_t memory_bytes() const override {
    return bytes_ + sets_.capacity() * sizeof(DistinctSet) + seen_.capacity() +
           hashes_.capacity() * sizeof(std::uint64_t);
  }

 private:
  void add_vector(const Batch& batch, const ColumnVector& vector) {
    switch (vector.type) {
      case StreamType::kString: return add_strings(batch, vector);
      case StreamType::kInt:
        return add_keys(batch, vector, [values = vector.as<std::int64_t>()](std::uint32_t row) {
          return key_of(values[row]);
        });
      case StreamType::kDouble:
        return add_keys(batch, vector, [values = vector.as<double>()](std::uint32_t row) {
          return key_of(values[row]);
        });
      case StreamType::kBool:
        return add_keys(batch, vector, [values = vector.data.data()](std::uint32_t row) {
          return key_of(values[row] == 2);
        });
      case StreamType::kId8:
        return add_keys(batch, vector, [values = vector.data.data()](std::uint32_t row) {
          return key_of_id8(values + std::size_t{8} * row);
        });
      case StreamType::kId16:
        return add_keys(batch, vector, [values = vector.data.data()](std::uint32_t row) {
          return key_of_id16(values + std::size_t{16} * row);
        });
    }
  }

  template <typename KeyAt>
  void add_keys(const Batch& batch, const ColumnVector& vector, KeyAt key_at) {
    for_each_present(batch, vector, [&](std::uint32_t slot, std::uint32_t row, auto) {
      sets_[slot].insert(index_hash(key_at(row)), &bytes_);
    });
  }

  void add_strings(const Batch& batch, const ColumnVector& vector) {
    const std::size_t codes = std::size_t{vector.dictionary->size()} + 1;
    if (dictionary_ != vector.dictionary) {
      dictionary_ = vector.dictionary;
      hashes_.assign(codes, 0);
      seen_.clear();
    }
    const bool sees = sets_.size() * codes <= kSeenMax;
    seen_.resize(sees ? sets_.size() * codes : 0);
    const auto insert = [&](std::uint32_t slot, std::uint32_t code) {
      if (hashes_[code] == 0) hashes_[code] = index_hash(key_of(dictionary_->at(code - 1)));
      sets_[slot].insert(hashes_[code], &bytes_);
    };
    const auto add_codes = [&](const auto* values) {
      for_each_row(batch, [&](std::uint32_t slot, std::uint32_t row, auto) {
        const std::uint32_t code = values[row];
        if (code == 0) return;
        if (sees) {
          std::uint8_t& seen = seen_[slot * codes + code];
          if (seen != 0) return;
          seen = 1;
        }
        insert(slot, code);
      });
    };
    if (vector.code_bytes == 1) return add_codes(vector.data.data());
    if (vector.code_bytes == 2) return add_codes(vector.as<std::uint16_t>());
    add_codes(vector.as<std::uint32_t>());
  }

  std::vector<DistinctSet> sets_;
  std::size_t bytes_ = 0;
  std::shared_ptr<const store::StringDictionary> dictionary_;
  std::vector<std::uint64_t> hashes_;  ///< By code; 0 is not yet known.
  std::vector<std::uint8_t> seen_;     ///< By slot, then code.
};

}  // namespace

std::unique_ptr<Accumulator> make_distinct() { return std::make_unique<DistinctAccumulator>(); }

}  // namespace tracery::query
