// SPDX-License-Identifier: Apache-2.0
#include "app/error_counts.h"

#include <algorithm>
#include <limits>

#include "base/hex.h"
#include "base/time.h"
#include "model/error_names.h"
#include "model/names.h"
#include "query/events.h"
#include "query/run_query.h"

namespace tracery::app {
namespace {

namespace names = model::names;
using query::Filter;
using query::FilterOp;

/// The latest end of a query.
constexpr std::int64_t kForever = std::int64_t{1} << 62;
constexpr std::int64_t kHourNs = 3600 * kNsPerSecond;
/// More ids than this in one filter are asked for in several queries.
constexpr std::size_t kIdsPerQuery = 1000;
constexpr std::size_t kQueryMemoryBytes = 1ULL << 30;

Filter id_filter(FilterOp op, std::int64_t id) { return {std::string(names::kErrorId), op, {id}}; }
Filter counted_only() { return {std::string(names::kErrorDuplicateOf), FilterOp::kNotExists, {}}; }
Filter key_filter(std::span<const ItemKey> keys) {
  Filter filter{std::string(names::kErrorItem), FilterOp::kIn, {}};
  for (const ItemKey& key : keys) filter.values.emplace_back(to_hex(key));
  return filter;
}

/// Counts by item key; each event weighs one, whatever its sample rate.
query::Spec count_spec(std::vector<Filter> filters) {
  query::Spec spec;
  spec.filters.filters = std::move(filters);
  spec.breakdowns = {std::string(names::kErrorItem)};
  spec.calculations = {query::Calculation{}};
  spec.limit = std::numeric_limits<std::uint32_t>::max();
  spec.to_ns = kForever;
  spec.granularity_ns = kForever;
  spec.weighted = spec.series = spec.totals = spec.other = false;
  return spec;
}

/// Past the limit on rows that people's queries have: there are as many groups as item keys.
Result<query::QueryResult> run_unbounded(const store::Snapshot& snapshot, const query::Spec& spec) {
  query::RunOptions options;
  options.memory_bytes = kQueryMemoryBytes;
  return query::run(query::Query{snapshot, spec, options, {}});
}

bool read_key(const query::ResultRow& row, ItemKey& key) {
  const auto* text = std::get_if<std::string>(&row.group.at(0));
  return text != nullptr && from_hex(*text, key);
}

std::int64_t int_cell(const query::ResultRow& row, std::size_t index) {
  const auto* number = std::get_if<std::int64_t>(&row.cells.at(index));
  return number == nullptr ? 0 : *number;
}

}  // namespace

Result<std::vector<KeyCounts>> count_occurrences(const store::Snapshot& snapshot,
                                                 std::int64_t after_id, std::int64_t until_id) {
  query::Spec spec = count_spec({id_filter(FilterOp::kGreater, after_id),
                                 id_filter(FilterOp::kLessEqual, until_id), counted_only()});
  spec.calculations.resize(3);
  spec.calculations[1].op = query::Op::kMin;
  spec.calculations[2].op = query::Op::kMax;
  spec.calculations[1].column = spec.calculations[2].column = names::kErrorId;
  const auto result = TRACERY_TRY(run_unbounded(snapshot, spec));
  std::vector<KeyCounts> counts;
  counts.reserve(result.rows.size());
  for (const query::ResultRow& row : result.rows) {
    KeyCounts each;
    if (!read_key(row, each.key)) continue;
    each.counts.occurrences = static_cast<std::uint64_t>(int_cell(row, 0));
    each.counts.first_id = int_cell(row, 1);
    each.counts.last_id = int_cell(row, 2);
    counts.push_back(each);
  }
  return counts;
}

Result<std::uint64_t> count_after(const store::Snapshot& snapshot, const ItemKey& key,
                                  std::int64_t after_id) {
  const query::Spec spec =
      count_spec({key_filter({&key, 1}), id_filter(FilterOp::kGreater, after_id), counted_only()});
  const auto result = TRACERY_TRY(run_unbounded(snapshot, spec));
  return result.rows.empty() ? 0U : static_cast<std::uint64_t>(int_cell(result.rows[0], 0));
}

Status count_hours(const store::Snapshot& snapshot, std::int64_t now_ns,
                   std::span<const ItemKey> keys,
                   const std::function<void(const ItemKey&, std::int64_t, std::uint32_t)>& add) {
  query::Spec spec = count_spec({id_filter(FilterOp::kGreater, 0), counted_only()});
  if (!keys.empty()) spec.filters.filters.push_back(key_filter(keys));
  const std::int64_t hour = now_ns / kHourNs;
  spec.from_ns = (hour - static_cast<std::int64_t>(HourlyCounts::kHours) + 1) * kHourNs;
  spec.to_ns = (hour + 1) * kHourNs;
  spec.granularity_ns = kHourNs;
  spec.series = true;
  const auto result = TRACERY_TRY(run_unbounded(snapshot, spec));
  ItemKey key{};
  for (const query::SeriesPoint& point : result.series) {
    if (!read_key(point.row, key)) continue;
    add(key, point.time_ns / kHourNs, static_cast<std::uint32_t>(int_cell(point.row, 0)));
  }
  return {};
}

Result<std::vector<model::Event>> read_occurrences(const store::Snapshot& snapshot,
                                                   std::span<const std::int64_t> ids,
                                                   std::vector<std::string> columns) {
  std::vector<model::Event> events;
  while (!ids.empty()) {
    const auto some = ids.first(std::min(ids.size(), kIdsPerQuery));
    ids = ids.subspan(some.size());
    query::EventsSpec spec;
    Filter filter{std::string(names::kErrorId), FilterOp::kIn, {}};
    for (const std::int64_t id : some) filter.values.emplace_back(id);
    spec.filters.filters = {std::move(filter)};
    spec.to_ns = kForever;
    spec.limit = some.size();
    spec.columns = columns;
    auto found = TRACERY_TRY(query::find_events(snapshot, spec));
    std::move(found.begin(), found.end(), std::back_inserter(events));
  }
  return events;
}

Result<std::vector<model::Event>> read_recent(const store::Snapshot& snapshot,
                                              std::int64_t after_id, std::size_t limit) {
  query::EventsSpec spec;
  spec.filters.filters = {id_filter(FilterOp::kGreater, after_id)};
  spec.to_ns = kForever;
  spec.limit = limit;
  for (const std::string_view name :
       {names::kErrorId, names::kErrorItem, names::kErrorUuid, names::kErrorDuplicateOf,
        names::kSource, names::kTraceId, names::kExceptionType, names::kExceptionMessage}) {
    spec.columns.emplace_back(name);
  }
  return query::find_events(snapshot, spec);
}

}  // namespace tracery::app
