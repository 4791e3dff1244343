// SPDX-License-Identifier: Apache-2.0
#include "app/occurrence_list.h"

#include <algorithm>
#include <charconv>

#include "app/error_counts.h"
#include "app/error_occurrence.h"
#include "base/hex.h"
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
/// Room for occurrences of the very time a page ends at.
constexpr std::size_t kSameTimeMax = 64;

Filter text_filter(std::string_view column, const std::string& value) {
  return {std::string(column), FilterOp::kEqual, {value}};
}

query::FilterSet filters_of(const OccurrenceQuery& query) {
  query::FilterSet set;
  set.filters.push_back({std::string(names::kErrorId), FilterOp::kExists, {}});
  if (!query.with_duplicates) {
    set.filters.push_back({std::string(names::kErrorDuplicateOf), FilterOp::kNotExists, {}});
  }
  if (!query.keys.empty()) {
    Filter keys{std::string(names::kErrorItem), FilterOp::kIn, {}};
    for (const ItemKey& key : query.keys) keys.values.emplace_back(to_hex(key));
    set.filters.push_back(std::move(keys));
  }
  return set;
}

bool comes_before(const model::Event& a, const model::Event& b) {
  if (a.time_ns != b.time_ns) return a.time_ns > b.time_ns;
  return occurrence_id_of(a) > occurrence_id_of(b);
}

Error not_found() { return {ErrorCode::kNotFound, "Occurrence not found"}; }

std::int64_t best_id(const query::QueryResult& result) {
  if (result.rows.empty()) return 0;
  const auto* id = std::get_if<std::int64_t>(&result.rows[0].cells[0]);
  return id == nullptr ? 0 : *id;
}

}  // namespace

std::int64_t occurrence_id_of(const model::Event& event) {
  const auto* value = model::find_field(event, names::kErrorId);
  const auto* id = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return id == nullptr ? 0 : *id;
}

std::optional<ItemKey> item_key_of(const model::Event& event) {
  ItemKey key{};
  if (!from_hex(text_field(event, names::kErrorItem), key)) return std::nullopt;
  return key;
}

Result<std::vector<model::Event>> list_occurrences(const store::Snapshot& snapshot,
                                                   const OccurrenceQuery& query) {
  query::EventsSpec spec;
  spec.datasets = query.projects;
  spec.filters = filters_of(query);
  spec.from_ns = query.from_ns;
  spec.to_ns = query.to_ns == 0 ? kForever : query.to_ns;
  spec.limit = query.limit;
  spec.skip = query.skip;
  if (!query.before_id) {
    auto events = TRACERY_TRY(query::find_events(snapshot, spec));
    std::sort(events.begin(), events.end(), comes_before);
    return events;
  }
  const std::int64_t before = *query.before_id;
  const auto found = TRACERY_TRY(
      read_occurrences(snapshot, std::span(&before, 1), {std::string(names::kErrorId)}));
  if (found.empty()) return not_found();
  spec.to_ns = std::min(spec.to_ns, found[0].time_ns + 1);
  spec.limit += kSameTimeMax;
  auto events = TRACERY_TRY(query::find_events(snapshot, spec));
  std::sort(events.begin(), events.end(), comes_before);
  std::erase_if(events, [&](const model::Event& event) {
    return event.time_ns == found[0].time_ns && occurrence_id_of(event) >= before;
  });
  events.resize(std::min(events.size(), query.limit));
  return events;
}

Result<model::Event> find_occurrence(const store::Snapshot& snapshot, const std::string& name) {
  std::int64_t id = 0;
  const auto end = std::from_chars(name.data(), name.data() + name.size(), id);
  const bool is_id = end.ec == std::errc() && end.ptr == name.data() + name.size();
  query::EventsSpec spec;
  spec.filters.filters = {is_id ? Filter{std::string(names::kErrorId), FilterOp::kEqual, {id}}
                                : text_filter(names::kErrorUuid, name)};
  spec.to_ns = kForever;
  spec.limit = 1;
  auto events = TRACERY_TRY(query::find_events(snapshot, spec));
  if (events.empty()) return not_found();
  return std::move(events[0]);
}

Result<Neighbours> find_neighbours(const store::Snapshot& snapshot,
                                   const std::vector<ItemKey>& keys, std::int64_t id) {
  OccurrenceQuery around;
  around.keys = keys;
  const auto find = [&](FilterOp side, query::Op op) -> Result<std::int64_t> {
    query::Spec spec;
    spec.filters = filters_of(around);
    spec.filters.filters.push_back({std::string(names::kErrorId), side, {id}});
    spec.calculations.resize(1);
    spec.calculations[0].op = op;
    spec.calculations[0].column = names::kErrorId;
    spec.to_ns = spec.granularity_ns = kForever;
    spec.series = spec.totals = spec.other = false;
    return best_id(TRACERY_TRY(query::run(snapshot, spec)));
  };
  Neighbours neighbours;
  neighbours.older = TRACERY_TRY(find(FilterOp::kLess, query::Op::kMax));
  neighbours.newer = TRACERY_TRY(find(FilterOp::kGreater, query::Op::kMin));
  return neighbours;
}

Result<std::vector<std::string>> other_sources(const store::Snapshot& snapshot, std::int64_t id) {
  query::EventsSpec spec;
  spec.filters.filters = {{std::string(names::kErrorDuplicateOf), FilterOp::kEqual, {id}}};
  spec.to_ns = kForever;
  spec.columns = {std::string(names::kSource)};
  std::vector<std::string> sources;
  for (const model::Event& event : TRACERY_TRY(query::find_events(snapshot, spec))) {
    const std::string source = text_field(event, names::kSource);
    if (std::find(sources.begin(), sources.end(), source) == sources.end()) {
      sources.push_back(source);
    }
  }
  return sources;
}

}  // namespace tracery::app
