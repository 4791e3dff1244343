// SPDX-License-Identifier: Apache-2.0
#include "api/trace_columns.h"

#include <cstring>
#include <vector>

#include "api/ui_answers.h"
#include "base/json_writer.h"

namespace tracery::api {
namespace {

struct ColumnPlace {
  const char* name;
  const char* type;
  std::size_t offset;
  std::size_t bytes;
};

void pad_to_8(std::string& bytes) { bytes.resize((bytes.size() + 7) / 8 * 8, '\0'); }

/// Appends one column, its values made from the rows.
template <typename T, typename Make>
ColumnPlace append_column(std::string& out, const char* name, const char* type,
                          const query::Trace& trace, Make make) {
  pad_to_8(out);
  const ColumnPlace place{name, type, out.size(), trace.rows.size() * sizeof(T)};
  out.resize(out.size() + place.bytes);
  char* at = out.data() + place.offset;
  for (const query::TraceRow& row : trace.rows) {
    const T value = make(row);
    std::memcpy(at, &value, sizeof value);
    at += sizeof value;
  }
  return place;
}

std::uint16_t flags_of(const query::TraceRow& row) {
  const unsigned flags = (row.error ? 1U : 0U) | (row.has_events ? 2U : 0U) |
                         (row.has_links ? 4U : 0U) | (row.has_logs || !row.is_span ? 8U : 0U) |
                         (row.orphan ? 64U : 0U) | (row.clock_skewed ? 512U : 0U);
  return static_cast<std::uint16_t>(flags);
}

void write_names(JsonWriter& json, const char* key, const std::vector<std::string>& names) {
  json.key(key).begin_array();
  for (const std::string& name : names) json.value(name);
  json.end_array();
}

}  // namespace

std::string encode_trace_columns(const query::Trace& trace) {
  using Row = query::TraceRow;
  const auto double_of = [](std::int64_t ns) { return static_cast<double>(ns); };
  std::string data;
  std::vector<ColumnPlace> places;
  places.push_back(append_column<std::int32_t>(data, "parent", "i32", trace,
                                               [](const Row& row) { return row.parent; }));
  places.push_back(append_column<std::uint32_t>(data, "end", "u32", trace,
                                                [](const Row& row) { return row.end; }));
  places.push_back(append_column<std::uint16_t>(data, "depth", "u16", trace,
                                                [](const Row& row) { return row.depth; }));
  places.push_back(append_column<double>(data, "start", "f64", trace, [&](const Row& row) {
    return double_of(row.start_ns - trace.start_ns);
  }));
  places.push_back(append_column<double>(
      data, "dur", "f64", trace, [&](const Row& row) { return double_of(row.duration_ns); }));
  places.push_back(append_column<std::uint16_t>(data, "svc", "u16", trace, [](const Row& row) {
    return static_cast<std::uint16_t>(row.service);
  }));
  places.push_back(append_column<std::uint32_t>(data, "name", "u32", trace,
                                                [](const Row& row) { return row.name; }));
  places.push_back(append_column<std::uint8_t>(data, "kind", "u8", trace, [](const Row& row) {
    return static_cast<std::uint8_t>(row.kind);
  }));
  places.push_back(append_column<std::uint16_t>(data, "flags", "u16", trace, flags_of));
  places.push_back(append_column<double>(data, "self", "f64", trace,
                                         [&](const Row& row) { return double_of(row.self_ns); }));
  places.push_back(append_column<std::uint64_t>(data, "span_id", "u64", trace,
                                                [](const Row& row) { return row.span_id; }));
  JsonWriter json;
  json.begin_object().field("v", 1).field("n", static_cast<std::uint64_t>(trace.rows.size()));
  json.field("t0_ns", ns_text(trace.start_ns)).key("dict").begin_object();
  write_names(json, "service", trace.services);
  write_names(json, "name", trace.names);
  write_names(json, "kind", trace.kinds);
  write_names(json, "scope", {});
  json.end_object().key("cols").begin_array();
  for (const ColumnPlace& place : places) {
    json.begin_object().field("k", place.name).field("type", place.type);
    json.field("off", static_cast<std::uint64_t>(place.offset));
    json.field("len", static_cast<std::uint64_t>(place.bytes)).end_object();
  }
  json.end_array().field("missing_parents", trace.missing_parents).field("truncated", 0);
  const std::string header = json.end_object().take();
  const auto header_bytes = static_cast<std::uint32_t>(header.size());
  std::string out(reinterpret_cast<const char*>(&header_bytes), sizeof header_bytes);
  out += header;
  pad_to_8(out);
  return out += data;
}

}  // namespace tracery::api
