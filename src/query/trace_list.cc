// SPDX-License-Identifier: Apache-2.0
#include "query/trace_list.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "base/hash.h"
#include "model/names.h"
#include "query/group_reader.h"
#include "query/row_filter.h"
#include "query/span_time.h"
#include "query/trace.h"
#include "query/trace_rows.h"

namespace tracery::query {
namespace {

namespace names = model::names;

struct TraceIdHash {
  std::size_t operator()(const model::TraceId& id) const {
    std::uint64_t low = 0;
    std::memcpy(&low, id.bytes.data() + 8, sizeof low);
    return mix64(low);
  }
};

/// What the scan learns of a trace.
struct Candidate {
  std::uint64_t matched = 0;
  std::int64_t first_match_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t start_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t end_ns = std::numeric_limits<std::int64_t>::min();

  std::int64_t duration_ns() const { return end_ns - start_ns; }
};

using Candidates = std::unordered_map<model::TraceId, Candidate, TraceIdHash>;

/// One row group that may hold rows of the range.
struct Morsel {
  std::shared_ptr<const store::RowSource> source;
  std::uint32_t group = 0;
  std::int64_t max_time_ns = 0;
};

std::vector<Morsel> newest_first(const store::Snapshot& snapshot, const TraceListSpec& spec) {
  std::vector<Morsel> morsels;
  for (const auto& source : snapshot.sources) {
    for (std::uint32_t group = 0; group < source->groups(); ++group) {
      const store::TimeBounds time = source->group_time(group);
      if (time.min_ns >= spec.to_ns || time.max_ns < spec.from_ns) continue;
      morsels.push_back({source, group, time.max_ns});
    }
  }
  std::stable_sort(morsels.begin(), morsels.end(),
                   [](const Morsel& a, const Morsel& b) { return a.max_time_ns > b.max_time_ns; });
  return morsels;
}

/// Columns the scan reads beside those of the filters, by their place in its list.
enum Column : std::size_t { kTraceIdColumn, kDurationColumn, kFirstFilterColumn };

class Scan {
 public:
  Scan(const TraceListSpec& spec, const RunOptions& options) : spec_(spec), options_(options) {
    columns_ = {std::string(names::kTraceId), std::string(names::kDurationMs)};
    for (const Filter& filter : spec.filters.filters) {
      plan_.predicates.push_back(Predicate::from(filter));
      plan_.columns.push_back(columns_.size());
      columns_.push_back(filter.column);
    }
    plan_.combine = spec.filters.combine;
    plan_.combined = plan_.predicates.size();
    plan_.datasets = spec.datasets;
  }

  Result<Candidates> run(const store::Snapshot& snapshot) {
    const bool stops_early = !spec_.count_all && spec_.order == TraceOrder::kNewest;
    RowFilter filter(&plan_);
    GroupReader reader(&columns_);
    for (const Morsel& morsel : newest_first(snapshot, spec_)) {
      if (options_.cancel != nullptr && *options_.cancel) {
        return Error{ErrorCode::kCancelled, "query cancelled"};
      }
      if (stops_early && is_settled(morsel.max_time_ns)) break;
      reader.start(morsel.source, morsel.group);
      TRACERY_TRY(add_group(filter, reader));
      if (candidates_.size() * kBytesPerTrace > options_.memory_bytes) {
        return Error{ErrorCode::kTooLarge, "too many traces in range for the query memory limit"};
      }
    }
    return std::move(candidates_);
  }

 private:
  /// Of the map's node, its bucket and the candidate.
  static constexpr std::size_t kBytesPerTrace = sizeof(Candidate) + 64;

  /// True when no group of that time or before can bring a newer trace than those at hand.
  bool is_settled(std::int64_t max_time_ns) const {
    const std::size_t wanted = spec_.skip + spec_.limit;
    if (candidates_.size() < wanted) return false;
    std::size_t newer = 0;
    for (const auto& [id, candidate] : candidates_) {
      newer += candidate.first_match_ns > max_time_ns ? 1 : 0;
    }
    return newer >= wanted;
  }

  Status add_group(RowFilter& filter, GroupReader& reader) {
    Mask mask;
    const Match match = TRACERY_TRY(filter.evaluate(reader, mask));
    const bool needs_all_rows = spec_.order == TraceOrder::kSlowest;
    if (match == Match::kNone && !needs_all_rows) return {};
    if (match != Match::kSome) mask.assign(reader.rows(), match == Match::kAll ? 1 : 0);
    const VectorPtr times = TRACERY_TRY(reader.field(store::RowField::kTime));
    const auto* time_ns = times->as<std::int64_t>();
    ends_.assign(time_ns, time_ns + reader.rows());
    for (const VectorPtr& vector : TRACERY_TRY(reader.vectors(kDurationColumn))) add_ends(*vector);
    for (const VectorPtr& vector : TRACERY_TRY(reader.vectors(kTraceIdColumn))) {
      add_rows(*vector, time_ns, mask, needs_all_rows);
    }
    return {};
  }

  /// Turns times into ends where the row has a duration.
  void add_ends(const store::ColumnVector& durations) {
    for (std::uint32_t row = 0; row < durations.rows; ++row) {
      if (!durations.is_present(row)) continue;
      if (durations.type == store::StreamType::kDouble) {
        ends_[row] = end_of_span(ends_[row], durations.as<double>()[row]);
      } else if (durations.type == store::StreamType::kInt) {
        ends_[row] = end_of_span(ends_[row], durations.as<std::int64_t>()[row]);
      }
    }
  }

