// SPDX-License-Identifier: Apache-2.0
#include "query/row_groups.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "query/row_collector.h"

namespace tracery::query {
namespace {

/// What a datum is made of; equal bits are equal values, also texts as long as they stay in place.
struct Bits {
  std::uint64_t word = 0;
  std::uint64_t rest = ~std::uint64_t{0};
  std::uint32_t number = 0;

  static Bits of(const Datum& datum) {
    Bits bits;
    bits.rest = static_cast<std::uint64_t>(datum.kind());
    if (datum.is_text()) {
      bits.word = reinterpret_cast<std::uintptr_t>(datum.text().data());
      bits.rest |= static_cast<std::uint64_t>(datum.text().size()) << 8;
    } else if (datum.kind() == Datum::Kind::kNumber) {
      bits.word = std::bit_cast<std::uint64_t>(datum.number());
    } else {
      bits.word = static_cast<std::uint64_t>(datum.whole());
    }
    return bits;
  }
};

constexpr std::size_t kRecentValues = 1024;

int compare_keys(const std::vector<Datum>& a, const std::vector<Datum>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].is_null() != b[i].is_null()) return a[i].is_null() ? 1 : -1;
    if (a[i].is_null()) continue;
    if (const int sign = compare_in_order(a[i], b[i]); sign != 0) return sign;
  }
  return 0;
}

class GroupCollector final : public RowCollector {
 public:
  explicit GroupCollector(const GroupedRows& spec) : spec_(spec), groups_(spec.keys.size()) {
    for (const AggregateSpec& one : spec.aggregates) aggregates_.push_back(make_aggregate(one));
  }

  Status add(RowEvaluator& block, std::uint32_t, std::uint32_t) override {
    if (block.count() == 0) return {};
    std::vector<const Datum*> keys;
    for (const std::size_t slot : spec_.keys) keys.push_back(TRACERY_TRY(block.slot(slot)));
    groups_.number(keys, block.count(), numbers_);
    TRACERY_TRY(load_times(block));
    for (std::size_t i = 0; i < aggregates_.size(); ++i) {
      AggregateInput input{numbers_, nullptr, times_.data()};
      const auto& slot = spec_.aggregates[i].slot;
      if (slot) input.values = TRACERY_TRY(block.slot(*slot));
      aggregates_[i]->resize(groups_.size());
      aggregates_[i]->add(input);
    }
    return {};
  }

  void merge(RowCollector& other) override {
    const auto& from = static_cast<GroupCollector&>(other);
    const std::vector<std::uint32_t> targets = groups_.absorb(from.groups_);
    for (std::size_t i = 0; i < aggregates_.size(); ++i) {
      aggregates_[i]->resize(groups_.size());
      for (std::uint32_t group = 0; group < targets.size(); ++group) {
        aggregates_[i]->merge(targets[group], *from.aggregates_[i], group);
      }
    }
  }

  RowTable finish() override {
    std::vector<std::vector<Datum>> keys;
    for (std::uint32_t group = 0; group < groups_.size(); ++group) {
      keys.push_back(groups_.values(group));
    }
    std::vector<std::uint32_t> order(keys.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return compare_keys(keys[a], keys[b]) < 0;
    });
    RowTable table;
    table.rows = order.size();
    table.columns.resize(spec_.keys.size() + aggregates_.size());
    for (const std::uint32_t group : order) {
      std::size_t column = 0;
      for (const Datum& key : keys[group]) {
        table.columns[column++].push_back(key.kept_in(*table.texts));
      }
      for (const auto& aggregate : aggregates_) {
        table.columns[column++].push_back(aggregate->finish(group, *table.texts));
      }
    }
    return table;
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = groups_.memory_bytes();
    for (const auto& aggregate : aggregates_) bytes += aggregate->memory_bytes();
    return bytes;
  }

 private:
  Status load_times(RowEvaluator& block) {
    times_.resize(block.count());
    if (!needs_times()) return {};
    if (!spec_.time_slot) {
      std::iota(times_.begin(), times_.end(), std::int64_t{0});
      return {};
    }
    const Datum* times = TRACERY_TRY(block.slot(*spec_.time_slot));
    for (std::size_t i = 0; i < times_.size(); ++i) times_[i] = times[i].whole();
    return {};
  }

  bool needs_times() const {
    return std::any_of(spec_.aggregates.begin(), spec_.aggregates.end(), [](const auto& one) {
      return one.kind == AggregateSpec::Kind::kEarliest || one.kind == AggregateSpec::Kind::kLatest;
    });
  }

  const GroupedRows spec_;
  RowGroups groups_;
  std::vector<std::unique_ptr<RowAggregate>> aggregates_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::int64_t> times_;
};

}  // namespace

