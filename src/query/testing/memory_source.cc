// SPDX-License-Identifier: Apache-2.0
#include "query/testing/memory_source.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <random>

#include "base/hex.h"
#include "model/names.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::RowField;
using store::StreamId;
using store::StreamRef;
using store::StreamType;
using Random = std::mt19937_64;

constexpr std::string_view kFieldNames[] = {"\x01time",
                                            "\x01"
                                            "dataset",
                                            "\x01samplerate"};

class ListDictionary final : public store::StringDictionary {
 public:
  explicit ListDictionary(std::vector<std::string> texts) : texts_(std::move(texts)) {}
  std::uint32_t size() const override { return static_cast<std::uint32_t>(texts_.size()); }
  std::string_view at(std::uint32_t index) const override { return texts_[index]; }

 private:
  std::vector<std::string> texts_;
};

/// A dictionary with the entries of each text; a row picks one of them.
struct Dictionary {
  std::shared_ptr<const ListDictionary> list;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> entries;
};

Dictionary make_dictionary(std::vector<std::string> texts, bool random_shapes, Random& random) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  if (random_shapes) {
    const std::size_t distinct = texts.size();
    for (std::size_t i = 0; i < distinct; ++i) {
      if (random() % 4 == 0) texts.push_back(texts[i]);
    }
    if (random() % 2 == 0) texts.push_back("never used");
    std::shuffle(texts.begin(), texts.end(), random);
  }
  Dictionary dictionary;
  for (std::uint32_t i = 0; i < texts.size(); ++i) dictionary.entries[texts[i]].push_back(i);
  dictionary.list = std::make_shared<ListDictionary>(std::move(texts));
  return dictionary;
}

struct Stream {
  StreamType type = StreamType::kInt;
  std::vector<std::shared_ptr<const ColumnVector>> groups;
  std::vector<store::ZoneMap> zones;
};

/// Rows of one group with the value, or nothing, that one stream has in each.
struct StreamRows {
  StreamType type;
  std::vector<std::optional<model::Value>> values;
};

StreamType plain_type(const model::Value& value) {
  switch (value.index()) {
    case 1: return StreamType::kBool;
    case 2: return StreamType::kInt;
    case 3: return StreamType::kDouble;
    default: return StreamType::kString;
  }
}

template <typename T>
void put(ColumnVector& vector, std::size_t row, const T& value) {
  std::memcpy(vector.data.data() + row * sizeof(T), &value, sizeof(T));
}

void put_code(ColumnVector& vector, std::size_t row, std::uint32_t code) {
  if (vector.code_bytes == 1) return put(vector, row, static_cast<std::uint8_t>(code));
  if (vector.code_bytes == 2) return put(vector, row, static_cast<std::uint16_t>(code));
  put(vector, row, code);
}

std::size_t slot_bytes(const ColumnVector& vector) {
  switch (vector.type) {
    case StreamType::kBool: return 1;
    case StreamType::kString: return vector.code_bytes;
    case StreamType::kId16: return 16;
    default: return 8;
  }
}

void put_value(ColumnVector& vector, std::size_t row, const model::Value& value,
               const Dictionary& dictionary, Random& random) {
  switch (vector.type) {
    case StreamType::kBool:
      return put(vector, row, static_cast<std::uint8_t>(std::get<bool>(value) ? 2 : 1));
    case StreamType::kInt: return put(vector, row, std::get<std::int64_t>(value));
    case StreamType::kDouble: return put(vector, row, std::get<double>(value));
    case StreamType::kString: {
      const auto& entries = dictionary.entries.find(std::get<std::string>(value))->second;
      return put_code(vector, row, entries[random() % entries.size()] + 1);
    }
    case StreamType::kId8: {
      std::array<std::uint8_t, 8> id{};
      from_hex(std::get<std::string>(value), id);
      return put(vector, row, id);
    }
    case StreamType::kId16: {
      std::array<std::uint8_t, 16> id{};
      from_hex(std::get<std::string>(value), id);
      return put(vector, row, id);
    }
  }
}

