// SPDX-License-Identifier: Apache-2.0
#include "store/event_batch.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/hash.h"
#include "base/hex.h"
#include "base/time.h"
#include "base/utf8.h"
#include "model/names.h"
#include "store/event_batch_columns.h"

namespace tracery::store {
namespace {

/// How far a sender's clock may run ahead before its time is not believed.
constexpr std::int64_t kFutureMaxNs = kNsPerDay;
/// The end of a day's window is exclusive, so the last nanosecond is given up.
constexpr std::int64_t kTimeMaxNs = std::numeric_limits<std::int64_t>::max() - 1;
constexpr std::string_view kOriginalTimestamp = "meta.original_timestamp";

/// Columns kept over `clear` for the next request; more than this and they are forgotten.
constexpr std::size_t kColumnsKept = 1'024;

// A stream whose look-ups hit less than a quarter of the time appends its next strings unseen.
constexpr std::uint32_t kLookupWindow = 64;
constexpr std::uint32_t kPlainStrings = 1'024;

std::uint32_t index_of(model::FieldId field) { return static_cast<std::uint32_t>(field); }

bool is_far_future(std::int64_t time_ns, std::int64_t now_ns) {
  return time_ns > now_ns && now_ns > 0 && time_ns - now_ns > kFutureMaxNs;
}

std::int64_t end_of(std::int64_t time_ns, double duration_ms) {
  const double ns = duration_ms * static_cast<double>(kNsPerMs);
  if (!(ns > 0)) return time_ns;
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (ns >= 9.2e18) return kMax;  // Not quite 2^63: the cast below must not overflow.
  const std::int64_t whole = std::llround(ns);
  return time_ns > kMax - whole ? kMax : time_ns + whole;
}

}  // namespace

std::uint32_t EventBatch::Columns::column_of(std::string_view name) {
  const std::uint64_t hash = hash64(name);
  const std::uint32_t found =
      column_index.find(hash, [&](std::uint32_t i) { return columns[i].name == name; });
  if (found != kNoIndex) return found;
  if (name.size() > limits.name_bytes) return column_of(cut_utf8(name, limits.name_bytes));
  if (!is_utf8(name)) {
    const std::string mended = replace_bad_utf8(name);
    return column_of(cut_utf8(mended, limits.name_bytes));
  }
  BatchColumn column;
  column.name = names.store(name);
  column.streams.fill(kNoIndex);
  column.string_bytes =
      model::names::is_document_field(name) ? limits.document_bytes : limits.string_bytes;
  column.is_id = model::names::is_id_field(name);
  column.is_duration = name == model::names::kDurationMs;
  const auto index = static_cast<std::uint32_t>(columns.size());
  columns.push_back(column);
  column_index.add(hash, index);
  return index;
}

std::uint32_t EventBatch::Columns::dataset_of(std::string_view name) {
  const std::uint64_t hash = hash64(name);
  const std::uint32_t found =
      dataset_index.find(hash, [&](std::uint32_t i) { return datasets[i] == name; });
  if (found != kNoIndex) return found;
  if (name.size() > limits.name_bytes) return dataset_of(cut_utf8(name, limits.name_bytes));
  if (!is_utf8(name)) {
    const std::string mended = replace_bad_utf8(name);
    return dataset_of(cut_utf8(mended, limits.name_bytes));
  }
  const auto index = static_cast<std::uint32_t>(datasets.size());
  datasets.push_back(strings.store(name));
  dataset_index.add(hash, index);
  return index;
}

bool EventBatch::Columns::claim(BatchColumn& column) {
  if (column.last_event == event) return false;
  if (fields >= limits.fields_per_event) {
    ++losses.fields_over_limit;
    return false;
  }
  column.last_event = event;
  ++fields;
  return true;
}

BatchStream& EventBatch::Columns::stream(std::uint32_t column, StreamType type) {
  std::uint32_t& index = columns[column].streams[static_cast<std::size_t>(type)];
  if (index == kNoIndex) {
    index = static_cast<std::uint32_t>(streams.size());
    BatchStream& made = streams.emplace_back();
    made.column = column;
    made.type = type;
  }
  return streams[index];
}

std::string_view EventBatch::Columns::clean(std::string_view value, std::size_t bytes_max,
                                            std::string& mended) {
  if (is_utf8(value)) return value;
  ++losses.strings_mended;
  mended = replace_bad_utf8(value);
  return cut_utf8(mended, bytes_max);
}

std::uint32_t EventBatch::Columns::add_entry(std::uint32_t stream_index, std::string_view value,
                                             std::uint64_t hash) {
  entries.push_back({strings.store(value), hash, stream_index});
  return static_cast<std::uint32_t>(entries.size() - 1);
}

std::uint32_t EventBatch::Columns::entry_of(std::uint32_t stream_index, std::string_view value) {
  BatchStream& stream = streams[stream_index];
  const std::size_t bytes_max = columns[stream.column].string_bytes;
  if (stream.plain_left > 0) {
    --stream.plain_left;
    std::string mended;
    return add_entry(stream_index, clean(value, bytes_max, mended), 0);
  }
  // Seeded by nothing, so that the head block can use the hash for its own dictionary.
  const std::uint64_t hash = hash64(value) | 1;
  const std::uint64_t key = mix64(hash + stream_index);
  const std::uint32_t found = entry_index.find(key, [&](std::uint32_t i) {
    return entries[i].hash == hash && entries[i].stream == stream_index && entries[i].text == value;
  });
  if (++stream.lookups == kLookupWindow) {
    if (stream.hits < kLookupWindow / 4) stream.plain_left = kPlainStrings;
    stream.lookups = 0;
    stream.hits = 0;
  }
  if (found != kNoIndex) {
    ++stream.hits;
    return found;
  }
  std::string mended;
  const std::string_view text = clean(value, bytes_max, mended);
  // Mended text has another hash; it is rare enough to stay out of the index.
  if (text.data() != value.data()) return add_entry(stream_index, text, 0);
  const std::uint32_t added = add_entry(stream_index, text, hash);
  entry_index.add(key, added);
  return added;
}

void EventBatch::Columns::put_string(std::uint32_t column, std::string_view value) {
  BatchStream& to = stream(column, StreamType::kString);
  const std::uint32_t last = to.last_entry;
  if (last != kNoIndex && entries[last].text == value) {
    push(to, last);
    return;
  }
  if (value.size() > columns[column].string_bytes) {
    ++losses.strings_cut;
    value = cut_utf8(value, columns[column].string_bytes);
  }
  const auto index = columns[column].streams[static_cast<std::size_t>(StreamType::kString)];
  to.last_entry = entry_of(index, value);
  push(to, to.last_entry);
}

void EventBatch::Columns::put_id(std::uint32_t column, const std::uint8_t* bytes,
                                 std::size_t count) {
  if (count == 8) {
    std::array<std::uint8_t, 8> id;
    std::memcpy(id.data(), bytes, 8);
    push(stream(column, StreamType::kId8), id);
  } else if (count == 16) {
    std::array<std::uint8_t, 16> id;
    std::memcpy(id.data(), bytes, 16);
    push(stream(column, StreamType::kId16), id);
  } else {
    put_string(column, to_hex({bytes, count}));
  }
}

void EventBatch::Columns::note_duration(const BatchColumn& column, double value) {
  if (column.is_duration) duration_ms = value;
}

EventBatch::EventBatch(EventLimits limits, std::int64_t now_ns)
    : columns_(std::make_unique<Columns>()) {
  columns_->limits = limits;
  columns_->now_ns = now_ns;
}
EventBatch::~EventBatch() = default;
EventBatch::EventBatch(EventBatch&&) noexcept = default;
EventBatch& EventBatch::operator=(EventBatch&&) noexcept = default;

model::FieldId EventBatch::field(std::string_view name) {
  return model::FieldId{columns_->column_of(name)};
}

model::DatasetId EventBatch::dataset(std::string_view name) {
  return model::DatasetId{columns_->dataset_of(name)};
}

void EventBatch::begin_event(model::DatasetId dataset, std::int64_t time_ns) {
  Columns& c = *columns_;
  TRACERY_CHECK(!c.is_open);
  c.is_open = true;
  ++c.event;
  c.fields = 0;
  c.dataset = static_cast<std::uint32_t>(dataset);
  c.time_ns = std::min(time_ns, kTimeMaxNs);
  c.duration_ms = 0;
  c.sample_rate = 1;
  if (c.now_ns != 0 && (time_ns == 0 || is_far_future(time_ns, c.now_ns))) {
    put(field(kOriginalTimestamp), time_ns);
    c.time_ns = c.now_ns;
  }
}

void EventBatch::set_sample_rate(std::uint32_t rate) {
  columns_->sample_rate = rate == 0 ? 1 : rate;
}

void EventBatch::put(model::FieldId field, bool value) {
  Columns& c = *columns_;
  if (!c.claim(c.columns[index_of(field)])) return;
  c.push(c.stream(index_of(field), StreamType::kBool), static_cast<std::uint8_t>(value ? 2 : 1));
}

void EventBatch::put(model::FieldId field, std::int64_t value) {
  Columns& c = *columns_;
  BatchColumn& column = c.columns[index_of(field)];
  if (!c.claim(column)) return;
  c.note_duration(column, static_cast<double>(value));
  c.push(c.stream(index_of(field), StreamType::kInt), value);
}

void EventBatch::put(model::FieldId field, double value) {
  Columns& c = *columns_;
  BatchColumn& column = c.columns[index_of(field)];
  if (!c.claim(column)) return;
  c.note_duration(column, value);
  c.push(c.stream(index_of(field), StreamType::kDouble), value);
}

void EventBatch::put(model::FieldId field, std::string_view value) {
  Columns& c = *columns_;
  BatchColumn& column = c.columns[index_of(field)];
  if (!c.claim(column)) return;
  const bool may_be_id = column.is_id && (value.size() == 16 || value.size() == 32);
  if (may_be_id && is_canonical_hex(value)) {
    std::array<std::uint8_t, 16> id{};
    from_hex(value, std::span(id).first(value.size() / 2));
    c.put_id(index_of(field), id.data(), value.size() / 2);
    return;
  }
  c.put_string(index_of(field), value);
}

void EventBatch::put_id(model::FieldId field, std::span<const std::uint8_t> id) {
  Columns& c = *columns_;
  if (!c.claim(c.columns[index_of(field)])) return;
  c.put_id(index_of(field), id.data(), id.size());
}

void EventBatch::end_event() {
  Columns& c = *columns_;
  TRACERY_CHECK(c.is_open);
  c.is_open = false;
  const std::uint32_t row = c.rows();
  if (c.dataset_runs.empty() || c.dataset_runs.back().dataset != c.dataset) {
    c.dataset_runs.push_back({row, c.dataset});
  }
  c.times.push_back(c.time_ns);
  c.ends.push_back(end_of(c.time_ns, c.duration_ms));
  c.sample_rates.push_back(c.sample_rate);
  c.min_time_ns = std::min(c.min_time_ns, c.time_ns);
  c.max_time_ns = std::max(c.max_time_ns, c.time_ns);
}

void EventBatch::add_to_row(std::uint32_t row, model::FieldId field, std::int64_t value) {
  Columns& c = *columns_;
  TRACERY_CHECK(row < c.rows());
  c.push_at(row, c.stream(index_of(field), StreamType::kInt), value);
}

void EventBatch::add_id_to_row(std::uint32_t row, model::FieldId field,
                               std::span<const std::uint8_t> id16) {
  Columns& c = *columns_;
  std::array<std::uint8_t, 16> id{};
  TRACERY_CHECK(row < c.rows() && id16.size() == id.size());
  std::memcpy(id.data(), id16.data(), id.size());
  c.push_at(row, c.stream(index_of(field), StreamType::kId16), id);
}

std::uint32_t EventBatch::rows() const { return columns_->rows(); }
const BatchLosses& EventBatch::losses() const { return columns_->losses; }

std::size_t EventBatch::memory_bytes() const {
  const Columns& c = *columns_;
  std::size_t bytes = sizeof(Columns) + c.names.memory_bytes() + c.strings.memory_bytes() +
                      c.column_index.memory_bytes() + c.entry_index.memory_bytes() +
                      c.dataset_index.memory_bytes();
  bytes += c.columns.capacity() * sizeof(BatchColumn) + c.entries.capacity() * sizeof(BatchEntry) +
           c.streams.capacity() * sizeof(BatchStream) + c.times.capacity() * 20;
  for (const BatchStream& stream : c.streams) {
    bytes += stream.runs.capacity() * sizeof(RowRun) + stream.values.capacity();
  }
  return bytes;
}

void EventBatch::clear(std::int64_t now_ns) {
  Columns& c = *columns_;
  if (c.columns.size() > kColumnsKept) {
    c.columns.clear();
    c.streams.clear();
    c.column_index.clear();
    c.names.clear();
  }
  for (BatchStream& stream : c.streams) {
    stream.next_row = kNoIndex;
    stream.last_entry = kNoIndex;
    stream.count = 0;
    stream.runs.clear();
    stream.values.clear();
  }
  c.entries.clear();
  c.entry_index.clear();
  c.strings.clear();
  c.datasets.clear();
  c.dataset_index.clear();
  c.dataset_runs.clear();
  c.times.clear();
  c.ends.clear();
  c.sample_rates.clear();
  c.min_time_ns = std::numeric_limits<std::int64_t>::max();
  c.max_time_ns = std::numeric_limits<std::int64_t>::min();
  c.is_open = false;
  c.losses = {};
  c.now_ns = now_ns;
}

}  // namespace tracery::store
