// SPDX-License-Identifier: Apache-2.0
#include "query/value_totals.h"

#include <algorithm>
#include <map>
#include <utility>

#include "query/group_reader.h"

namespace tracery::query {
namespace {

using store::StreamType;

class Totals {
 public:
  explicit Totals(const TotalsSpec& spec)
      : spec_(spec),
        columns_{spec.column, spec.order_column, spec.sum_column},
        reader_(&columns_) {}

  Status add(const std::shared_ptr<const store::RowSource>& source, std::uint32_t group) {
    reader_.start(source, group);
    const VectorPtr orders = TRACERY_TRY(vector(1, StreamType::kInt));
    if (orders == nullptr) return {};
    const VectorPtr values = TRACERY_TRY(vector(0, StreamType::kString));
    if (values == nullptr) return {};
    const VectorPtr sums = TRACERY_TRY(vector(2, StreamType::kInt));
    const VectorPtr datasets = TRACERY_TRY(reader_.field(store::RowField::kDataset));
    const VectorPtr times = TRACERY_TRY(reader_.field(store::RowField::kTime));
    // Rows of one stream lie in runs, mostly: the entry of the last row is tried first.
    std::pair<std::uint32_t, std::uint32_t> last{0, 0};
    Entry* entry = nullptr;
    for (std::uint32_t row = 0; row < orders->rows; ++row) {
      const std::pair key{datasets->code(row), values->code(row)};
      if (key.second == 0 || !orders->is_present(row)) continue;
      if (entry == nullptr || key != last) {
        entry =
            &find(datasets->dictionary->at(key.first - 1), values->dictionary->at(key.second - 1));
        last = key;
      }
      const std::int64_t order = orders->as<std::int64_t>()[row];
      if (order < entry->order_min) continue;
      const std::int64_t sum = sums == nullptr ? 0 : sums->as<std::int64_t>()[row];
      note(entry->totals, times->as<std::int64_t>()[row], order, sum);
    }
    return {};
  }

  std::vector<ValueTotals> take() {
    std::vector<ValueTotals> all;
    for (auto& [key, entry] : entries_) {
      if (entry.totals.rows == 0) continue;
      entry.totals.dataset = key.first;
      entry.totals.value = key.second;
      all.push_back(std::move(entry.totals));
    }
    return all;
  }

 private:
  struct Entry {
    std::int64_t order_min = 0;
    ValueTotals totals;
  };

  Entry& find(std::string_view dataset, std::string_view value) {
    const auto [found, is_new] =
        entries_.try_emplace(std::pair(std::string(dataset), std::string(value)));
    if (is_new) found->second.order_min = spec_.order_min(dataset, value);
    return found->second;
  }

  static void note(ValueTotals& totals, std::int64_t time_ns, std::int64_t order,
                   std::int64_t sum) {
    const bool is_first = totals.rows++ == 0;
    totals.min_time_ns = is_first ? time_ns : std::min(totals.min_time_ns, time_ns);
    totals.max_time_ns = is_first ? time_ns : std::max(totals.max_time_ns, time_ns);
    totals.max_order = is_first ? order : std::max(totals.max_order, order);
    totals.sum += sum;
  }

  /// The column's stream of that type here; null when it has none.
  Result<VectorPtr> vector(std::size_t column, StreamType type) {
    for (const GroupReader::Stream& stream : TRACERY_TRY(reader_.column(column))) {
      if (stream.ref.type == type) return stream.vector;
    }
    return VectorPtr();
  }

  const TotalsSpec& spec_;
  const std::vector<std::string> columns_;
  GroupReader reader_;
  std::map<std::pair<std::string, std::string>, Entry> entries_;
};

}  // namespace

Result<std::vector<ValueTotals>> total_by_value(const store::Snapshot& snapshot,
                                                const TotalsSpec& spec) {
  Totals totals(spec);
  for (const auto& source : snapshot.sources) {
    if (source->streams(spec.order_column).empty()) continue;
    for (std::uint32_t group = 0; group < source->groups(); ++group) {
      TRACERY_TRY(totals.add(source, group));
    }
  }
  return totals.take();
}

}  // namespace tracery::query