store::ZoneMap zone_of(const StreamRows& rows) {
  store::ZoneMap zone;
  for (const auto& value : rows.values) {
    if (!value) continue;
    ++zone.present_rows;
    if (const auto* integer = std::get_if<std::int64_t>(&*value)) {
      zone.min_int = std::min(zone.min_int.value_or(*integer), *integer);
      zone.max_int = std::max(zone.max_int.value_or(*integer), *integer);
    }
    const auto* number = std::get_if<double>(&*value);
    if (number != nullptr && !std::isnan(*number)) {
      zone.min_double = std::min(zone.min_double.value_or(*number), *number);
      zone.max_double = std::max(zone.max_double.value_or(*number), *number);
    }
  }
  return zone;
}

std::uint8_t code_bytes_for(std::uint32_t entries, bool random_shapes, Random& random) {
  std::uint8_t bytes = entries < 256 ? 1 : (entries < 65'536 ? 2 : 4);
  while (random_shapes && bytes < 4 && random() % 2 == 0)
    bytes = static_cast<std::uint8_t>(bytes * 2);
  return bytes;
}

std::shared_ptr<const ColumnVector> make_vector(const StreamRows& rows,
                                                const Dictionary& dictionary, bool random_shapes,
                                                Random& random) {
  auto vector = std::make_shared<ColumnVector>();
  vector->type = rows.type;
  vector->rows = static_cast<std::uint32_t>(rows.values.size());
  if (rows.type == StreamType::kString) {
    vector->dictionary = dictionary.list;
    vector->code_bytes = code_bytes_for(dictionary.list->size(), random_shapes, random);
  }
  vector->data.resize(slot_bytes(*vector) * vector->rows);
  bool any_absent = false;
  for (std::size_t row = 0; row < rows.values.size(); ++row) {
    if (rows.values[row]) {
      put_value(*vector, row, *rows.values[row], dictionary, random);
    } else {
      any_absent = true;
    }
  }
  const bool has_bits = rows.type != StreamType::kString && rows.type != StreamType::kBool;
  const bool full_bits = random_shapes && random() % 3 == 0;
  if (has_bits && (any_absent || full_bits)) {
    vector->present.resize((rows.values.size() + 63) / 64);
    for (std::size_t row = 0; row < rows.values.size(); ++row) {
      if (rows.values[row]) vector->present[row / 64] |= std::uint64_t{1} << (row % 64);
    }
  }
  return vector;
}

class MemorySource final : public store::RowSource {
 public:
  MemorySource(std::string name, const std::vector<model::Event>& events,
               const MemoryLayout& layout, Random& random);

  std::string name() const override { return name_; }
  std::uint64_t rows() const override { return rows_; }
  std::uint32_t groups() const override { return static_cast<std::uint32_t>(bounds_.size()); }
  std::uint32_t group_rows(std::uint32_t group) const override {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(group_rows_, rows_ - std::uint64_t{group} * group_rows_));
  }
  store::TimeBounds group_time(std::uint32_t group) const override { return bounds_[group]; }
  store::TimeBounds time() const override { return all_; }
  std::vector<StreamRef> streams(std::string_view column) const override {
    const auto found = columns_.find(column);
    return found == columns_.end() ? std::vector<StreamRef>() : found->second;
  }
  StreamRef row_field(RowField field) const override {
    return columns_.find(kFieldNames[static_cast<std::size_t>(field)])->second.front();
  }
  std::vector<std::string> columns() const override;
  store::ZoneMap zone(StreamId stream, std::uint32_t group) const override {
    return streams_[static_cast<std::size_t>(stream)].zones[group];
  }
  Result<std::shared_ptr<const ColumnVector>> read(StreamId stream,
                                                   std::uint32_t group) const override {
    return streams_[static_cast<std::size_t>(stream)].groups[group];
  }
  Result<std::vector<store::RowRange>> find_trace(const model::TraceId& id) const override;

 private:
  void add_stream(const std::string& column, const StreamRows& rows, const MemoryLayout& layout,
                  Random& random);
  void add_column(const std::string& column, const std::vector<std::optional<model::Value>>& values,
                  const MemoryLayout& layout, Random& random);
  void set_bounds(const std::vector<model::Event>& events);

  std::string name_;
  std::uint64_t rows_ = 0;
  std::uint32_t group_rows_ = 0;
  std::vector<store::TimeBounds> bounds_;
  store::TimeBounds all_;
  std::map<std::string, std::vector<StreamRef>, std::less<>> columns_;
  std::vector<Stream> streams_;
  std::vector<std::vector<model::TraceId>> traces_;  ///< By row group.
};