std::uint32_t DatumIndex::add(const Datum& value) {
  const std::uint32_t number = keys_.find_or_add(key_of(value));
  if (number == values_.size()) values_.push_back(value.kept_in(texts_));
  return number;
}

void DatumIndex::add_all(const Datum* values, std::size_t count, std::uint32_t* out) {
  std::array<Bits, kRecentValues> recent;
  for (std::size_t i = 0; i < count; ++i) {
    Bits bits = Bits::of(values[i]);
    Bits& known = recent[mix64(bits.word ^ bits.rest) % kRecentValues];
    if (known.word != bits.word || known.rest != bits.rest) {
      bits.number = add(values[i]);
      known = bits;
    }
    out[i] = known.number;
  }
}

std::size_t DatumIndex::memory_bytes() const {
  return keys_.memory_bytes() + values_.capacity() * sizeof(Datum) + texts_.memory_bytes();
}

void RowGroups::number(std::span<const Datum* const> keys, std::size_t count,
                       std::vector<std::uint32_t>& out) {
  has_rows_ = has_rows_ || count != 0;
  out.assign(count, 0);
  for (std::size_t k = 0; k < keys.size(); ++k) {
    if (k == 0) {
      indexes_[0].add_all(keys[0], count, out.data());
      continue;
    }
    scratch_.resize(count);
    indexes_[k].add_all(keys[k], count, scratch_.data());
    std::uint64_t last = ~std::uint64_t{0};
    std::uint32_t last_group = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t pair = std::uint64_t{out[i]} << 32 | scratch_[i];
      if (pair != last) last_group = pairs_[k - 1].find_or_add(pair);
      last = pair;
      out[i] = last_group;
    }
  }
}

std::uint32_t RowGroups::size() const {
  if (indexes_.empty()) return has_rows_ ? 1 : 0;
  return pairs_.empty() ? indexes_[0].size() : pairs_.back().size();
}

std::vector<Datum> RowGroups::values(std::uint32_t group) const {
  std::vector<Datum> values(indexes_.size());
  for (std::size_t k = indexes_.size(); k-- > 0;) {
    std::uint32_t number = group;
    if (k > 0) {
      const std::uint64_t pair = pairs_[k - 1].key(group);
      number = static_cast<std::uint32_t>(pair);
      group = static_cast<std::uint32_t>(pair >> 32);
    }
    values[k] = indexes_[k].value(number);
  }
  return values;
}

std::vector<std::uint32_t> RowGroups::absorb(const RowGroups& other) {
  has_rows_ = has_rows_ || other.has_rows_;
  std::vector<std::uint32_t> targets;
  for (std::uint32_t theirs = 0; theirs < other.size(); ++theirs) {
    const std::vector<Datum> values = other.values(theirs);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const std::uint32_t number = indexes_[k].add(values[k]);
      group = k == 0 ? number : pairs_[k - 1].find_or_add(std::uint64_t{group} << 32 | number);
    }
    targets.push_back(group);
  }
  return targets;
}

std::size_t RowGroups::memory_bytes() const {
  std::size_t bytes = scratch_.capacity() * sizeof(std::uint32_t);
  for (const DatumIndex& index : indexes_) bytes += index.memory_bytes();
  for (const auto& pairs : pairs_) bytes += pairs.memory_bytes();
  return bytes;
}

std::unique_ptr<RowCollector> make_collector(const GroupedRows& spec) {
  return std::make_unique<GroupCollector>(spec);
}

}  // namespace tracery::query
