// SPDX-License-Identifier: Apache-2.0
#include "server/trace_view.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>

#include <simdjson.h>

#include "base/json_writer.h"
#include "base/time.h"

namespace tracery::server {
namespace {

constexpr unsigned kErrorFlag = 1;
constexpr unsigned kMissingFlag = 1024;
constexpr std::size_t kIndentMax = 40;  // Deeper spans stay readable without their indentation.

Error malformed(const char* what) {
  return {ErrorCode::kMalformed, std::string("unreadable trace: ") + what};
}

/// The columns by name, still as bytes.
struct Columns {
  std::size_t rows = 0;
  std::map<std::string, std::string_view, std::less<>> bytes;

  /// Value of a row; 0 when the column is absent or too short.
  template <typename T>
  T at(std::string_view name, std::size_t row) const {
    T value{};
    const auto found = bytes.find(name);
    if (found == bytes.end() || found->second.size() < (row + 1) * sizeof value) return value;
    std::memcpy(&value, found->second.data() + row * sizeof value, sizeof value);
    return value;
  }
};

std::vector<std::string> read_names(const simdjson::dom::element& header, const char* name) {
  std::vector<std::string> names;
  simdjson::dom::array list;
  if (header["dict"][name].get(list) != simdjson::SUCCESS) return names;
  for (const simdjson::dom::element entry : list) {
    std::string_view text;
    names.emplace_back(entry.get(text) == simdjson::SUCCESS ? text : std::string_view());
  }
  return names;
}

std::string name_at(const std::vector<std::string>& names, std::size_t index) {
  return index < names.size() ? names[index] : std::string();
}

std::optional<Columns> read_columns(const simdjson::dom::element& header, std::string_view data) {
  Columns columns;
  simdjson::dom::array list;
  std::uint64_t rows = 0;
  if (header["n"].get(rows) != simdjson::SUCCESS) return std::nullopt;
  if (header["cols"].get(list) != simdjson::SUCCESS) return std::nullopt;
  columns.rows = rows;
  for (const simdjson::dom::element column : list) {
    std::string_view name;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    if (column["k"].get(name) != simdjson::SUCCESS) return std::nullopt;
    if (column["off"].get(offset) != simdjson::SUCCESS) return std::nullopt;
    if (column["len"].get(length) != simdjson::SUCCESS) return std::nullopt;
    if (offset > data.size() || length > data.size() - offset) return std::nullopt;
    columns.bytes.emplace(name, data.substr(offset, length));
  }
  // One byte per row at least: a count that the bytes do not bear out is none.
  if (columns.rows > data.size()) return std::nullopt;
  return columns;
}

std::string draw_bar(const TraceViewRow& row, double whole_ns, std::size_t columns,
                     const Paint& paint) {
  const double scale = whole_ns > 0 ? static_cast<double>(columns) / whole_ns : 0;
  const auto clamp = [&](double value) {
    return static_cast<std::size_t>(std::clamp(value, 0.0, static_cast<double>(columns)));
  };
  std::size_t from = std::min(clamp(std::floor(row.start_ns * scale)), columns - 1);
  std::size_t to = clamp(std::ceil((row.start_ns + row.duration_ns) * scale));
  to = std::max(to, from + 1);
  std::string bar;
  for (std::size_t i = from; i < to; ++i) bar += row.is_error ? "▓" : "█";
  const std::string drawn = row.is_error ? paint.red(bar) : paint.tint(row.service_number, bar);
  return std::string(from, ' ') + drawn;
}

std::string span_id_text(std::uint64_t span_id) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(span_id));
  return digits;
}

}  // namespace