void MemorySource::add_stream(const std::string& column, const StreamRows& rows,
                              const MemoryLayout& layout, Random& random) {
  Stream stream;
  stream.type = rows.type;
  const bool per_group = layout.random_shapes && random() % 2 == 0;
  const bool knows_bounds = !layout.random_shapes || random() % 3 != 0;
  Dictionary dictionary;
  const auto texts_of = [&](std::size_t from, std::size_t to) {
    std::vector<std::string> texts;
    for (std::size_t row = from; row < to; ++row) {
      if (rows.values[row]) texts.push_back(std::get<std::string>(*rows.values[row]));
    }
    return texts;
  };
  const bool is_text = rows.type == StreamType::kString;
  if (is_text && !per_group) {
    dictionary = make_dictionary(texts_of(0, rows.values.size()), layout.random_shapes, random);
  }
  for (std::size_t from = 0; from < rows.values.size(); from += group_rows_) {
    const std::size_t to = std::min<std::size_t>(from + group_rows_, rows.values.size());
    if (is_text && per_group) {
      dictionary = make_dictionary(texts_of(from, to), layout.random_shapes, random);
    }
    const auto first = rows.values.begin();
    const StreamRows part{
        rows.type,
        {first + static_cast<std::ptrdiff_t>(from), first + static_cast<std::ptrdiff_t>(to)}};
    store::ZoneMap zone = zone_of(part);
    if (!knows_bounds) zone = {zone.present_rows, {}, {}, {}, {}};
    stream.zones.push_back(zone);
    stream.groups.push_back(make_vector(part, dictionary, layout.random_shapes, random));
  }
  columns_[column].push_back({StreamId{static_cast<std::uint32_t>(streams_.size())}, rows.type});
  streams_.push_back(std::move(stream));
}

void MemorySource::add_column(const std::string& column,
                              const std::vector<std::optional<model::Value>>& values,
                              const MemoryLayout& layout, Random& random) {
  std::map<StreamType, StreamRows> by_type;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!values[row]) continue;
    StreamType type = plain_type(*values[row]);
    const auto* text = std::get_if<std::string>(&*values[row]);
    const bool is_id = text != nullptr && (text->size() == 16 || text->size() == 32) &&
                       is_canonical_hex(*text) && layout.ids_as_bytes;
    const bool must = model::names::is_id_field(column);
    if (is_id && (must || !layout.random_shapes || random() % 2 == 0)) {
      type = text->size() == 16 ? StreamType::kId8 : StreamType::kId16;
    }
    auto& rows = by_type[type];
    rows.type = type;
    rows.values.resize(values.size());
    rows.values[row] = values[row];
  }
  for (const auto& [type, rows] : by_type) add_stream(column, rows, layout, random);
}

