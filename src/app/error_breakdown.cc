// SPDX-License-Identifier: Apache-2.0
#include "app/error_breakdown.h"

#include <algorithm>
#include <array>

#include "base/hex.h"
#include "base/json_writer.h"
#include "model/error_names.h"
#include "query/run_query.h"

namespace tracery::app {
namespace {

namespace names = model::names;
using query::Filter;
using query::FilterOp;

constexpr std::size_t kKnownMax = 20'000;
/// The latest end of a query.
constexpr std::int64_t kForever = std::int64_t{1} << 62;

template <typename T>
Filter in_filter(std::string_view column, const std::vector<T>& values) {
  Filter filter{std::string(column), FilterOp::kIn, {}};
  for (const T& value : values) filter.values.emplace_back(value);
  return filter;
}

Filter key_filter(std::span<const ItemKey> keys) {
  std::vector<std::string> texts;
  for (const ItemKey& key : keys) texts.push_back(to_hex(key));
  return in_filter(names::kErrorItem, texts);
}

query::Spec counting_spec(std::int64_t from_ns, std::int64_t to_ns) {
  query::Spec spec;
  spec.filters.filters = {{std::string(names::kErrorId), FilterOp::kExists, {}},
                          {std::string(names::kErrorDuplicateOf), FilterOp::kNotExists, {}}};
  spec.calculations = {query::Calculation{}};
  spec.from_ns = from_ns;
  spec.to_ns = to_ns;
  spec.granularity_ns = std::max<std::int64_t>(1, to_ns - from_ns);
  spec.limit = 10'000;
  spec.weighted = spec.series = spec.totals = spec.other = false;
  return spec;
}

query::Calculation calculation(query::Op op, std::string_view column) {
  query::Calculation made;
  made.op = op;
  made.column = column;
  return made;
}

std::uint64_t count_cell(const query::ResultRow& row, std::size_t index) {
  const auto* number = std::get_if<std::int64_t>(&row.cells.at(index));
  return number == nullptr ? 0 : static_cast<std::uint64_t>(*number);
}

std::string group_text(const model::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return JsonWriter().value(*real).take();
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  return {};
}

Result<query::QueryResult> run_unbounded(const store::Snapshot& snapshot, const query::Spec& spec) {
  return query::run(query::Query{snapshot, spec, query::RunOptions{}, {}});
}

/// Columns that name people and addresses, of Rollbar and of OpenTelemetry.
constexpr std::array<std::string_view, 4> kAffectedColumns = {"person.id", "enduser.id",
                                                              "request.user_ip", "client.address"};

query::Spec affected_spec(std::span<const ItemKey> keys) {
  query::Spec spec = counting_spec(0, kForever);
  spec.filters.filters.push_back(key_filter(keys));
  spec.calculations.clear();
  for (const std::string_view column : kAffectedColumns) {
    spec.calculations.push_back(calculation(query::Op::kCountDistinct, column));
  }
  return spec;
}

Affected read_affected(const query::ResultRow& row) {
  return {count_cell(row, 0) + count_cell(row, 1), count_cell(row, 2) + count_cell(row, 3)};
}

}  // namespace

Result<std::vector<ItemValue>> top_item_values(const store::Snapshot& snapshot,
                                               std::span<const ItemKey> keys,
                                               const std::vector<std::string>& columns,
                                               std::int64_t from_ns, std::int64_t to_ns,
                                               std::size_t limit) {
  query::Spec spec = counting_spec(from_ns, to_ns);
  spec.filters.filters.push_back(key_filter(keys));
  spec.filters.filters.push_back({columns.at(0), FilterOp::kExists, {}});
  spec.breakdowns = columns;
  spec.calculations.push_back(calculation(query::Op::kMin, names::kErrorId));
  spec.calculations.push_back(calculation(query::Op::kMax, names::kErrorId));
  spec.limit = limit;
  const auto result = TRACERY_TRY(query::run(snapshot, spec));
  std::vector<ItemValue> values;
  for (const query::ResultRow& row : result.rows) {
    ItemValue& value = values.emplace_back();
    for (const model::Value& cell : row.group) value.values.push_back(group_text(cell));
    value.count = count_cell(row, 0);
    value.first_id = static_cast<std::int64_t>(count_cell(row, 1));
    value.last_id = static_cast<std::int64_t>(count_cell(row, 2));
  }
  return values;
}

Result<CountSeries> count_series(const store::Snapshot& snapshot, const SeriesQuery& query) {
  CountSeries series;
  series.step_ns = query.step_ns;
  series.start_ns = query.from_ns / query.step_ns * query.step_ns;
  const std::int64_t end_ns = (query.to_ns - 1) / query.step_ns * query.step_ns + query.step_ns;
  series.counts.resize(static_cast<std::size_t>((end_ns - series.start_ns) / query.step_ns));
  query::Spec spec = counting_spec(series.start_ns, end_ns);
  spec.datasets = query.projects;
  if (!query.keys.empty()) spec.filters.filters.push_back(key_filter(query.keys));
  if (!query.environments.empty()) {
    spec.filters.filters.push_back(in_filter("environment", query.environments));
  }
  if (!query.levels.empty()) spec.filters.filters.push_back(in_filter("level", query.levels));
  spec.granularity_ns = query.step_ns;
  spec.series = true;
  const auto result = TRACERY_TRY(run_unbounded(snapshot, spec));
  for (const query::SeriesPoint& point : result.series) {
    const auto at = static_cast<std::size_t>((point.time_ns - series.start_ns) / query.step_ns);
    if (at < series.counts.size()) series.counts[at] = count_cell(point.row, 0);
  }
  return series;
}

Result<ItemKeySet> keys_with_word(const store::Snapshot& snapshot, const std::string& word,
                                  std::int64_t from_ns, std::int64_t to_ns) {
  constexpr std::array<std::string_view, 9> kColumns = {
      "context",      "server.host", "host.name",  "person.id",  "person.username",
      "person.email", "enduser.id",  "http.route", "request.url"};
  query::Spec spec = counting_spec(from_ns, to_ns);
  spec.breakdowns = {std::string(names::kErrorItem)};
  // Counted apart, since the query's own filters are all or any of one list.
  spec.calculations.clear();
  for (const std::string_view column : kColumns) {
    query::Calculation count;
    count.name = column;
    count.filters.filters = {{std::string(column), FilterOp::kContains, {word}}};
    spec.calculations.push_back(std::move(count));
  }
  const auto result = TRACERY_TRY(run_unbounded(snapshot, spec));
  ItemKeySet keys;
  for (const query::ResultRow& row : result.rows) {
    bool has_word = false;
    for (std::size_t i = 0; i < kColumns.size(); ++i) has_word |= count_cell(row, i) > 0;
    ItemKey key{};
    if (has_word && from_hex(group_text(row.group.at(0)), key)) keys.insert(key);
  }
  return keys;
}

Result<std::map<std::int64_t, Affected>> AffectedPeople::of(const store::Snapshot& snapshot,
                                                            std::span<const ErrorItem> items) {
  std::map<std::int64_t, Affected> affected;
  std::vector<ItemKey> simple;
  std::map<ItemKey, const ErrorItem*> by_key;
  std::vector<const ErrorItem*> merged;
  {
    const std::lock_guard lock(mutex_);
    for (const ErrorItem& item : items) {
      const auto known = known_.find(item.id);
      if (known != known_.end() && known->second.occurrences == item.counts.occurrences) {
        affected[item.id] = known->second.affected;
        continue;
      }
      simple.push_back(item.key);
      by_key[item.key] = &item;
    }
  }
  for (auto& [key, item] : by_key) {
    if (item->keys.size() > 1) merged.push_back(item);
  }
  if (!simple.empty()) {
    query::Spec spec = affected_spec(simple);
    spec.breakdowns = {std::string(names::kErrorItem)};
    const auto result = TRACERY_TRY(query::run(snapshot, spec));
    for (const query::ResultRow& row : result.rows) {
      ItemKey key{};
      if (from_hex(group_text(row.group.at(0)), key) && by_key.contains(key)) {
        affected[by_key[key]->id] = read_affected(row);
      }
    }
  }
  for (const ErrorItem* item : merged) {
    const auto result = TRACERY_TRY(query::run(snapshot, affected_spec(item->keys)));
    if (!result.rows.empty()) affected[item->id] = read_affected(result.rows[0]);
  }
  const std::lock_guard lock(mutex_);
  if (known_.size() > kKnownMax) known_.clear();
  for (const auto& [key, item] : by_key) {
    known_[item->id] = {item->counts.occurrences, affected[item->id]};
  }
  return affected;
}

}  // namespace tracery::app
