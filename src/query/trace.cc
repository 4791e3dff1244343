// SPDX-License-Identifier: Apache-2.0
#include "query/trace.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "model/names.h"
#include "query/span_time.h"
#include "query/trace_assembly.h"
#include "query/trace_rows.h"

namespace tracery::query {
namespace {

namespace names = model::names;

/// Columns a waterfall is made of, by their place in the reader's list.
enum Column : std::size_t {
  kTraceId,
  kSpanId,
  kParentId,
  kName,
  kService,
  kDuration,
  kKind,
  kError,
  kAnnotation,
  kSignal,
  kSource,
  kBody,
  kColumns
};

std::vector<std::string> waterfall_columns() {
  std::vector<std::string> columns(kColumns);
  columns[kTraceId] = names::kTraceId;
  columns[kSpanId] = names::kSpanId;
  columns[kParentId] = names::kParentId;
  columns[kName] = names::kName;
  columns[kService] = names::kServiceName;
  columns[kDuration] = names::kDurationMs;
  columns[kKind] = names::kSpanKind;
  columns[kError] = names::kError;
  columns[kAnnotation] = names::kAnnotationType;
  columns[kSignal] = names::kSignalType;
  columns[kSource] = names::kSource;
  columns[kBody] = "body";
  return columns;
}

/// Numbers texts in the order they first occur.
class Interner {
 public:
  explicit Interner(std::vector<std::string>& list) : list_(list) {}
  std::uint32_t number_of(std::string text) {
    const auto next = static_cast<std::uint32_t>(list_.size());
    const auto [found, is_new] = index_.try_emplace(std::move(text), next);
    if (is_new) list_.push_back(found->first);
    return found->second;
  }

 private:
  std::vector<std::string>& list_;
  std::map<std::string, std::uint32_t> index_;
};

std::string text_of(model::Value value) {
  auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : std::move(*text);
}

std::int64_t duration_of(const model::Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return duration_ns_of(*real);
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole == nullptr ? 0 : duration_ns_of(*whole);
}

/// Reads records of one row group after another, all into the tables of one trace.
class RecordReader {
 public:
  explicit RecordReader(Trace& trace)
      : services_(trace.services),
        names_(trace.names),
        kinds_(trace.kinds),
        sources_(trace.sources) {}

  Status read(const TraceGroup& group) {
    GroupReader& reader = group.reader;
    std::array<std::span<const VectorPtr>, kColumns> columns;
    for (std::size_t i = 0; i < kColumns; ++i) columns[i] = TRACERY_TRY(reader.vectors(i));
    const VectorPtr times = TRACERY_TRY(reader.field(store::RowField::kTime));
    const VectorPtr datasets = TRACERY_TRY(reader.field(store::RowField::kDataset));
    for (const std::uint32_t row : group.rows) {
      TraceRecord record;
      record.start_ns = times->as<std::int64_t>()[row];
      record.role = role_of(columns, row);
      const model::Value duration = value_at(columns[kDuration], row);
      record.duration_ns = duration_of(duration);
      record.is_open = record.role == TraceRecord::Role::kSpan && duration.index() == 0;
      record.span_id = id_at(columns[kSpanId], row);
      record.parent_id = id_at(columns[kParentId], row);
      record.error = value_at(columns[kError], row) == model::Value(true);
      record.has_service = value_at(columns[kService], row).index() != 0;
      record.service = services_.number_of(service_of(columns, *datasets, row));
      record.source = sources_.number_of(text_of(value_at(columns[kSource], row)));
      record.name = names_.number_of(name_of(columns, record.role, row));
      record.kind = kinds_.number_of(
          record.role == TraceRecord::Role::kLog ? "log" : text_of(value_at(columns[kKind], row)));
      records.push_back(record);
    }
    return {};
  }

  std::vector<TraceRecord> records;

 private:
  using Columns = std::array<std::span<const VectorPtr>, kColumns>;