void MemorySource::set_bounds(const std::vector<model::Event>& events) {
  for (std::size_t row = 0; row < events.size(); ++row) {
    const model::Event& event = events[row];
    std::int64_t end_ns = event.time_ns;
    if (const model::Value* duration = model::find_field(event, model::names::kDurationMs)) {
      if (const auto* ms = std::get_if<double>(duration); ms != nullptr && *ms > 0) {
        end_ns += std::llround(std::min(*ms, 1e9) * 1e6);
      }
      if (const auto* ms = std::get_if<std::int64_t>(duration)) {
        end_ns += std::clamp<std::int64_t>(*ms, 0, 1'000'000'000) * 1'000'000;
      }
    }
    if (row % group_rows_ == 0) bounds_.push_back({event.time_ns, event.time_ns, end_ns});
    store::TimeBounds& bounds = bounds_.back();
    bounds.min_ns = std::min(bounds.min_ns, event.time_ns);
    bounds.max_ns = std::max(bounds.max_ns, event.time_ns);
    bounds.max_end_ns = std::max(bounds.max_end_ns, end_ns);
    if (row % group_rows_ == 0) traces_.emplace_back();
    const model::Value* trace = model::find_field(event, model::names::kTraceId);
    const auto* text = trace == nullptr ? nullptr : std::get_if<std::string>(trace);
    if (text == nullptr) continue;
    if (const auto id = model::parse_trace_id(*text)) traces_.back().push_back(*id);
  }
  if (!bounds_.empty()) all_ = bounds_.front();
  for (const store::TimeBounds& bounds : bounds_) {
    all_.min_ns = std::min(all_.min_ns, bounds.min_ns);
    all_.max_ns = std::max(all_.max_ns, bounds.max_ns);
    all_.max_end_ns = std::max(all_.max_end_ns, bounds.max_end_ns);
  }
}

MemorySource::MemorySource(std::string name, const std::vector<model::Event>& events,
                           const MemoryLayout& layout, Random& random)
    : name_(std::move(name)), rows_(events.size()), group_rows_(layout.group_rows) {
  set_bounds(events);
  std::map<std::string, std::vector<std::optional<model::Value>>> values;
  const auto column = [&](const std::string& field) -> auto& {
    auto& rows = values[field];
    rows.resize(events.size());
    return rows;
  };
  for (const std::string_view field : kFieldNames) column(std::string(field));
  for (std::size_t row = 0; row < events.size(); ++row) {
    const model::Event& event = events[row];
    column(std::string(kFieldNames[0]))[row] = event.time_ns;
    column(std::string(kFieldNames[1]))[row] = event.dataset;
    column(std::string(kFieldNames[2]))[row] = std::int64_t{event.sample_rate};
    for (const model::Field& field : event.fields) {
      if (field.value.index() == 0) continue;
      auto& cell = column(field.name)[row];
      if (!cell) cell = field.value;
    }
  }
  for (const auto& [field, rows] : values) {
    MemoryLayout own = layout;
    if (field == kFieldNames[1]) own.ids_as_bytes = false;
    add_column(field, rows, own, random);
  }
}

std::vector<std::string> MemorySource::columns() const {
  std::vector<std::string> names;
  for (const auto& [name, streams] : columns_) {
    if (name.front() != '\x01') names.push_back(name);
  }
  return names;
}

Result<std::vector<store::RowRange>> MemorySource::find_trace(const model::TraceId& id) const {
  std::vector<store::RowRange> ranges;
  for (std::uint32_t group = 0; group < traces_.size(); ++group) {
    const auto& ids = traces_[group];
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) continue;
    ranges.push_back({group, 0, group_rows(group)});
  }
  return ranges;
}

}  // namespace

store::Snapshot make_memory_snapshot(const std::vector<model::Event>& events,
                                     const MemoryLayout& layout) {
  Random random(layout.seed);
  std::vector<model::Event> rows = events;
  if (layout.shuffle) std::shuffle(rows.begin(), rows.end(), random);
  store::Snapshot snapshot;
  const std::size_t count = std::max<std::size_t>(1, layout.sources);
  std::vector<std::vector<model::Event>> parts(count);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t part = layout.shuffle ? random() % count : i * count / rows.size();
    parts[part].push_back(std::move(rows[i]));
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (parts[i].empty()) continue;
    snapshot.sources.push_back(
        std::make_shared<MemorySource>("memory " + std::to_string(i), parts[i], layout, random));
  }
  std::stable_sort(
      snapshot.sources.begin(), snapshot.sources.end(),
      [](const auto& a, const auto& b) { return a->time().max_ns > b->time().max_ns; });
  return snapshot;
}

}  // namespace tracery::query
