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

/// Appends one column, its values made from the entries of a list.
template <typename T, typename Entry, typename Make>
ColumnPlace append_column(std::string& out, const char* name, const char* type,
                          const std::vector<Entry>& list, Make make) {
  pad_to_8(out);
  const ColumnPlace place{name, type, out.size(), list.size() * sizeof(T)};
  out.resize(out.size() + place.bytes);
  char* at = out.data() + place.offset;
  for (const Entry& entry : list) {
    const T value = make(entry);
    std::memcpy(at, &value, sizeof value);
    at += sizeof value;
  }
  return place;
}

std::uint16_t flags_of(const query::Trace& trace, const query::TraceRow& row) {
  const bool is_xray = row.source < trace.sources.size() && trace.sources[row.source] == "xray";
  const bool is_log = !row.is_span && !row.is_missing;
  const unsigned flags = (row.error ? 1U : 0U) | (row.has_events ? 2U : 0U) |
                         (row.has_links ? 4U : 0U) | (row.has_logs || is_log ? 8U : 0U) |
                         (is_xray ? 32U : 0U) | (row.orphan ? 64U : 0U) |
                         (is_xray && row.is_open ? 128U : 0U) | (row.clock_skewed ? 512U : 0U) |
                         (row.is_missing ? 1024U : 0U);
  return static_cast<std::uint16_t>(flags);
}

void write_names(JsonWriter& json, const char* key, const std::vector<std::string>& names) {
  json.key(key).begin_array();
  for (const std::string& name : names) json.value(name);
  json.end_array();
}

std::vector<ColumnPlace> append_rows(std::string& data, const query::Trace& trace) {
  using Row = query::TraceRow;
  const auto& rows = trace.rows;
  const auto since_start = [&](const Row& row) {
    return static_cast<double>(row.start_ns - trace.start_ns);
  };
  const auto service = [](const Row& row) { return static_cast<std::uint16_t>(row.service); };
  const auto kind = [](const Row& row) { return static_cast<std::uint8_t>(row.kind); };
  const auto length = [](const Row& row) { return static_cast<double>(row.duration_ns); };
  const auto self = [](const Row& row) { return static_cast<double>(row.self_ns); };
  const auto parent = [](const Row& row) { return row.parent; };
  const auto end = [](const Row& row) { return row.end; };
  const auto depth = [](const Row& row) { return row.depth; };
  const auto name = [](const Row& row) { return row.name; };
  const auto flags = [&](const Row& row) { return flags_of(trace, row); };
  const auto span_id = [](const Row& row) { return row.span_id; };
  return {append_column<std::int32_t>(data, "parent", "i32", rows, parent),
          append_column<std::uint32_t>(data, "end", "u32", rows, end),
          append_column<std::uint16_t>(data, "depth", "u16", rows, depth),
          append_column<double>(data, "start", "f64", rows, since_start),
          append_column<double>(data, "dur", "f64", rows, length),
          append_column<std::uint16_t>(data, "svc", "u16", rows, service),
          append_column<std::uint32_t>(data, "name", "u32", rows, name),
          append_column<std::uint8_t>(data, "kind", "u8", rows, kind),
          append_column<std::uint16_t>(data, "flags", "u16", rows, flags),
          append_column<double>(data, "self", "f64", rows, self),
          append_column<std::uint64_t>(data, "span_id", "u64", rows, span_id)};
}

void append_marks(std::string& data, const query::Trace& trace, std::vector<ColumnPlace>& places) {
  using Mark = query::TraceMark;
  const auto since_start = [&](const Mark& mark) {
    return static_cast<double>(mark.time_ns - trace.start_ns);
  };
  const auto row = [](const Mark& mark) { return mark.row; };
  const auto name = [](const Mark& mark) { return mark.name; };
  places.push_back(append_column<std::uint32_t>(data, "mark_row", "u32", trace.marks, row));
  places.push_back(append_column<double>(data, "mark_at", "f64", trace.marks, since_start));
  places.push_back(append_column<std::uint32_t>(data, "mark_name", "u32", trace.marks, name));
}

}  // namespace

std::string encode_trace_columns(const query::Trace& trace) {
  std::string data;
  std::vector<ColumnPlace> places = append_rows(data, trace);
  append_marks(data, trace, places);
  JsonWriter json;
  json.begin_object().field("v", 1).field("n", static_cast<std::uint64_t>(trace.rows.size()));
  json.field("marks", static_cast<std::uint64_t>(trace.marks.size()));
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
