// SPDX-License-Identifier: Apache-2.0
//
//   manifest = "TRCYMAN1" edit*             the first edit is the whole state
//   edit     = "EDIT" u32:bytes u32:crc op* bytes counts the ops; crc is CRC-32C of bytes and ops
//   op       = u8:1 part | u8:2 name | u8:3 u64:log-mark
//   part     = name i64:day u32:level u64:rows u64:bytes i64:min i64:max i64:max-end
//   name     = varint:length byte*
//   CURRENT  = manifest-name LF
//
// Little endian.
#include "store/manifest_format.h"

#include "base/crc32c.h"
#include "store/byte_stream.h"
#include "store/numbered_file.h"

namespace tracery::store {
namespace {

constexpr std::string_view kMagic = "TRCYMAN1";
constexpr std::size_t kMagicNameBytes = 7;  // Without the version digit.
constexpr std::string_view kEditMagic = "EDIT";
constexpr std::size_t kEditHeadBytes = 12;
constexpr std::string_view kNamePrefix = "MANIFEST-";

enum class Op : std::uint8_t { kAdd = 1, kRemove = 2, kLogMark = 3 };

void put_part(std::string& out, const PartInfo& part) {
  put_text(out, part.file);
  put_fixed(out, part.day);
  put_fixed(out, part.level);
  put_fixed(out, part.rows);
  put_fixed(out, part.bytes);
  put_fixed(out, part.time.min_ns);
  put_fixed(out, part.time.max_ns);
  put_fixed(out, part.time.max_end_ns);
}

PartInfo read_part(ByteReader& reader) {
  PartInfo part;
  part.file = reader.text();
  part.day = reader.fixed<std::int64_t>();
  part.level = reader.fixed<std::uint32_t>();
  part.rows = reader.fixed<std::uint64_t>();
  part.bytes = reader.fixed<std::uint64_t>();
  part.time.min_ns = reader.fixed<std::int64_t>();
  part.time.max_ns = reader.fixed<std::int64_t>();
  part.time.max_end_ns = reader.fixed<std::int64_t>();
  return part;
}

std::uint32_t edit_crc(std::string_view length, std::string_view ops) {
  return crc32c(ops, crc32c(length));
}

/// The ops of the edit that begins at `at`; nothing when there is no whole one.
std::optional<std::string_view> edit_at(std::string_view bytes, std::size_t at) {
  const std::string_view rest = bytes.substr(at);
  if (rest.size() < kEditHeadBytes || !rest.starts_with(kEditMagic)) return {};
  ByteReader reader(rest.substr(kEditMagic.size()));
  const auto length = reader.fixed<std::uint32_t>();
  const auto crc = reader.fixed<std::uint32_t>();
  if (length > reader.left()) return {};
  const std::string_view ops = reader.bytes(length);
  if (edit_crc(rest.substr(kEditMagic.size(), 4), ops) != crc) return {};
  return ops;
}

Result<ManifestEdit> decode_ops(std::string_view ops) {
  ManifestEdit edit;
  ByteReader reader(ops);
  while (reader.ok() && reader.left() > 0) {
    switch (Op{reader.u8()}) {
      case Op::kAdd: edit.add.push_back(read_part(reader)); break;
      case Op::kRemove: edit.remove.emplace_back(reader.text()); break;
      case Op::kLogMark: edit.log_mark = reader.fixed<std::uint64_t>(); break;
      default: return Error{ErrorCode::kCorrupt, "unknown step in the manifest"};
    }
  }
  if (!reader.ok()) return Error{ErrorCode::kCorrupt, "manifest edit ends early"};
  return edit;
}

}  // namespace

Status apply_edit(const ManifestEdit& edit, ManifestState& state) {
  for (const std::string& file : edit.remove) {
    if (state.parts.erase(file) == 0) {
      return Error{ErrorCode::kCorrupt, "manifest removes an unknown part: " + file};
    }
  }
  for (const PartInfo& part : edit.add) {
    if (!state.parts.emplace(part.file, part).second) {
      return Error{ErrorCode::kCorrupt, "manifest adds a part twice: " + part.file};
    }
  }
  if (edit.log_mark) state.log_mark = *edit.log_mark;
  return {};
}

std::string encode_manifest_header() { return std::string(kMagic); }

std::string encode_edit(const ManifestEdit& edit) {
  std::string ops;
  for (const std::string& file : edit.remove) {
    put_fixed(ops, Op::kRemove);
    put_text(ops, file);
  }
  for (const PartInfo& part : edit.add) {
    put_fixed(ops, Op::kAdd);
    put_part(ops, part);
  }
  if (edit.log_mark) {
    put_fixed(ops, Op::kLogMark);
    put_fixed(ops, *edit.log_mark);
  }
  std::string length;
  put_fixed(length, static_cast<std::uint32_t>(ops.size()));
  std::string out(kEditMagic);
  out += length;
  put_fixed(out, edit_crc(length, ops));
  return out += ops;
}

Result<ManifestReading> decode_manifest(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) {
    if (bytes.starts_with(kMagic.substr(0, kMagicNameBytes))) {
      return Error{ErrorCode::kUnsupported, "manifest of another version"};
    }
    return Error{ErrorCode::kCorrupt, "bad header of the manifest"};
  }
  ManifestReading reading;
  std::size_t at = kMagic.size();
  while (at < bytes.size()) {
    const auto ops = edit_at(bytes, at);
    if (!ops) break;
    const ManifestEdit edit = TRACERY_TRY(decode_ops(*ops));
    TRACERY_TRY(apply_edit(edit, reading.state));
    at += kEditHeadBytes + ops->size();
  }
  if (at == kMagic.size()) return Error{ErrorCode::kCorrupt, "manifest holds no edit"};
  reading.has_bad_tail = at < bytes.size();
  // Only the last edit can be one that was never finished.
  for (std::size_t next = bytes.find(kEditMagic, at + 1); next != std::string_view::npos;
       next = bytes.find(kEditMagic, next + 1)) {
    if (edit_at(bytes, next)) return Error{ErrorCode::kCorrupt, "bad edit within the manifest"};
  }
  return reading;
}

std::string encode_current(std::uint64_t number) { return manifest_file_name(number) + '\n'; }

Result<std::uint64_t> decode_current(std::string_view bytes) {
  if (bytes.ends_with('\n')) {
    const auto number = parse_manifest_file_name(bytes.substr(0, bytes.size() - 1));
    if (number) return *number;
  }
  return Error{ErrorCode::kCorrupt, "bad content of the file CURRENT"};
}

std::string manifest_file_name(std::uint64_t number) {
  return numbered_file_name(kNamePrefix, number);
}

std::optional<std::uint64_t> parse_manifest_file_name(std::string_view name) {
  return parse_numbered_file_name(name, kNamePrefix);
}

}  // namespace tracery::store
