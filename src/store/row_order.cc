// SPDX-License-Identifier: Apache-2.0
#include "store/row_order.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/hash.h"
#include "model/names.h"
#include "store/left_out.h"

namespace tracery::store {
namespace {

using Vector = std::shared_ptr<const ColumnVector>;

struct Trace {
  model::TraceId id;  ///< Zero for a row without one.
  std::int64_t start_ns = 0;
  std::uint32_t rows = 0;
};

/// Numbers traces by id as they appear.
class TraceTable {
 public:
  TraceTable() : slots_(1024) {}

  std::uint32_t number_of(const model::TraceId& id) {
    if (last_ < traces_.size() && traces_[last_].id == id) return last_;
    if (traces_.size() * 2 >= slots_.size()) grow();
    std::uint32_t& slot = slot_of(id);
    if (slot == 0) {
      traces_.push_back({id, std::numeric_limits<std::int64_t>::max(), 0});
      slot = static_cast<std::uint32_t>(traces_.size());
    }
    last_ = slot - 1;
    return last_;
  }
  std::uint32_t add_nameless() {
    traces_.push_back({{}, std::numeric_limits<std::int64_t>::max(), 0});
    return static_cast<std::uint32_t>(traces_.size() - 1);
  }
  std::vector<Trace>& traces() { return traces_; }

 private:
  std::uint32_t& slot_of(const model::TraceId& id) {
    std::uint64_t words[2];
    std::memcpy(words, id.bytes.data(), sizeof(words));
    std::size_t at = mix64(words[0] ^ mix64(words[1])) & (slots_.size() - 1);
    while (slots_[at] != 0 && traces_[slots_[at] - 1].id != id) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return slots_[at];
  }
  void grow() {
    slots_.assign(slots_.size() * 4, 0);
    for (std::uint32_t t = 0; t < traces_.size(); ++t) {
      if (traces_[t].id != model::TraceId{}) slot_of(traces_[t].id) = t + 1;
    }
  }

  std::vector<Trace> traces_;
  std::vector<std::uint32_t> slots_;
  std::uint32_t last_ = 0;
};

/// The trace of each row of one row group.
class TraceColumn {
 public:
  static Result<TraceColumn> read(const RowSource& source, std::uint32_t group) {
    TraceColumn column;
    for (const StreamRef& stream : source.streams(model::names::kTraceId)) {
      const bool is_id = stream.type == StreamType::kId8 || stream.type == StreamType::kId16 ||
                         stream.type == StreamType::kString;
      if (!is_id || source.zone(stream.id, group).present_rows == 0) continue;
      column.vectors_.push_back(TRACERY_TRY(read_once(source, stream.id, group)));
    }
    return column;
  }

  std::uint32_t trace_of(std::uint32_t row, TraceTable& table) {
    for (const Vector& vector : vectors_) {
      if (!vector->is_present(row)) continue;
      if (vector->type == StreamType::kString) return trace_of_text(*vector, row, table);
      model::TraceId id;
      const std::size_t bytes = vector->type == StreamType::kId8 ? 8 : 16;
      std::memcpy(id.bytes.data() + 16 - bytes, vector->data.data() + row * bytes, bytes);
      if (id != model::TraceId{}) return table.number_of(id);
    }
    return table.add_nameless();
  }

 private:
  std::uint32_t trace_of_text(const ColumnVector& vector, std::uint32_t row, TraceTable& table) {
    const std::uint32_t code = vector.code(row);
    if (by_code_.size() <= code) by_code_.resize(vector.dictionary->size() + 1, 0);
    std::uint32_t& known = by_code_[code];
    if (known == 0) known = table.number_of(trace_key_of(vector.dictionary->at(code - 1))) + 1;
    return known - 1;
  }

