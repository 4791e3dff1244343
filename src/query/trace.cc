// SPDX-License-Identifier: Apache-2.0
#include "query/trace.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/hash.h"
#include "base/hex.h"
#include "model/names.h"
#include "query/canonical.h"
#include "query/event_reader.h"
#include "query/span_time.h"
#include "query/trace_assembly.h"

namespace tracery::query {
namespace {

namespace names = model::names;
using store::ColumnVector;
using store::StreamType;

/// A span id as a number, the way its 16 hex digits read; other texts by their hash.
std::uint64_t id_of(const model::Value& value) {
  const std::string text = canonical_text(value);
  std::uint8_t bytes[8];
  if (text.empty()) return 0;
  if (!from_hex(text, bytes)) return hash64(text);
  std::uint64_t id = 0;
  for (const std::uint8_t byte : bytes) id = id << 8 | byte;
  return id;
}

bool is_of_trace(const ColumnVector& vector, std::uint32_t row, const model::TraceId& id) {
  const std::uint8_t* bytes = id.bytes.data();
  constexpr std::uint8_t kZeros[8] = {};
  switch (vector.type) {
    case StreamType::kId16:
      return std::memcmp(vector.data.data() + std::size_t{16} * row, bytes, 16) == 0;
    case StreamType::kId8:
      return vector.is_present(row) && std::memcmp(bytes, kZeros, 8) == 0 &&
             std::memcmp(vector.data.data() + std::size_t{8} * row, bytes + 8, 8) == 0;
    default: return model::parse_trace_id(canonical_text(value_at(vector, row))) == id;
  }
}

/// One row group's rows of a trace.
struct TraceRows {
  const store::RowSource& source;
  std::uint32_t source_index;
  std::uint32_t group;
  std::vector<std::uint32_t> rows;
};

Status list_rows(const model::TraceId& id, const std::vector<store::RowRange>& ranges,
                 TraceRows* found) {
  for (const store::StreamRef ref : found->source.streams(names::kTraceId)) {
    if (found->source.zone(ref.id, found->group).present_rows == 0) continue;
    const auto vector = TRACERY_TRY(found->source.read(ref.id, found->group));
    for (const store::RowRange& range : ranges) {
      const std::uint32_t end = std::min(range.first_row + range.rows, vector->rows);
      for (std::uint32_t row = range.first_row; row < end; ++row) {
        if (is_of_trace(*vector, row, id)) found->rows.push_back(row);
      }
    }
  }
  std::sort(found->rows.begin(), found->rows.end());
  found->rows.erase(std::unique(found->rows.begin(), found->rows.end()), found->rows.end());
  return {};
}

Result<std::vector<TraceRows>> list_trace_rows(const store::Snapshot& snapshot,
                                               const model::TraceId& id,
                                               const RunOptions& options) {
  std::vector<TraceRows> all;
  for (std::uint32_t i = 0; i < snapshot.sources.size(); ++i) {
    if (options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed)) {
      return Error{ErrorCode::kCancelled, "query was cancelled"};
    }
    const store::RowSource& source = *snapshot.sources[i];
    std::map<std::uint32_t, std::vector<store::RowRange>> by_group;
    for (const store::RowRange& range : TRACERY_TRY(source.find_trace(id))) {
      by_group[range.group].push_back(range);
    }
    for (const auto& [group, ranges] : by_group) {
      TraceRows rows{source, i, group, {}};
      TRACERY_TRY(list_rows(id, ranges, &rows));
      if (!rows.rows.empty()) all.push_back(std::move(rows));
    }
  }
  if (all.empty()) return Error{ErrorCode::kNotFound, "no such trace: " + model::format_trace_id(id)};
  return all;
}

/// A trace's events by field, and where they lie.
class TraceReader {
 public:
  Status read(const TraceRows& from);

  std::vector<TraceEvent> events;
  std::vector<RowPlace> places;
  std::vector<std::string> services, names, kinds;

 private:
  /// Numbers texts in the order they first come.
  struct Interner {
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::uint32_t number(const model::Value& value, std::vector<std::string>* list);
  };
  /// Calls set(event, value) for each of the rows, with monostate where the column is absent.
  template <typename Set>
  Status read_column(const TraceRows& from, std::string_view column, Set&& set);

  Interner services_, names_, kinds_;
};

std::uint32_t TraceReader::Interner::number(const model::Value& value,
                                            std::vector<std::string>* list) {
  const auto [found, is_new] =
      numbers.emplace(canonical_text(value), static_cast<std::uint32_t>(list->size()));
  if (is_new) list->push_back(found->first);
  return found->second;
}

template <typename Set>
Status TraceReader::read_column(const TraceRows& from, std::string_view column, Set&& set) {
  std::vector<model::Value> values(from.rows.size());
  for (const store::StreamRef ref : from.source.streams(column)) {
    if (from.source.zone(ref.id, from.group).present_rows == 0) continue;
    const auto vector = TRACERY_TRY(from.source.read(ref.id, from.group));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (vector->is_present(from.rows[i])) values[i] = value_at(*vector, from.rows[i]);
    }
  }
  TraceEvent* first = events.data() + (events.size() - from.rows.size());
  for (std::size_t i = 0; i < values.size(); ++i) set(first[i], values[i]);
  return {};
}

bool is_true(const model::Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth;
  const std::string text = canonical_text(value);
  return !text.empty() && text != "false" && text != "0";
}

std::int64_t duration_of(const model::Value& value) {
  if (const auto* ms = std::get_if<std::int64_t>(&value)) return duration_ns_of(*ms);
  if (const auto* ms = std::get_if<double>(&value)) return duration_ns_of(*ms);
  return 0;
}

