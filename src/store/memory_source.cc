// SPDX-License-Identifier: Apache-2.0
#include "store/memory_source.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <numeric>
#include <utility>

#include "base/hex.h"
#include "model/names.h"

namespace tracery::store {
namespace {

class ListDictionary final : public StringDictionary {
 public:
  std::uint32_t size() const override { return static_cast<std::uint32_t>(texts_.size()); }
  std::string_view at(std::uint32_t index) const override { return texts_[index]; }
  std::uint32_t add(const std::string& text, bool intern) {
    if (intern) {
      if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
    }
    numbers_.emplace(text, size());
    texts_.push_back(text);
    return size() - 1;
  }

 private:
  std::deque<std::string> texts_;
  std::map<std::string, std::uint32_t> numbers_;
};

std::size_t slot_bytes(StreamType type) {
  switch (type) {
    case StreamType::kBool: return 1;
    case StreamType::kString: return 4;
    case StreamType::kId16: return 16;
    default: return 8;
  }
}

bool has_presence(StreamType type) {
  return type != StreamType::kBool && type != StreamType::kString;
}

StreamType type_of(const std::string& column, const model::Value& value) {
  if (std::holds_alternative<bool>(value)) return StreamType::kBool;
  if (std::holds_alternative<std::int64_t>(value)) return StreamType::kInt;
  if (std::holds_alternative<double>(value)) return StreamType::kDouble;
  const auto& text = std::get<std::string>(value);
  if (model::names::is_id_field(column) && is_canonical_hex(text)) {
    if (text.size() == 16) return StreamType::kId8;
    if (text.size() == 32) return StreamType::kId16;
  }
  return StreamType::kString;
}

std::int64_t end_of(const model::Event& event) {
  const model::Value* duration = model::find_field(event, model::names::kDurationMs);
  if (duration == nullptr) return event.time_ns;
  double ms = 0;
  if (const auto* number = std::get_if<double>(duration)) ms = *number;
  if (const auto* number = std::get_if<std::int64_t>(duration)) ms = static_cast<double>(*number);
  if (!(ms > 0)) return event.time_ns;
  const double ns = std::min(ms * 1e6, 9e18);
  std::int64_t end = 0;
  return __builtin_add_overflow(event.time_ns, static_cast<std::int64_t>(ns), &end)
             ? std::numeric_limits<std::int64_t>::max()
             : end;
}

}  // namespace

class MemorySource::Builder {
 public:
  explicit Builder(const Options& options) : options_(options) { source_->name_ = options.name; }

  std::shared_ptr<const MemorySource> build(std::span<const model::Event> events) {
    for (const StreamType type : {StreamType::kInt, StreamType::kString, StreamType::kInt}) {
      source_->streams_.push_back({"", type, {}});
      dictionaries_.emplace_back();
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i % options_.group_rows == 0) {
        begin_group(std::min<std::size_t>(options_.group_rows, events.size() - i));
      }
      add(events[i], static_cast<std::uint32_t>(i % options_.group_rows));
    }
    for (Stream& stream : source_->streams_) stream.chunks.resize(source_->groups_.size());
    return source_;
  }

 private:
  void begin_group(std::size_t rows) {
    Group group;
    group.rows = static_cast<std::uint32_t>(rows);
    constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
    group.time = {std::numeric_limits<std::int64_t>::max(), kLowest, kLowest};
    source_->groups_.push_back(group);
    if (!options_.share_dictionaries) {
      for (auto& dictionary : dictionaries_) dictionary = nullptr;
    }
  }

  void add(const model::Event& event, std::uint32_t row) {
    TimeBounds& time = source_->groups_.back().time;
    time.min_ns = std::min(time.min_ns, event.time_ns);
    time.max_ns = std::max(time.max_ns, event.time_ns);
    time.max_end_ns = std::max(time.max_end_ns, end_of(event));
    put(0, row, event.time_ns);
    put(1, row, event.dataset);
    put(2, row, static_cast<std::int64_t>(event.sample_rate));
    std::map<std::string_view, const model::Value*> fields;
    for (const model::Field& field : event.fields) fields.emplace(field.name, &field.value);
    for (const auto& [name, value] : fields) {
      if (std::holds_alternative<std::monostate>(*value)) continue;
      const std::string column(name);
      put(find_stream(column, type_of(column, *value)), row, *value);
    }
  }

  std::size_t find_stream(const std::string& column, StreamType type) {
    const auto [known, is_new] = numbers_.try_emplace({column, type}, source_->streams_.size());
    if (is_new) {
      source_->streams_.push_back({column, type, {}});
      dictionaries_.emplace_back();
    }
    return known->second;
  }