Result<TraceView> decode_trace_view(std::string_view bytes) {
  std::uint32_t header_bytes = 0;
  if (bytes.size() < sizeof header_bytes) return malformed("no header");
  std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
  const std::size_t data_at = (sizeof header_bytes + std::size_t{header_bytes} + 7) / 8 * 8;
  if (sizeof header_bytes + std::size_t{header_bytes} > bytes.size()) return malformed("header");
  simdjson::dom::parser parser;
  simdjson::dom::element header;
  const simdjson::padded_string text(bytes.substr(sizeof header_bytes, header_bytes));
  if (parser.parse(text).get(header) != simdjson::SUCCESS) return malformed("header is no JSON");
  const std::string_view data = data_at < bytes.size() ? bytes.substr(data_at) : "";
  const auto columns = read_columns(header, data);
  if (!columns) return malformed("columns");

  TraceView trace;
  std::string_view start;
  if (header["t0_ns"].get(start) == simdjson::SUCCESS) {
    std::from_chars(start.data(), start.data() + start.size(), trace.start_ns);
  }
  if (header["missing_parents"].get(trace.missing_parents) != simdjson::SUCCESS) {
    trace.missing_parents = 0;
  }
  const auto services = read_names(header, "service");
  const auto names = read_names(header, "name");
  const auto kinds = read_names(header, "kind");
  for (std::size_t i = 0; i < columns->rows; ++i) {
    TraceViewRow row;
    row.parent = columns->at<std::int32_t>("parent", i);
    row.depth = columns->at<std::uint16_t>("depth", i);
    row.start_ns = columns->at<double>("start", i);
    row.duration_ns = columns->at<double>("dur", i);
    row.service_number = columns->at<std::uint16_t>("svc", i);
    row.service = name_at(services, row.service_number);
    row.name = name_at(names, columns->at<std::uint32_t>("name", i));
    row.kind = name_at(kinds, columns->at<std::uint8_t>("kind", i));
    const unsigned flags = columns->at<std::uint16_t>("flags", i);
    row.is_error = (flags & kErrorFlag) != 0;
    if ((flags & kMissingFlag) != 0) row.name = "(missing span)";
    row.span_id = columns->at<std::uint64_t>("span_id", i);
    trace.duration_ns = std::max(trace.duration_ns, row.start_ns + row.duration_ns);
    trace.rows.push_back(std::move(row));
  }
  return trace;
}

std::string draw_waterfall(const TraceView& trace, std::size_t columns, const Paint& paint) {
  columns = std::max<std::size_t>(columns, 60);
  const std::size_t label_columns = columns * 45 / 100;
  constexpr std::size_t kDurationColumns = 9;
  const std::size_t bar_columns = columns - label_columns - kDurationColumns - 3;
  std::string out = paint.bold(format_rfc3339(trace.start_ns)) + "  " +
                    format_duration(trace.duration_ns) + "  " + std::to_string(trace.rows.size()) +
                    (trace.rows.size() == 1 ? " span" : " spans");
  if (trace.missing_parents > 0) {
    out += "  " + std::to_string(trace.missing_parents) + " parents missing";
  }
  out += '\n';
  for (const TraceViewRow& row : trace.rows) {
    const std::string indent(std::min<std::size_t>(row.depth * 2ULL, kIndentMax), ' ');
    const std::string service = printable(row.service);
    std::string label = fit(indent + service + ' ' + printable(row.name), label_columns);
    const std::string gap(label_columns - display_width(label), ' ');
    if (row.is_error) {
      label = paint.red(label);
    } else if (label.size() > indent.size() + service.size()) {
      label = indent + paint.tint(row.service_number, service) +
              label.substr(indent.size() + service.size());
    }
    const std::string duration = format_duration(row.duration_ns);
    const std::size_t width = std::min(display_width(duration), kDurationColumns);
    out += label + gap + ' ' + std::string(kDurationColumns - width, ' ') + duration + "  " +
           draw_bar(row, trace.duration_ns, bar_columns, paint) + '\n';
  }
  return out;
}

std::string encode_trace_view(const TraceView& trace, std::string_view trace_id) {
  JsonWriter json;
  json.begin_object().field("trace_id", trace_id).field("start_ns", std::to_string(trace.start_ns));
  json.field("duration_ns", trace.duration_ns).field("missing_parents", trace.missing_parents);
  json.key("spans").begin_array();
  for (const TraceViewRow& row : trace.rows) {
    json.begin_object().field("span_id", span_id_text(row.span_id)).key("parent");
    if (row.parent < 0 || static_cast<std::size_t>(row.parent) >= trace.rows.size()) {
      json.null();
    } else {
      json.value(span_id_text(trace.rows[static_cast<std::size_t>(row.parent)].span_id));
    }
    json.field("depth", row.depth).field("service", row.service).field("name", row.name);
    json.field("kind", row.kind).field("start_offset_ns", row.start_ns);
    json.field("duration_ns", row.duration_ns).field("error", row.is_error).end_object();
  }
  return json.end_array().end_object().take();
}

}  // namespace tracery::server