  void add_rows(const store::ColumnVector& ids, const std::int64_t* time_ns, const Mask& mask,
                bool needs_all_rows) {
    model::TraceId last_id;
    Candidate* last = nullptr;
    for (std::uint32_t row = 0; row < ids.rows; ++row) {
      const bool in_range = time_ns[row] >= spec_.from_ns && time_ns[row] < spec_.to_ns;
      if (!in_range || (mask[row] == 0 && !needs_all_rows)) continue;
      const auto id = trace_id_at(ids, row);
      if (!id) continue;
      // Rows of a trace stand together in parts, so the last one is the best guess.
      if (last == nullptr || *id != last_id) last = &candidates_[*id];
      last_id = *id;
      last->start_ns = std::min(last->start_ns, time_ns[row]);
      last->end_ns = std::max(last->end_ns, ends_[row]);
      if (mask[row] == 0) continue;
      ++last->matched;
      last->first_match_ns = std::min(last->first_match_ns, time_ns[row]);
    }
  }

  const TraceListSpec& spec_;
  const RunOptions& options_;
  std::vector<std::string> columns_;
  FilterPlan plan_;
  Candidates candidates_;
  std::vector<std::int64_t> ends_;
};

using Ranked = std::pair<model::TraceId, Candidate>;

/// The traces of the page asked for, in order; ties are broken by id.
std::vector<Ranked> rank(const Candidates& candidates, const TraceListSpec& spec) {
  std::vector<Ranked> ranked;
  for (const auto& [id, candidate] : candidates) {
    if (candidate.matched > 0) ranked.emplace_back(id, candidate);
  }
  const auto key = [&](const Ranked& each) {
    return spec.order == TraceOrder::kNewest ? each.second.first_match_ns
                                             : each.second.duration_ns();
  };
  const auto before = [&](const Ranked& a, const Ranked& b) {
    return key(a) != key(b) ? key(a) > key(b) : a.first < b.first;
  };
  const std::size_t end = std::min(ranked.size(), spec.skip + spec.limit);
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(end), ranked.end(),
                    before);
  ranked.resize(end);
  ranked.erase(ranked.begin(),
               ranked.begin() + static_cast<std::ptrdiff_t>(std::min(end, spec.skip)));
  return ranked;
}

std::vector<TraceService> services_of(const Trace& trace) {
  std::vector<TraceService> services(trace.services.size());
  for (std::size_t i = 0; i < services.size(); ++i) services[i].name = trace.services[i];
  for (const TraceRow& row : trace.rows) {
    if (!row.is_span) continue;
    ++services[row.service].spans;
    services[row.service].self_ns += row.self_ns;
  }
  std::erase_if(services, [](const TraceService& service) { return service.spans == 0; });
  std::stable_sort(services.begin(), services.end(),
                   [](const auto& a, const auto& b) { return a.self_ns > b.self_ns; });
  return services;
}

/// The row that stands for the trace: its first root span, else its earliest span.
const TraceRow* head_row(const Trace& trace) {
  const TraceRow* earliest = nullptr;
  for (const TraceRow& row : trace.rows) {
    if (!row.is_span) continue;
    if (row.parent < 0 && !row.orphan) return &row;
    if (earliest == nullptr || row.start_ns < earliest->start_ns) earliest = &row;
  }
  return earliest;
}

Result<std::vector<model::Value>> values_of(const store::Snapshot& snapshot,
                                            const TraceSummary& summary,
                                            const std::vector<std::string>& columns,
                                            const RunOptions& options) {
  std::vector<model::Value> values(columns.size());
  if (columns.empty() || summary.root_span_id == 0) return values;
  const auto events = TRACERY_TRY(find_span(snapshot, summary.id, summary.root_span_id, options));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto* value = model::find_field(events.front(), columns[i]);
    if (value != nullptr) values[i] = *value;
  }
  return values;
}

}  // namespace

Result<TraceSummary> summarize_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                                     const std::vector<std::string>& columns,
                                     const RunOptions& options) {
  const Trace trace = TRACERY_TRY(find_trace(snapshot, id, options));
  TraceSummary summary;
  summary.id = id;
  summary.start_ns = trace.start_ns;
  std::int64_t end_ns = trace.start_ns;
  for (const TraceRow& row : trace.rows) {
    end_ns = std::max(end_ns, row.start_ns + row.duration_ns);
    if (!row.is_span) continue;
    ++summary.spans;
    summary.errors += row.error ? 1 : 0;
  }
  summary.duration_ns = end_ns - trace.start_ns;
  summary.services = services_of(trace);
  if (const TraceRow* head = head_row(trace)) {
    summary.has_root = head->parent < 0 && !head->orphan;
    summary.root_span_id = head->span_id;
    summary.root_name = trace.names[head->name];
    summary.root_service = trace.services[head->service];
  }
  summary.values = TRACERY_TRY(values_of(snapshot, summary, columns, options));
  return summary;
}

Result<TraceList> find_traces(const store::Snapshot& snapshot, const TraceListSpec& spec,
                              const RunOptions& options) {
  Scan scan(spec, options);
  const Candidates candidates = TRACERY_TRY(scan.run(snapshot));
  TraceList list;
  for (const auto& [id, candidate] : candidates) list.matched += candidate.matched > 0 ? 1 : 0;
  for (const Ranked& ranked : rank(candidates, spec)) {
    list.traces.push_back(
        TRACERY_TRY(summarize_trace(snapshot, ranked.first, spec.columns, options)));
    list.traces.back().matched = ranked.second.matched;
  }
  return list;
}

}  // namespace tracery::query