  Chunk& chunk_of(std::size_t number) {
    Stream& stream = source_->streams_[number];
    stream.chunks.resize(source_->groups_.size());
    Chunk& chunk = stream.chunks.back();
    if (chunk.vector) return chunk;
    const std::uint32_t rows = source_->groups_.back().rows;
    chunk.vector = std::make_shared<ColumnVector>();
    chunk.vector->type = stream.type;
    chunk.vector->rows = rows;
    chunk.vector->data.resize(rows * slot_bytes(stream.type));
    if (has_presence(stream.type)) chunk.vector->present.resize((rows + 63) / 64);
    if (stream.type == StreamType::kString) {
      if (!dictionaries_[number]) dictionaries_[number] = std::make_shared<ListDictionary>();
      chunk.vector->code_bytes = 4;
      chunk.vector->dictionary = dictionaries_[number];
    }
    return chunk;
  }

  template <typename T>
  static void widen(std::optional<T>& low, std::optional<T>& high, T value) {
    low = low ? std::min(*low, value) : value;
    high = high ? std::max(*high, value) : value;
  }

  void put(std::size_t number, std::uint32_t row, const model::Value& value) {
    Chunk& chunk = chunk_of(number);
    ColumnVector& vector = *chunk.vector;
    ++chunk.zone.present_rows;
    if (has_presence(vector.type)) vector.present[row / 64] |= std::uint64_t{1} << (row % 64);
    std::uint8_t* slot = vector.data.data() + row * slot_bytes(vector.type);
    if (const auto* boolean = std::get_if<bool>(&value)) {
      *slot = *boolean ? 2 : 1;
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      std::memcpy(slot, integer, 8);
      if (options_.state_bounds) widen(chunk.zone.min_int, chunk.zone.max_int, *integer);
    } else if (const auto* number_value = std::get_if<double>(&value)) {
      std::memcpy(slot, number_value, 8);
      chunk.any_nan |= std::isnan(*number_value);
      if (options_.state_bounds) {
        widen(chunk.zone.min_double, chunk.zone.max_double, *number_value);
      }
      if (chunk.any_nan) chunk.zone.min_double = chunk.zone.max_double = std::nullopt;
    } else if (vector.type == StreamType::kString) {
      const std::uint32_t code =
          dictionaries_[number]->add(std::get<std::string>(value), options_.intern) + 1;
      std::memcpy(slot, &code, 4);
    } else {
      from_hex(std::get<std::string>(value), {slot, slot_bytes(vector.type)});
    }
  }

  Options options_;
  std::shared_ptr<MemorySource> source_ = std::make_shared<MemorySource>();
  std::map<std::pair<std::string, StreamType>, std::size_t> numbers_;
  std::vector<std::shared_ptr<ListDictionary>> dictionaries_;
};

std::shared_ptr<const MemorySource> MemorySource::make(std::span<const model::Event> events,
                                                       const Options& options) {
  return Builder(options).build(events);
}

std::shared_ptr<const MemorySource> MemorySource::make(std::span<const model::Event> events) {
  return make(events, Options{});
}

std::uint64_t MemorySource::rows() const {
  std::uint64_t rows = 0;
  for (const Group& group : groups_) rows += group.rows;
  return rows;
}

TimeBounds MemorySource::time() const {
  if (groups_.empty()) return {};
  TimeBounds all = groups_.front().time;
  for (const Group& group : groups_) {
    all.min_ns = std::min(all.min_ns, group.time.min_ns);
    all.max_ns = std::max(all.max_ns, group.time.max_ns);
    all.max_end_ns = std::max(all.max_end_ns, group.time.max_end_ns);
  }
  return all;
}

std::vector<StreamRef> MemorySource::streams(std::string_view column) const {
  std::vector<StreamRef> found;
  for (std::size_t s = 3; s < streams_.size(); ++s) {
    if (streams_[s].column == column) found.push_back({static_cast<StreamId>(s), streams_[s].type});
  }
  return found;
}

StreamRef MemorySource::row_field(RowField field) const {
  const auto number = static_cast<std::size_t>(field);
  return {static_cast<StreamId>(number), streams_[number].type};
}

std::vector<std::string> MemorySource::columns() const {
  std::vector<std::string> names;
  for (std::size_t s = 3; s < streams_.size(); ++s) {
    if (std::find(names.begin(), names.end(), streams_[s].column) == names.end()) {
      names.push_back(streams_[s].column);
    }
  }
  return names;
}

ZoneMap MemorySource::zone(StreamId stream, std::uint32_t group) const {
  return streams_.at(static_cast<std::size_t>(stream)).chunks.at(group).zone;
}