TraceRole role_of_annotation(const model::Value& annotation, TraceRole role) {
  if (annotation == model::Value(std::string("link"))) return TraceRole::kLink;
  return annotation.index() == 0 ? role : TraceRole::kSpanEvent;
}

Status TraceReader::read(const TraceRows& from) {
  using model::Value;
  const auto times =
      TRACERY_TRY(from.source.read(from.source.row_field(store::RowField::kTime).id, from.group));
  for (const std::uint32_t row : from.rows) {
    TraceEvent event;
    event.start_ns = times->as<std::int64_t>()[row];
    events.push_back(event);
    places.push_back({from.source_index, from.group, row});
  }
  TRACERY_TRY(read_column(from, names::kSpanId, [](TraceEvent& event, const Value& value) {
    event.span_id = id_of(value);
    event.role = value.index() == 0 ? TraceRole::kOther : TraceRole::kSpan;
  }));
  TRACERY_TRY(read_column(from, names::kParentId, [](TraceEvent& event, const Value& value) {
    event.parent_id = id_of(value);
  }));
  TRACERY_TRY(read_column(from, names::kAnnotationType, [](TraceEvent& event, const Value& value) {
    event.role = role_of_annotation(value, event.role);
  }));
  // A log record carries the annotation of a span event as well, for tools that know no logs.
  TRACERY_TRY(read_column(from, names::kSignalType, [](TraceEvent& event, const Value& value) {
    if (value == Value(std::string("log"))) event.role = TraceRole::kLog;
  }));
  TRACERY_TRY(read_column(from, names::kDurationMs, [](TraceEvent& event, const Value& value) {
    event.duration_ns = duration_of(value);
  }));
  TRACERY_TRY(read_column(from, names::kError, [](TraceEvent& event, const Value& value) {
    event.error = is_true(value);
  }));
  TRACERY_TRY(read_column(from, names::kStatusCode, [](TraceEvent& event, const Value& value) {
    event.error = event.error || value == Value(std::int64_t{2});
  }));
  TRACERY_TRY(read_column(from, names::kServiceName, [&](TraceEvent& event, const Value& value) {
    event.service = services_.number(value, &services);
  }));
  TRACERY_TRY(read_column(from, names::kName, [&](TraceEvent& event, const Value& value) {
    event.name = names_.number(value, &names);
  }));
  return read_column(from, names::kSpanKind, [&](TraceEvent& event, const Value& value) {
    event.kind = kinds_.number(value, &kinds);
  });
}

Result<TraceReader> read_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                               const RunOptions& options) {
  TraceReader reader;
  for (const TraceRows& rows : TRACERY_TRY(list_trace_rows(snapshot, id, options))) {
    TRACERY_TRY(reader.read(rows));
    const std::size_t bytes = reader.events.size() * (sizeof(TraceEvent) + sizeof(TraceRow));
    if (bytes > options.memory_bytes) {
      return Error{ErrorCode::kTooLarge, "trace needs more memory than memory_bytes: " +
                                             std::to_string(options.memory_bytes)};
    }
  }
  return reader;
}

}  // namespace

Result<Trace> find_trace(const store::Snapshot& snapshot, const model::TraceId& id,
                         const RunOptions& options) {
  TraceReader reader = TRACERY_TRY(read_trace(snapshot, id, options));
  return assemble_trace(std::move(reader.events), std::move(reader.services),
                        std::move(reader.names), std::move(reader.kinds));
}

Result<std::vector<model::Event>> find_span(const store::Snapshot& snapshot,
                                            const model::TraceId& id, std::uint64_t span_id,
                                            const RunOptions& options) {
  const TraceReader reader = TRACERY_TRY(read_trace(snapshot, id, options));
  struct Found {
    bool hangs_under;
    std::int64_t start_ns;
    std::uint32_t kind;
    RowPlace place;
  };
  std::vector<Found> found;
  bool has_span = false;
  for (std::size_t i = 0; i < reader.events.size(); ++i) {
    const TraceEvent& event = reader.events[i];
    const bool is_span = event.role == TraceRole::kSpan;
    const bool is_row = is_span || event.role == TraceRole::kOther;
    if (is_row ? !(is_span && event.span_id == span_id) : event.parent_id != span_id) continue;
    has_span = has_span || is_span;
    found.push_back({!is_span, event.start_ns, event.kind, reader.places[i]});
  }
  if (!has_span) return Error{ErrorCode::kNotFound, "no such span in the trace"};
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return std::tie(a.hangs_under, a.start_ns, a.place) <
           std::tie(b.hangs_under, b.start_ns, b.place);
  });
  std::vector<RowPlace> places;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool repeats = i > 0 && !found[i].hangs_under &&
                         found[i].start_ns == found[i - 1].start_ns &&
                         found[i].kind == found[i - 1].kind;
    if (!repeats) places.push_back(found[i].place);
  }
  return read_events(snapshot, places);
}

Result<std::vector<model::Event>> find_trace_events(const store::Snapshot& snapshot,
                                                    const model::TraceId& id,
                                                    const RunOptions& options) {
  const TraceReader reader = TRACERY_TRY(read_trace(snapshot, id, options));
  std::vector<std::pair<std::int64_t, RowPlace>> order;
  for (std::size_t i = 0; i < reader.events.size(); ++i) {
    order.emplace_back(reader.events[i].start_ns, reader.places[i]);
  }
  std::sort(order.begin(), order.end());
  std::vector<RowPlace> places;
  for (const auto& [time_ns, place] : order) places.push_back(place);
  return read_events(snapshot, places);
}

}  // namespace tracery::query
