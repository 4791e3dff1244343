// SPDX-License-Identifier: Apache-2.0
#include "app/xray_traces.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include "base/hash.h"
#include "protocols/xray/span_rules.h"
#include "protocols/xray/summary_encoder.h"
#include "query/event_reader.h"

namespace tracery::app {
namespace {

/// The same traces at each call: what is kept at a share is kept at every greater one.
bool is_kept(const model::TraceId& id, double share) {
  std::uint64_t word = 0;
  std::memcpy(&word, id.bytes.data() + 8, sizeof word);
  return static_cast<double>(mix64(word) >> 11) * 0x1p-53 < share;
}

std::function<bool(const query::ServiceTrace&)> range_test(const SummaryQuery& query) {
  const std::int64_t from_ns = query.selection.from_ns;
  const std::int64_t to_ns = query.selection.to_ns;
  switch (query.clock) {
    case TraceClock::kTraceId:
      return [=](const query::ServiceTrace& trace) {
        const std::int64_t time_ns = xray::filed_at_ns(trace);
        return time_ns >= from_ns && time_ns < to_ns;
      };
    case TraceClock::kEvent:
      return [=](const query::ServiceTrace& trace) {
        return std::any_of(trace.spans.begin(), trace.spans.end(), [&](const auto& span) {
          return span.start_ns < to_ns && span.end_ns >= from_ns;
        });
      };
    case TraceClock::kService: break;
  }
  return [=](const query::ServiceTrace& trace) {
    return std::any_of(trace.spans.begin(), trace.spans.end(), [&](const auto& span) {
      return span.is_entry && span.end_ns >= from_ns && span.end_ns < to_ns;
    });
  };
}

/// Adds that some event of the trace passes the filters.
void add_filters(const query::FilterSet& filters, std::optional<query::TraceCondition>& condition) {
  std::vector<query::RowTest> tests;
  for (const query::Filter& filter : filters.filters) {
    query::RowTest& test = tests.emplace_back();
    test.kind = query::RowTest::Kind::kFilter;
    test.filter = filter;
  }
  query::TraceCondition both;
  both.kind = query::TraceCondition::Kind::kAll;
  if (condition) both.operands.push_back(*std::move(condition));
  query::TraceCondition& some = both.operands.emplace_back();
  some.kind = query::TraceCondition::Kind::kSome;
  some.span.kind = query::SpanCondition::Kind::kRow;
  some.span.row = filters.combine == query::Combine::kAnd ? query::RowTest::all(std::move(tests))
                                                          : query::RowTest::any(std::move(tests));
  condition = std::move(both);
}

/// The columns that any of the snapshot's sources has.
std::vector<std::string> all_columns(const store::Snapshot& snapshot) {
  std::set<std::string> names;
  for (const auto& source : snapshot.sources) {
    for (std::string& name : source->columns()) names.insert(std::move(name));
  }
  return {names.begin(), names.end()};
}

Result<std::vector<std::vector<model::Event>>> read_spans(const store::Snapshot& snapshot,
                                                          const query::TracePage& page) {
  std::vector<query::RowPlace> places;
  for (const query::ServiceTrace& trace : page.traces) {
    for (const query::TraceSpan& span : trace.spans) places.push_back(span.place);
  }
  auto events = TRACERY_TRY(
      query::read_events(snapshot, places, xray::summary_columns(all_columns(snapshot))));
  std::vector<std::vector<model::Event>> by_trace;
  std::size_t next = 0;
  for (const query::ServiceTrace& trace : page.traces) {
    auto& own = by_trace.emplace_back();
    for (std::size_t i = 0; i < trace.spans.size(); ++i) own.push_back(std::move(events[next++]));
  }
  return by_trace;
}

}  // namespace

xray::FindGroup find_among(XrayGroups& groups) {
  return [&groups](std::string_view member, std::string_view value) -> std::optional<std::string> {
    const bool is_name = member == "name";
    const auto group =
        is_name ? groups.find(std::string(value)) : groups.find({}, std::string(value));
    if (!group.ok()) return std::nullopt;
    return group->filter_expression;
  };
}

Result<std::optional<query::TraceCondition>> XrayTraces::condition_of(
    const TraceSelection& selection) const {
  auto condition = TRACERY_TRY(xray::read_filter(selection.filter, find_group_));
  if (selection.group_name.empty() && selection.group_arn.empty()) return condition;
  const bool is_by_name = !selection.group_name.empty();
  const std::string& group = is_by_name ? selection.group_name : selection.group_arn;
  const auto expression = find_group_(is_by_name ? "name" : "arn", group);
  if (!expression) return Error{ErrorCode::kInvalid, "Group not found: " + group};
  auto in_group = TRACERY_TRY(xray::read_filter(*expression, find_group_));
  if (!in_group) return condition;
  if (!condition) return in_group;
  query::TraceCondition both;
  both.kind = query::TraceCondition::Kind::kAll;
  both.operands = {*std::move(in_group), *std::move(condition)};
  return std::optional(std::move(both));
}

Result<query::ServiceGraphSpec> XrayTraces::graph_spec(const TraceSelection& selection) const {
  query::ServiceGraphSpec spec;
  spec.rules = &xray::span_rules();
  spec.from_ns = selection.from_ns;
  spec.to_ns = selection.to_ns;
  spec.condition = TRACERY_TRY(condition_of(selection));
  return spec;
}

Result<query::ServiceGraph> XrayTraces::service_graph(const TraceSelection& selection) const {
  const query::ServiceGraphSpec spec = TRACERY_TRY(graph_spec(selection));
  return query::make_service_graph(*snapshot_(), spec, options_);
}

Result<query::ServiceGraph> XrayTraces::trace_graph(const std::vector<model::TraceId>& ids) const {
  const query::TraceIdSet only(ids.begin(), ids.end());
  query::ServiceGraphSpec spec;
  spec.rules = &xray::span_rules();
  spec.from_ns = std::numeric_limits<std::int64_t>::min();
  spec.to_ns = std::numeric_limits<std::int64_t>::max();
  spec.only = &only;
  return query::make_service_graph(*snapshot_(), spec, options_);
}

Result<query::ServiceSeries> XrayTraces::series(const TraceSelection& selection,
                                                const std::string& selector, std::int64_t bucket_ns,
                                                bool operations) const {
  query::ServiceSeriesSpec spec;
  spec.graph = TRACERY_TRY(graph_spec(selection));
  spec.bucket_ns = bucket_ns;
  spec.operations = operations;
  if (!selector.empty()) {
    const auto entity = TRACERY_TRY(xray::parse_entity_selector(selector));
    spec.entity = TRACERY_TRY(xray::compile_filter(entity, find_group_));
  }
  return query::make_service_series(*snapshot_(), spec, options_);
}

Result<SummaryPage> XrayTraces::summaries(const SummaryQuery& query) const {
  query::TracePageSpec spec;
  spec.rules = &xray::span_rules();
  spec.condition = TRACERY_TRY(condition_of(query.selection));
  spec.from_ns = query.selection.from_ns;
  spec.to_ns = query.selection.to_ns;
  spec.is_in_range = range_test(query);
  if (query.share) {
    spec.takes = [share = *query.share](const model::TraceId& id) { return is_kept(id, share); };
  }
  spec.limit = query.limit;
  spec.after = query.after;
  const auto snapshot = snapshot_();
  SummaryPage summaries;
  summaries.page = TRACERY_TRY(query::find_trace_page(*snapshot, spec, options_));
  summaries.events = TRACERY_TRY(read_spans(*snapshot, summaries.page));
  return summaries;
}

Result<query::TracePage> XrayTraces::find_traces(const TraceQuery& query) const {
  query::TracePageSpec spec;
  spec.rules = &xray::span_rules();
  spec.condition = TRACERY_TRY(condition_of(query.selection));
  if (!query.filters.filters.empty()) add_filters(query.filters, spec.condition);
  spec.from_ns = query.selection.from_ns;
  spec.to_ns = query.selection.to_ns;
  spec.datasets = query.datasets;
  spec.order = query.order;
  spec.limit = query.limit;
  spec.skip = query.skip;
  spec.count_all = true;
  return query::find_trace_page(*snapshot_(), spec, options_);
}

}  // namespace tracery::app