Result<std::shared_ptr<const ColumnVector>> MemorySource::read(StreamId stream,
                                                               std::uint32_t group) const {
  const Stream& from = streams_.at(static_cast<std::size_t>(stream));
  std::shared_ptr<ColumnVector> vector = from.chunks.at(group).vector;
  if (!vector) {
    vector = std::make_shared<ColumnVector>();
    vector->type = from.type;
    vector->rows = group_rows(group);
    vector->data.resize(vector->rows * slot_bytes(from.type));
    if (has_presence(from.type)) vector->present.resize((vector->rows + 63) / 64);
    if (from.type == StreamType::kString) {
      vector->code_bytes = 4;
      vector->dictionary = std::make_shared<ListDictionary>();
    }
  }
  return std::shared_ptr<const ColumnVector>(vector);
}

Result<std::vector<RowRange>> MemorySource::find_trace(const model::TraceId& id) const {
  std::vector<RowRange> ranges;
  const std::string hex = to_hex(id.bytes);
  const std::vector<model::Event> events = TRACERY_TRY(events_of(*this));
  std::size_t first = 0;
  for (std::uint32_t group = 0; group < groups(); ++group) {
    for (std::uint32_t row = 0; row < group_rows(group); ++row) {
      const auto* value = model::find_field(events[first + row], model::names::kTraceId);
      const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
      if (text == nullptr) continue;
      if (model::parse_trace_id(*text) == id) ranges.push_back({group, row, 1});
    }
    first += group_rows(group);
  }
  return ranges;
}

namespace {

model::Value value_at(const ColumnVector& vector, std::uint32_t row) {
  switch (vector.type) {
    case StreamType::kBool: return vector.data[row] == 2;
    case StreamType::kInt: return vector.as<std::int64_t>()[row];
    case StreamType::kDouble: return vector.as<double>()[row];
    case StreamType::kString: return std::string(vector.dictionary->at(vector.code(row) - 1));
    case StreamType::kId8: return to_hex({vector.data.data() + row * 8, 8});
    case StreamType::kId16: return to_hex({vector.data.data() + row * 16, 16});
  }
  return {};
}

}  // namespace

Result<std::vector<model::Event>> events_of(const RowSource& source) {
  std::vector<model::Event> events;
  std::vector<std::string> columns = source.columns();
  std::sort(columns.begin(), columns.end());
  for (std::uint32_t group = 0; group < source.groups(); ++group) {
    const std::size_t first = events.size();
    const auto field = [&](RowField name) { return source.read(source.row_field(name).id, group); };
    const auto times = TRACERY_TRY(field(RowField::kTime));
    const auto datasets = TRACERY_TRY(field(RowField::kDataset));
    const auto rates = TRACERY_TRY(field(RowField::kSampleRate));
    for (std::uint32_t row = 0; row < source.group_rows(group); ++row) {
      model::Event event;
      event.time_ns = times->as<std::int64_t>()[row];
      event.dataset = datasets->dictionary->at(datasets->code(row) - 1);
      event.sample_rate = static_cast<std::uint32_t>(rates->as<std::int64_t>()[row]);
      events.push_back(std::move(event));
    }
    for (const std::string& column : columns) {
      for (const StreamRef& stream : source.streams(column)) {
        const auto vector = TRACERY_TRY(source.read(stream.id, group));
        for (std::uint32_t row = 0; row < vector->rows; ++row) {
          if (!vector->is_present(row)) continue;
          events[first + row].fields.push_back({column, value_at(*vector, row)});
        }
      }
    }
    std::vector<std::uint32_t> rows(source.group_rows(group));
    std::iota(rows.begin(), rows.end(), 0U);
    TRACERY_TRY(source.visit_loose_fields(
        group, rows, [&](std::size_t at, std::string_view name, model::Value value) {
          events[first + at].fields.push_back({std::string(name), std::move(value)});
        }));
  }
  return events;
}

std::string to_line(const model::Event& event) {
  std::vector<std::string> fields;
  for (const model::Field& field : event.fields) {
    std::string text = field.name + "=";
    if (const auto* boolean = std::get_if<bool>(&field.value)) text += *boolean ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
      text += "i" + std::to_string(*integer);
    }
    if (const auto* number = std::get_if<double>(&field.value)) {
      text += "d" + std::to_string(std::bit_cast<std::uint64_t>(*number));
    }
    if (const auto* string = std::get_if<std::string>(&field.value)) text += "s" + *string;
    fields.push_back(std::move(text));
  }
  std::sort(fields.begin(), fields.end());
  std::string line = std::to_string(event.time_ns) + " " + event.dataset + " x" +
                     std::to_string(event.sample_rate);
  for (const std::string& field : fields) line += " " + field;
  return line;
}

}  // namespace tracery::store