  std::vector<Vector> vectors_;
  std::vector<std::uint32_t> by_code_;  ///< Number of the trace + 1; 0 is not yet known.
};

struct PickedRow {
  std::int64_t time_ns;
  RowRef ref;
  std::uint32_t trace;
};

struct PlacedRow {
  std::int64_t time_ns;
  RowRef ref;
};

Status pick_rows(const PartInput& input, const SourceGroup& source, std::uint32_t number,
                 TraceTable& table, std::vector<PickedRow>& picked) {
  const RowSource& rows = *source.source;
  const Vector times =
      TRACERY_TRY(read_once(rows, rows.row_field(RowField::kTime).id, source.group));
  const LeftOut left_out = TRACERY_TRY(LeftOut::read(rows, input.without, source.group));
  TraceColumn ids = TRACERY_TRY(TraceColumn::read(rows, source.group));
  for (std::uint32_t row = 0; row < source.rows; ++row) {
    const std::int64_t time = times->as<std::int64_t>()[row];
    if (time < input.from_ns || time >= input.to_ns || left_out.has(row)) continue;
    const std::uint32_t trace = ids.trace_of(row, table);
    Trace& facts = table.traces()[trace];
    facts.start_ns = std::min(facts.start_ns, time);
    ++facts.rows;
    picked.push_back({time, {number, row}, trace});
  }
  return {};
}

/// The traces in the order of the part.
std::vector<std::uint32_t> sort_traces(const std::vector<Trace>& traces) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> starts;
  starts.reserve(traces.size());
  for (std::uint32_t t = 0; t < traces.size(); ++t) starts.emplace_back(traces[t].start_ns, t);
  std::sort(starts.begin(), starts.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const auto order = traces[a.second].id <=> traces[b.second].id;
    return order != 0 ? order < 0 : a.second < b.second;
  });
  std::vector<std::uint32_t> order;
  order.reserve(starts.size());
  for (const auto& start : starts) order.push_back(start.second);
  return order;
}

/// Puts rows to their traces and, within these, in the order of time.
std::vector<PlacedRow> place_rows(const std::vector<PickedRow>& picked,
                                  const std::vector<Trace>& traces, RowOrder& order) {
  std::vector<std::uint64_t> next(traces.size());
  std::uint64_t first = 0;
  const std::vector<std::uint32_t> sorted = sort_traces(traces);
  for (const std::uint32_t t : sorted) {
    next[t] = first;
    if (traces[t].id != model::TraceId{}) {
      order.traces.push_back({traces[t].id, first, traces[t].rows});
    }
    first += traces[t].rows;
  }
  std::vector<PlacedRow> placed(picked.size());
  for (const PickedRow& row : picked) placed[next[row.trace]++] = {row.time_ns, row.ref};
  const auto earlier = [](const PlacedRow& a, const PlacedRow& b) { return a.time_ns < b.time_ns; };
  for (const std::uint32_t t : sorted) {
    const auto end = placed.begin() + static_cast<std::ptrdiff_t>(next[t]);
    const auto begin = end - traces[t].rows;
    if (!std::is_sorted(begin, end, earlier)) std::stable_sort(begin, end, earlier);
  }
  return placed;
}

void note_sources(RowOrder& order) {
  order.group_sources.resize(order.groups());
  order.last_group.assign(order.sources.size(), kNotTaken);
  for (std::size_t i = 0; i < order.rows.size(); ++i) {
    const auto group = static_cast<std::uint32_t>(i / kRowGroupRows);
    const std::uint32_t source = order.rows[i].source;
    if (order.last_group[source] == group) continue;
    order.last_group[source] = group;
    order.group_sources[group].push_back(source);
  }
}

}  // namespace

Result<RowOrder> order_rows(std::span<const PartInput> inputs) {
  RowOrder order;
  TraceTable table;
  std::vector<PickedRow> picked;
  std::uint64_t source_rows = 0;
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    const RowSource& source = *inputs[i].source;
    for (std::uint32_t group = 0; group < source.groups(); ++group) {
      const TimeBounds time = source.group_time(group);
      if (time.max_ns < inputs[i].from_ns || time.min_ns >= inputs[i].to_ns) continue;
      const SourceGroup entry{inputs[i].source, i, group, source.group_rows(group), source_rows};
      const auto number = static_cast<std::uint32_t>(order.sources.size());
      const std::size_t before = picked.size();
      TRACERY_TRY(pick_rows(inputs[i], entry, number, table, picked));
      if (picked.size() == before) continue;
      order.sources.push_back(entry);
      source_rows += entry.rows;
      if (picked.size() >= kNotTaken) {
        return Error{ErrorCode::kTooLarge, "rows of a part: " + std::to_string(picked.size())};
      }
    }
  }
  const std::vector<PlacedRow> placed = place_rows(picked, table.traces(), order);
  order.targets.assign(source_rows, kNotTaken);
  order.rows.reserve(placed.size());
  order.times.reserve(placed.size());
  for (const PlacedRow& row : placed) {
    order.targets[order.sources[row.ref.source].first + row.ref.row] =
        static_cast<std::uint32_t>(order.rows.size());
    order.rows.push_back(row.ref);
    order.times.push_back(row.time_ns);
  }
  note_sources(order);
  return order;
}

}  // namespace tracery::store
