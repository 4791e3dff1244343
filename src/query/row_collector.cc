// SPDX-License-Identifier: Apache-2.0
#include "query/row_collector.h"

#include <algorithm>
#include <map>

namespace tracery::query {
namespace {

RowTable table_of(std::vector<KeptRow> rows, std::size_t columns) {
  RowTable table;
  table.rows = rows.size();
  table.columns.resize(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    table.columns[c].reserve(rows.size());
    for (const KeptRow& row : rows) {
      table.columns[c].push_back(row.values[c].kept_in(*table.texts));
    }
  }
  return table;
}

Result<std::vector<const Datum*>> slots_of(RowEvaluator& block,
                                           const std::vector<std::size_t>& slots) {
  std::vector<const Datum*> columns;
  for (const std::size_t slot : slots) columns.push_back(TRACERY_TRY(block.slot(slot)));
  return columns;
}

/// Order keys of a block's rows, row by row.
Result<std::vector<Datum>> order_of(RowEvaluator& block, const std::vector<OrderKey>& keys) {
  std::vector<Datum> order(block.count() * keys.size());
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const Datum* values = TRACERY_TRY(block.slot(keys[k].slot));
    for (std::size_t i = 0; i < block.count(); ++i) order[i * keys.size() + k] = values[i];
  }
  return order;
}

class TopCollector final : public RowCollector {
 public:
  explicit TopCollector(const TopRows& spec) : spec_(spec) {}

  Status add(RowEvaluator& block, std::uint32_t source, std::uint32_t group) override {
    if (spec_.limit == 0) return {};
    TRACERY_TRY(narrow(block, source, group));
    const std::vector<Datum> order = TRACERY_TRY(order_of(block, spec_.order));
    const auto outputs = TRACERY_TRY(slots_of(block, spec_.outputs));
    const std::size_t keys = spec_.order.size();
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      KeptRow row;
      row.place = {source, group, block.rows()[i]};
      row.order.assign(order.begin() + static_cast<std::ptrdiff_t>(i * keys),
                       order.begin() + static_cast<std::ptrdiff_t>((i + 1) * keys));
      for (const Datum* column : outputs) row.values.push_back(column[i]);
      put(std::move(row), /*owns_texts=*/false);
    }
    return {};
  }

  void merge(RowCollector& other) override {
    for (KeptRow& row : static_cast<TopCollector&>(other).rows_) put(std::move(row), true);
  }

  void put(KeptRow row, bool owns_texts) {
    const auto before = [this](const KeptRow& a, const KeptRow& b) {
      return comes_before(spec_.order, a, b);
    };
    if (rows_.size() == spec_.limit) {
      if (!before(row, rows_.front())) return;
      std::pop_heap(rows_.begin(), rows_.end(), before);
      bytes_ -= rows_.back().memory_bytes();
      rows_.pop_back();
    }
    if (!owns_texts) row.own_texts();
    bytes_ += row.memory_bytes();
    rows_.push_back(std::move(row));
    std::push_heap(rows_.begin(), rows_.end(), before);
  }

  RowTable finish() override {
    std::sort(rows_.begin(), rows_.end(), [this](const KeptRow& a, const KeptRow& b) {
      return comes_before(spec_.order, a, b);
    });
    return table_of(std::move(rows_), spec_.outputs.size());
  }

  std::size_t memory_bytes() const override { return bytes_; }

  std::optional<std::int64_t> oldest_wanted_ns() const override {
    if (rows_.size() < spec_.limit || spec_.limit == 0 || spec_.order.empty()) return std::nullopt;
    const Datum& worst = rows_.front().order[0];
    if (worst.kind() != Datum::Kind::kTime || !spec_.order[0].descending) return std::nullopt;
    return worst.whole();
  }

