// SPDX-License-Identifier: Apache-2.0
#include "protocols/otlp/any_value.h"

#include <algorithm>

#include <protozero/pbf_reader.hpp>

#include "base/hex.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace tracery::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

/// A husky field holds at most this many bytes.
constexpr std::size_t kJsonTextBytesMax = 65'535;

std::string_view view_of(pbf_reader& reader) {
  const auto view = reader.get_view();
  return {view.data(), view.size()};
}

/// Sets a member of the oneof. An array or map that comes twice in a row merges.
void set_message(AnyValue& value, ValueKind kind, std::string_view piece) {
  if (value.kind != kind) value.message = Pieces();
  value.kind = kind;
  value.message.add(piece);
}

void read_any_value_piece(std::string_view bytes, AnyValue& value) {
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited):
        value.kind = ValueKind::kString;
        value.text = view_of(reader);
        break;
      case tag_and_type(2, pbf_wire_type::varint):
        value.kind = ValueKind::kBool;
        value.truth = reader.get_uint64() != 0;
        break;
      case tag_and_type(3, pbf_wire_type::varint):
        value.kind = ValueKind::kInt;
        value.integer = reader.get_int64();
        break;
      case tag_and_type(4, pbf_wire_type::fixed64):
        value.kind = ValueKind::kDouble;
        value.real = reader.get_double();
        break;
      case tag_and_type(5, pbf_wire_type::length_delimited):
        set_message(value, ValueKind::kArray, view_of(reader));
        break;
      case tag_and_type(6, pbf_wire_type::length_delimited):
        set_message(value, ValueKind::kMap, view_of(reader));
        break;
      case tag_and_type(7, pbf_wire_type::length_delimited):
        value.kind = ValueKind::kBytes;
        value.text = view_of(reader);
        break;
      default: reader.skip();
    }
  }
}

/// Calls `take` with each length-delimited field 1: the entries of ArrayValue and KeyValueList.
template <typename Take>
void for_each_entry(const Pieces& list, Take take) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    pbf_reader reader(list[i].data(), list[i].size());
    while (reader.next()) {
      if (reader.tag_and_type() == tag_and_type(1, pbf_wire_type::length_delimited)) {
        take(view_of(reader));
      } else {
        reader.skip();
      }
    }
  }
}

void write_json(const AnyValue& value, int depth, bool& cut, JsonWriter& out);

void write_map(const Pieces& map, int depth, bool& cut, JsonWriter& out) {
  std::vector<KeyValue> entries = read_map(map);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const KeyValue& a, const KeyValue& b) { return a.key < b.key; });
  out.begin_object();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i + 1 < entries.size() && entries[i + 1].key == entries[i].key) continue;
    out.key(entries[i].key);
    write_json(entries[i].value, depth + 1, cut, out);
  }
  out.end_object();
}

void write_array(const Pieces& array, int depth, bool& cut, JsonWriter& out) {
  out.begin_array();
  for_each_entry(array, [&](std::string_view entry) {
    write_json(read_any_value(Pieces(entry)), depth + 1, cut, out);
  });
  out.end_array();
}

void write_json(const AnyValue& value, int depth, bool& cut, JsonWriter& out) {
  const bool is_list = value.kind == ValueKind::kArray || value.kind == ValueKind::kMap;
  if (is_list && depth >= kValueDepthMax) {
    cut = true;
    out.null();
    return;
  }
  switch (value.kind) {
    case ValueKind::kNone: out.null(); break;
    case ValueKind::kString: out.value(value.text); break;
    case ValueKind::kBool: out.value(value.truth); break;
    case ValueKind::kInt: out.value(value.integer); break;
    case ValueKind::kDouble: out.value(value.real); break;
    case ValueKind::kArray: write_array(value.message, depth, cut, out); break;
    case ValueKind::kMap: write_map(value.message, depth, cut, out); break;
    case ValueKind::kBytes: out.value(to_base64(value.text)); break;
  }
}

}  // namespace

AnyValue read_any_value(const Pieces& bytes) {
  AnyValue value;
  for (std::size_t i = 0; i < bytes.size(); ++i) read_any_value_piece(bytes[i], value);
  return value;
}

KeyValue read_key_value(std::string_view bytes) {
  KeyValue entry;
  Pieces value;
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, pbf_wire_type::length_delimited): entry.key = view_of(reader); break;
      case tag_and_type(2, pbf_wire_type::length_delimited): value.add(view_of(reader)); break;
      default: reader.skip();
    }
  }
  entry.value = read_any_value(value);
  return entry;
}

std::vector<KeyValue> read_map(const Pieces& bytes) {
  std::vector<KeyValue> entries;
  for_each_entry(bytes, [&](std::string_view entry) { entries.push_back(read_key_value(entry)); });
  return entries;
}

std::string to_json_text(const AnyValue& value, int depth, bool& cut) {
  JsonWriter out;
  write_json(value, depth, cut, out);
  std::string text = out.take();
  text.push_back('\n');
  if (text.size() > kJsonTextBytesMax) text.resize(cut_utf8(text, kJsonTextBytesMax).size());
  return text;
}

}  // namespace tracery::otlp