  static TraceRecord::Role role_of(const Columns& columns, std::uint32_t row) {
    if (text_of(value_at(columns[kSignal], row)) == "log") return TraceRecord::Role::kLog;
    const std::string annotation = text_of(value_at(columns[kAnnotation], row));
    if (annotation == "span_event") return TraceRecord::Role::kSpanEvent;
    if (annotation == "link") return TraceRecord::Role::kLink;
    return TraceRecord::Role::kSpan;
  }

  static std::string service_of(const Columns& columns, const store::ColumnVector& datasets,
                                std::uint32_t row) {
    std::string service = text_of(value_at(columns[kService], row));
    // Events sent without one are known by their dataset.
    if (service.empty()) service = datasets.dictionary->at(datasets.code(row) - 1);
    return service;
  }

  static std::string name_of(const Columns& columns, TraceRecord::Role role, std::uint32_t row) {
    std::string name = text_of(value_at(columns[kName], row));
    if (!name.empty() || role != TraceRecord::Role::kLog) return name;
    const std::string body = text_of(value_at(columns[kBody], row));
    constexpr std::size_t kLineMax = 200;
    return body.substr(0, std::min(body.find('\n'), kLineMax));
  }

  Interner services_, names_, kinds_, sources_;
};

Error trace_not_found(const model::TraceId& id) {
  return {ErrorCode::kNotFound, "no event of trace: " + model::format_trace_id(id)};
}

/// Where the events of the spans asked for lie. `own_span` and `below_span` say whose they are.
struct SpanPlaces {
  explicit SpanPlaces(std::span<const std::uint64_t> span_ids) {
    for (std::size_t i = 0; i < span_ids.size(); ++i) wanted.emplace(span_ids[i], i);
  }

  Status read(const TraceGroup& group) {
    const auto span_ids = TRACERY_TRY(group.reader.vectors(kSpanId));
    const auto parents = TRACERY_TRY(group.reader.vectors(kParentId));
    const auto annotations = TRACERY_TRY(group.reader.vectors(kAnnotation));
    const auto durations = TRACERY_TRY(group.reader.vectors(kDuration));
    for (const std::uint32_t row : group.rows) {
      const auto self = wanted.find(id_at(span_ids, row));
      if (self != wanted.end()) {
        add_own(self->second, group.place(row), value_at(durations, row).index() == 0);
      } else if (value_at(annotations, row).index() != 0) {
        const auto parent = wanted.find(id_at(parents, row));
        if (parent == wanted.end()) continue;
        below.push_back(group.place(row));
        below_span.push_back(parent->second);
      }
    }
    return {};
  }

  /// A span that was sent twice is shown once: finished, if it ever was.
  void add_own(std::size_t span, RowPlace place, bool is_open) {
    const auto [known, is_new] = found.try_emplace(span, own.size());
    if (is_new) {
      own.push_back(place);
      own_span.push_back(span);
      own_is_open.push_back(is_open);
    } else if (own_is_open[known->second] && !is_open) {
      own[known->second] = place;
      own_is_open[known->second] = false;
    }
  }

  std::unordered_map<std::uint64_t, std::size_t> wanted;  ///< Index of each id asked for.
  std::unordered_map<std::size_t, std::size_t> found;     ///< Place in `own` by that index.
  std::vector<bool> own_is_open;
  std::vector<RowPlace> own, below;
  std::vector<std::size_t> own_span, below_span;
};

void sort_by_time(std::span<model::Event> events) {
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; });
}

}  // namespace

Result<Trace> find_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                         const RunOptions& options) {
  return find_joined_trace(snapshot, id, {}, options);
}

