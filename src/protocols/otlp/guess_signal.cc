// SPDX-License-Identifier: Apache-2.0
#include <protozero/pbf_reader.hpp>
#include <simdjson.h>

#include "protocols/otlp/format.h"
#include "protocols/otlp/json_schema.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

/// The first submessage `field` of a message, or nothing.
std::optional<std::string_view> find_submessage(std::string_view bytes, std::uint32_t field) {
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    if (reader.tag_and_type() == tag_and_type(field, pbf_wire_type::length_delimited)) {
      const auto view = reader.get_view();
      return std::string_view(view.data(), view.size());
    }
    reader.skip();
  }
  return std::nullopt;
}

/// A span has times 7 and 8, or two ids first; a log record times 1 and 11; a metric neither.
std::optional<Signal> guess_record(std::string_view record) {
  std::size_t first_bytes = 0;
  std::size_t second_bytes = 0;
  bool has_text = false;
  pbf_reader reader(record.data(), record.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(7, pbf_wire_type::fixed64):
      case tag_and_type(8, pbf_wire_type::fixed64):
      case tag_and_type(6, pbf_wire_type::varint): return Signal::kTraces;
      case tag_and_type(1, pbf_wire_type::fixed64):
      case tag_and_type(11, pbf_wire_type::fixed64):
      case tag_and_type(2, pbf_wire_type::varint):
      case tag_and_type(8, pbf_wire_type::fixed32): return Signal::kLogs;
      case tag_and_type(1, pbf_wire_type::length_delimited):
        first_bytes = reader.get_view().size();
        has_text = true;
        break;
      case tag_and_type(2, pbf_wire_type::length_delimited):
        second_bytes = reader.get_view().size();
        break;
      default: reader.skip();
    }
  }
  if (first_bytes == 16 && second_bytes == 8) return Signal::kTraces;
  if (has_text) return Signal::kMetrics;
  return std::nullopt;
}

std::optional<Signal> guess_protobuf(std::string_view body) {
  constexpr std::uint32_t kOldScopeGroups = 1000;
  try {
    const auto resource_group = find_submessage(body, 1);
    if (!resource_group) return std::nullopt;
    auto scope_group = find_submessage(*resource_group, 2);
    if (!scope_group) scope_group = find_submessage(*resource_group, kOldScopeGroups);
    if (!scope_group) return std::nullopt;
    const auto record = find_submessage(*scope_group, 2);
    if (!record) return std::nullopt;
    return guess_record(*record);
  } catch (const protozero::exception&) {
    return std::nullopt;
  }
}

std::optional<Signal> guess_json(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::object root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  for (const auto field : root) {
    if (find_member(kTracesRequest, field.key) != nullptr) return Signal::kTraces;
    if (find_member(kLogsRequest, field.key) != nullptr) return Signal::kLogs;
    if (find_member(kMetricsRequest, field.key) != nullptr) return Signal::kMetrics;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Signal> guess_signal(std::string_view body, Format format) {
  return format == Format::kJson ? guess_json(body) : guess_protobuf(body);
}

}  // namespace tracery::otlp
