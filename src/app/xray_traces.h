// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/xray_groups.h"
#include "base/result.h"
#include "model/event.h"
#include "protocols/xray/filter_compiler.h"
#include "query/service_graph.h"
#include "query/trace_page.h"
#include "store/row_source.h"

namespace tracery::app {

/// Which traces are asked about: those of a range that meet a filter expression and are in a group.
struct TraceSelection {
  std::int64_t from_ns = 0, to_ns = 0;  ///< Half open.
  std::string filter;                   ///< A filter expression; "" is all.
  std::string group_name, group_arn;    ///< At most one of them; "" is all.
};

/// What is looked at to say that a trace lies in a range.
enum class TraceClock : std::uint8_t {
  kTraceId,  ///< The time in its id, else its start.
  kEvent,    ///< Anything that happened in it.
  kService,  ///< The ends of its segments.
};

struct SummaryQuery {
  TraceSelection selection;
  TraceClock clock = TraceClock::kTraceId;
  /// Only this share of the traces, 0 to 1: always the same ones, chosen by their ids.
  std::optional<double> share;
  std::optional<query::TraceCursor> after;
  std::size_t limit = 100;
};

/// Traces with the events of their spans.
struct SummaryPage {
  query::TracePage page;
  std::vector<std::vector<model::Event>> events;  ///< By trace and span; xray::summary_columns.
};

/// A list of traces for people.
struct TraceQuery {
  TraceSelection selection;
  std::vector<std::string> datasets;  ///< Empty means every dataset.
  query::FilterSet filters;           ///< Some event of the trace passes them.
  query::TraceOrder order = query::TraceOrder::kNewest;
  std::size_t limit = 50;
  std::size_t skip = 0;
};

/// Looks groups up among those that people made.
xray::FindGroup find_among(XrayGroups& groups);

/// Answers X-Ray's questions about traces, whatever protocol brought them. Thread-safe.
class XrayTraces {
 public:
  using TakeSnapshot = std::function<std::shared_ptr<const store::Snapshot>()>;

  XrayTraces(TakeSnapshot snapshot, xray::FindGroup find_group, query::RunOptions options)
      : snapshot_(std::move(snapshot)),
        find_group_(std::move(find_group)),
        options_(std::move(options)) {}

  /// kInvalid: a filter expression that does not parse, an unknown group, or too large an
  /// expression. All others too.
  Result<query::ServiceGraph> service_graph(const TraceSelection& selection) const;
  /// The graph of some traces; unknown ids are left out.
  Result<query::ServiceGraph> trace_graph(const std::vector<model::TraceId>& ids) const;
  /// `selector`: an entity selector, or "" for all calls from clients. `operations` lists what a
  /// service does.
  Result<query::ServiceSeries> series(const TraceSelection& selection, const std::string& selector,
                                      std::int64_t bucket_ns, bool operations) const;
  Result<SummaryPage> summaries(const SummaryQuery& query) const;
  /// Traces for lists, without their events. The count of those that match is exact.
  Result<query::TracePage> find_traces(const TraceQuery& query) const;

 private:
  Result<std::optional<query::TraceCondition>> condition_of(const TraceSelection& selection) const;
  Result<query::ServiceGraphSpec> graph_spec(const TraceSelection& selection) const;

  TakeSnapshot snapshot_;
  xray::FindGroup find_group_;
  query::RunOptions options_;
};

}  // namespace tracery::app