 private:
  /// Leaves only rows that can come in: what the outputs cost is paid for those alone.
  Status narrow(RowEvaluator& block, std::uint32_t source, std::uint32_t group) {
    if (rows_.size() < spec_.limit && block.count() <= spec_.limit) return {};
    const std::vector<Datum> order = TRACERY_TRY(order_of(block, spec_.order));
    const std::size_t keys = spec_.order.size();
    const std::vector<std::uint32_t>& rows = block.rows();
    std::vector<std::uint32_t> candidates;
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      const RowPlace place{source, group, rows[i]};
      if (rows_.size() == spec_.limit &&
          compare_rows(spec_.order, &order[i * keys], place, rows_.front().order.data(),
                       rows_.front().place) >= 0) {
        continue;
      }
      candidates.push_back(i);
    }
    if (candidates.size() > spec_.limit) {
      const auto before = [&](std::uint32_t a, std::uint32_t b) {
        return compare_rows(spec_.order, &order[a * keys], {source, group, rows[a]},
                            &order[b * keys], {source, group, rows[b]}) < 0;
      };
      const auto last = candidates.begin() + static_cast<std::ptrdiff_t>(spec_.limit);
      std::nth_element(candidates.begin(), last - 1, candidates.end(), before);
      candidates.erase(last, candidates.end());
    }
    Mask mask(block.count(), 0);
    for (const std::uint32_t i : candidates) mask[i] = 1;
    block.keep(mask);
    return {};
  }

  const TopRows spec_;
  std::vector<KeptRow> rows_;  ///< A heap with the last of them on top.
  std::size_t bytes_ = 0;
};

class DistinctCollector final : public RowCollector {
 public:
  explicit DistinctCollector(const DistinctRows& spec) : spec_(spec), keyless_(spec.rows) {}

  Status add(RowEvaluator& block, std::uint32_t source, std::uint32_t group) override {
    const std::vector<Datum> order = TRACERY_TRY(order_of(block, spec_.rows.order));
    const auto keys = TRACERY_TRY(slots_of(block, spec_.keys));
    const auto outputs = TRACERY_TRY(slots_of(block, spec_.rows.outputs));
    const std::size_t order_keys = spec_.rows.order.size();
    for (std::uint32_t i = 0; i < block.count(); ++i) {
      const auto key = key_at(keys, i);
      const RowPlace place{source, group, block.rows()[i]};
      const Datum* row_order = order.data() + i * order_keys;
      const auto found = key ? by_key_.find(*key) : by_key_.end();
      if (found != by_key_.end() &&
          compare_rows(spec_.rows.order, row_order, place, found->second.order.data(),
                       found->second.place) >= 0) {
        continue;
      }
      KeptRow row;
      row.place = place;
      row.order.assign(row_order, row_order + order_keys);
      for (const Datum* column : outputs) row.values.push_back(column[i]);
      if (!key) {
        keyless_.put(std::move(row), false);
        continue;
      }
      row.own_texts();
      put(*key, std::move(row));
    }
    return {};
  }

  void merge(RowCollector& other) override {
    auto& from = static_cast<DistinctCollector&>(other);
    keyless_.merge(from.keyless_);
    for (auto& [key, row] : from.by_key_) put(key, std::move(row));
  }

  RowTable finish() override {
    for (auto& [key, row] : by_key_) keyless_.put(std::move(row), true);
    return keyless_.finish();
  }

  std::size_t memory_bytes() const override { return keyless_.memory_bytes() + bytes_; }

 private:
  static std::optional<ValueKey> key_at(const std::vector<const Datum*>& keys, std::size_t row) {
    std::vector<ValueKey> parts;
    for (const Datum* key : keys) {
      if (key[row].is_null()) return std::nullopt;
      parts.push_back(key_of(key[row]));
    }
    return hash128({reinterpret_cast<const char*>(parts.data()), parts.size() * sizeof(ValueKey)});
  }

  void put(const ValueKey& key, KeptRow row) {
    KeptRow& kept = by_key_[key];
    if (!kept.values.empty()) {
      if (!comes_before(spec_.rows.order, row, kept)) return;
      bytes_ -= kept.memory_bytes();
    }
    bytes_ += row.memory_bytes();
    kept = std::move(row);
  }

  const DistinctRows spec_;
  std::map<ValueKey, KeptRow> by_key_;
  TopCollector keyless_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<RowCollector> make_collector(const TopRows& spec) {
  return std::make_unique<TopCollector>(spec);
}

std::unique_ptr<RowCollector> make_collector(const DistinctRows& spec) {
  return std::make_unique<DistinctCollector>(spec);
}

std::unique_ptr<RowCollector> make_collector(const RowEnd& end) {
  return std::visit([](const auto& spec) { return make_collector(spec); }, end);
}

}  // namespace tracery::query