Result<Trace> find_joined_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                                std::span<const TraceJoin> joins, const RunOptions& options) {
  Trace trace;
  const auto columns = waterfall_columns();
  RecordReader records(trace);
  const auto read = [&](const TraceGroup& group) { return records.read(group); };
  TRACERY_TRY(visit_trace(snapshot, id, columns, options, read));
  if (records.records.empty()) return trace_not_found(id);
  std::vector<model::TraceId> seen = {id};
  for (const TraceJoin& join : joins) {
    if (std::find(seen.begin(), seen.end(), join.trace) == seen.end()) {
      seen.push_back(join.trace);
      TRACERY_TRY(visit_trace(snapshot, join.trace, columns, options, read));
    }
    for (TraceRecord& record : records.records) {
      const bool is_it =
          record.role == TraceRecord::Role::kSpan && record.span_id == join.span_id;
      if (is_it) record.parent_id = join.under;
    }
  }
  assemble_trace(std::move(records.records), trace);
  return trace;
}

Result<std::vector<model::Event>> find_span(const store::Snapshot& snapshot,
                                            const model::TraceId& id, std::uint64_t span_id,
                                            const RunOptions& options) {
  auto spans = TRACERY_TRY(find_spans(snapshot, id, {&span_id, 1}, options));
  if (spans.front().empty()) return Error{ErrorCode::kNotFound, "no such span in the trace"};
  return std::move(spans.front());
}

Result<std::vector<std::vector<model::Event>>> find_spans(const store::Snapshot& snapshot,
                                                          const model::TraceId& id,
                                                          std::span<const std::uint64_t> span_ids,
                                                          const RunOptions& options) {
  SpanPlaces places(span_ids);
  TRACERY_TRY(visit_trace(snapshot, id, waterfall_columns(), options,
                          [&](const TraceGroup& group) { return places.read(group); }));
  auto events = TRACERY_TRY(read_events(snapshot, places.below));
  auto own = TRACERY_TRY(read_events(snapshot, places.own));
  std::vector<std::vector<model::Event>> spans(span_ids.size());
  for (std::size_t i = 0; i < own.size(); ++i) {
    spans[places.own_span[i]].push_back(std::move(own[i]));
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto& span = spans[places.below_span[i]];
    if (!span.empty()) span.push_back(std::move(events[i]));
  }
  for (auto& span : spans) {
    if (!span.empty()) sort_by_time(std::span(span).subspan(1));
  }
  return spans;
}

Result<std::unordered_map<std::uint64_t, model::Value>> find_field_values(
    const store::Snapshot& snapshot, const model::TraceId& id, const std::string& field,
    const RunOptions& options) {
  auto columns = waterfall_columns();
  columns.push_back(field);
  std::unordered_map<std::uint64_t, model::Value> values;
  const auto visit = [&](const TraceGroup& group) -> Status {
    const auto span_ids = TRACERY_TRY(group.reader.vectors(kSpanId));
    const auto annotations = TRACERY_TRY(group.reader.vectors(kAnnotation));
    const auto wanted = TRACERY_TRY(group.reader.vectors(kColumns));
    for (const std::uint32_t row : group.rows) {
      model::Value value = value_at(wanted, row);
      const std::uint64_t span_id = id_at(span_ids, row);
      const bool is_annotation = value_at(annotations, row).index() != 0;
      if (value.index() == 0 || span_id == 0 || is_annotation) continue;
      values.emplace(span_id, std::move(value));
    }
    return {};
  };
  TRACERY_TRY(visit_trace(snapshot, id, columns, options, visit));
  return values;
}

Result<std::vector<model::Event>> find_trace_events(const store::Snapshot& snapshot,
                                                    const model::TraceId& id,
                                                    const RunOptions& options) {
  std::vector<RowPlace> places;
  const auto visit = [&](const TraceGroup& group) -> Status {
    for (const std::uint32_t row : group.rows) places.push_back(group.place(row));
    return {};
  };
  TRACERY_TRY(visit_trace(snapshot, id, waterfall_columns(), options, visit));
  if (places.empty()) return trace_not_found(id);
  auto events = TRACERY_TRY(read_events(snapshot, places));
  sort_by_time(events);
  return events;
}

}  // namespace tracery::query
