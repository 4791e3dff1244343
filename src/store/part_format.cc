// SPDX-License-Identifier: Apache-2.0
//
//   part      := group*, { sorted-strings }*, bloom, trace directory, buckets, catalogue,
//                directory*, footer, tail
//   group     := { presence | values }*          -- each chunk and each item above is a section:
//   section   := bytes, u64 xxh3-64 of these bytes
//   tail      := u32 footer bytes, u32 version, u64 xxh3-64 of footer, bytes and version, magic
//   footer    := varint size, packed-bytes (size) of footer-body
//   footer-body := varint level, times, section-ref * 4 (catalogue, bloom, trace directory,
//                buckets), varint g, { varint offset, varint rows, times } * g,
//                varint directories offset, varint s, { text column, u8 type, varint bytes } * s
//   times     := signed min, varint max - min, varint max end - max
//   section-ref := varint offset, varint bytes
//   directory := section-ref dictionary, varint c, chunk * c
//   chunk     := varint group - group before - 1, varint present rows, section-ref presence,
//                section-ref values, u8 has bounds, [ bounds ]     -- offsets within the group
//   bounds    := u64 lowest, u64 highest                           -- of a double
//              | signed lowest, varint highest - lowest            -- else
//   catalogue := varint d, { text name, varint rows, signed min, varint max - min,
//                varint k, { varint stream - stream before } * k } * d
//
// Numbers are little endian. chunk_encoder.cc, string_dictionary.cc, trace_index.cc, int_encoder.cc
// and byte_codec.cc hold the grammars of what is named here and not spelled out.
#include "store/part_format.h"

#include <algorithm>

#include "base/hash.h"
#include "store/byte_codec.h"
#include "store/byte_stream.h"

namespace tracery::store {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kMagic = "TRCPART\n";
constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kTailBytes = 4 + 4 + kChecksumBytes + kMagic.size();
/// Reads the footer of a usual part together with the tail.
constexpr std::size_t kFirstReadBytes = 16 * 1024;
/// A footer of 10,000 columns of 256 bytes is below; guards memory, not format.
constexpr std::size_t kFooterBytesMax = 256 << 20;
constexpr int kFooterZstdLevel = 3;

Error corrupt(std::string_view what) { return {ErrorCode::kCorrupt, std::string(what)}; }

std::uint64_t distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

std::int64_t add(std::int64_t from, std::uint64_t steps) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + steps);
}

void put_times(std::string& out, const TimeBounds& time) {
  put_signed(out, time.min_ns);
  put_varint(out, distance(time.min_ns, time.max_ns));
  put_varint(out, distance(time.max_ns, time.max_end_ns));
}

TimeBounds get_times(ByteReader& in) {
  TimeBounds time;
  time.min_ns = in.signed_varint();
  time.max_ns = add(time.min_ns, in.varint());
  time.max_end_ns = add(time.max_ns, in.varint());
  return time;
}

void put_section_ref(std::string& out, const Section& section) {
  put_varint(out, section.offset);
  put_varint(out, section.bytes);
}

Section get_section_ref(ByteReader& in) {
  Section section;
  section.offset = in.varint();
  section.bytes = in.varint();
  return section;
}

Result<Footer> parse_footer(std::string_view body) {
  ByteReader in(body);
  Footer footer;
  footer.level = static_cast<std::uint32_t>(in.varint());
  footer.time = get_times(in);
  footer.catalogue = get_section_ref(in);
  footer.bloom = get_section_ref(in);
  footer.trace_directory = get_section_ref(in);
  footer.trace_buckets = get_section_ref(in);
  footer.groups.resize(in.count());
  for (GroupFacts& group : footer.groups) {
    group.offset = in.varint();
    const std::uint64_t rows = in.varint();
    TRACERY_TRY(in.status(rows >= 1 && rows <= kRowGroupRows));
    group.rows = static_cast<std::uint32_t>(rows);
    group.time = get_times(in);
    // All but the last are full, so that a row's number tells its group.
    TRACERY_TRY(in.status(footer.rows % kRowGroupRows == 0));
    footer.rows += rows;
  }
  std::uint64_t offset = in.varint();
  footer.streams.resize(in.count());
  TRACERY_TRY(in.status(footer.streams.size() >= 3));
  for (StreamFacts& stream : footer.streams) {
    stream.column = in.text();
    const std::uint8_t type = in.u8();
    TRACERY_TRY(in.status(type < kStreamTypes));
    stream.type = static_cast<StreamType>(type);
    stream.directory = {offset, in.varint()};
    offset += stream.directory.bytes;
  }
  TRACERY_TRY(in.status(in.left() == 0));
  return footer;
}

// Flags of a chunk in its directory.
constexpr std::uint8_t kHasBounds = 1;
constexpr std::uint8_t kHasWords = 2;

void put_bounds(std::string& out, const ChunkFacts& chunk, StreamType type) {
  if (!chunk.has_bounds) return;
  if (type == StreamType::kDouble) {
    put_fixed(out, chunk.lowest);
    put_fixed(out, chunk.highest);
    return;
  }
  put_signed(out, static_cast<std::int64_t>(chunk.lowest));
  put_varint(out, chunk.highest - chunk.lowest);
}

void get_bounds(ByteReader& in, ChunkFacts& chunk, StreamType type) {
  if (!chunk.has_bounds) return;
  if (type == StreamType::kDouble) {
    chunk.lowest = in.fixed<std::uint64_t>();
    chunk.highest = in.fixed<std::uint64_t>();
    return;
  }
  chunk.lowest = static_cast<std::uint64_t>(in.signed_varint());
  chunk.highest = chunk.lowest + in.varint();
}

}  // namespace

void end_section(std::string& out, std::size_t start) {
  put_fixed(out, hash64(std::string_view(out).substr(start)));
}

Result<std::string> read_section(const ReadableFile& file, const Section& section) {
  if (section.bytes < kChecksumBytes || section.bytes > file.size()) {
    return corrupt("section of a part does not fit its file");
  }
  std::string bytes = TRACERY_TRY(file.read(section.offset, section.bytes));
  const std::size_t body_bytes = bytes.size() - kChecksumBytes;
  std::uint64_t stated = 0;
  std::memcpy(&stated, bytes.data() + body_bytes, kChecksumBytes);
  bytes.resize(body_bytes);
  if (hash64(bytes) != stated) return corrupt("checksum of a section of a part differs");
  return bytes;
}

std::string encode_footer(const Footer& footer) {
  std::string body;
  put_varint(body, footer.level);
  put_times(body, footer.time);
  put_section_ref(body, footer.catalogue);
  put_section_ref(body, footer.bloom);
  put_section_ref(body, footer.trace_directory);
  put_section_ref(body, footer.trace_buckets);
  put_varint(body, footer.groups.size());
  for (const GroupFacts& group : footer.groups) {
    put_varint(body, group.offset);
    put_varint(body, group.rows);
    put_times(body, group.time);
  }
  put_varint(body, footer.streams.empty() ? 0 : footer.streams.front().directory.offset);
  put_varint(body, footer.streams.size());
  for (const StreamFacts& stream : footer.streams) {
    put_text(body, stream.column);
    body += static_cast<char>(stream.type);
    put_varint(body, stream.directory.bytes);
  }
  std::string out;
  put_varint(out, body.size());
  put_bytes(out, body, kFooterZstdLevel);
  put_fixed(out, static_cast<std::uint32_t>(out.size()));
  put_fixed(out, kVersion);
  put_fixed(out, hash64(out));
  out += kMagic;
  return out;
}

Result<Footer> read_footer(const ReadableFile& file) {
  if (file.size() < kTailBytes) return corrupt("part file is too short");
  const std::size_t first_bytes = std::min<std::size_t>(file.size(), kFirstReadBytes);
  std::string end = TRACERY_TRY(file.read(file.size() - first_bytes, first_bytes));
  ByteReader tail(std::string_view(end).substr(end.size() - kTailBytes));
  const std::size_t footer_bytes = tail.fixed<std::uint32_t>();
  const auto version = tail.fixed<std::uint32_t>();
  const auto checksum = tail.fixed<std::uint64_t>();
  if (tail.bytes(kMagic.size()) != kMagic) return corrupt("part file has no magic at its end");
  if (footer_bytes > file.size() - kTailBytes || footer_bytes > kFooterBytesMax) {
    return corrupt("footer of a part does not fit its file");
  }
  const std::size_t end_bytes = footer_bytes + kTailBytes;
  if (end_bytes > end.size()) {
    end = TRACERY_TRY(file.read(file.size() - end_bytes, end_bytes));
  }
  const std::string_view all = std::string_view(end).substr(end.size() - end_bytes);
  if (hash64(all.substr(0, footer_bytes + 8)) != checksum) {
    return corrupt("checksum of the footer of a part differs");
  }
  if (version != kVersion) {
    return Error{ErrorCode::kUnsupported, "part format version: " + std::to_string(version)};
  }
  ByteReader in(all.substr(0, footer_bytes));
  const std::uint64_t body_bytes = in.varint();
  TRACERY_TRY(in.status(body_bytes <= kFooterBytesMax));
  std::string scratch;
  return parse_footer(TRACERY_TRY(get_bytes(in, body_bytes, scratch)));
}

void encode_directory(std::string& out, const StreamDirectory& directory, StreamType type) {
  put_section_ref(out, directory.dictionary);
  put_varint(out, directory.chunks.size());
  std::uint32_t next = 0;
  for (const ChunkFacts& chunk : directory.chunks) {
    put_varint(out, chunk.group - next);
    put_varint(out, chunk.present_rows);
    put_section_ref(out, chunk.presence);
    put_section_ref(out, chunk.values);
    out += static_cast<char>((chunk.has_bounds ? kHasBounds : 0) |
                             (chunk.words.bytes > 0 ? kHasWords : 0));
    put_bounds(out, chunk, type);
    if (chunk.words.bytes > 0) put_section_ref(out, chunk.words);
    next = chunk.group + 1;
  }
}

Result<StreamDirectory> parse_directory(std::string_view bytes, StreamType type,
                                        const std::vector<GroupFacts>& groups) {
  ByteReader in(bytes);
  StreamDirectory directory;
  directory.dictionary = get_section_ref(in);
  directory.chunks.resize(in.count());
  std::uint64_t next = 0;
  for (ChunkFacts& chunk : directory.chunks) {
    const std::uint64_t group = next + in.varint();
    TRACERY_TRY(in.status(group >= next && group < groups.size()));
    chunk.group = static_cast<std::uint32_t>(group);
    const std::uint64_t present = in.varint();
    TRACERY_TRY(in.status(present >= 1 && present <= groups[group].rows));
    chunk.present_rows = static_cast<std::uint32_t>(present);
    chunk.presence = get_section_ref(in);
    chunk.values = get_section_ref(in);
    const std::uint8_t flags = in.u8();
    TRACERY_TRY(in.status(flags <= (kHasBounds | kHasWords)));
    chunk.has_bounds = (flags & kHasBounds) != 0;
    get_bounds(in, chunk, type);
    if ((flags & kHasWords) != 0) chunk.words = get_section_ref(in);
    next = group + 1;
  }
  TRACERY_TRY(in.status(in.left() == 0));
  return directory;
}

std::string encode_catalogue(const std::vector<DatasetFacts>& datasets) {
  std::string out;
  put_varint(out, datasets.size());
  for (const DatasetFacts& dataset : datasets) {
    put_text(out, dataset.name);
    put_varint(out, dataset.rows);
    put_signed(out, dataset.min_time_ns);
    put_varint(out, distance(dataset.min_time_ns, dataset.max_time_ns));
    put_varint(out, dataset.streams.size());
    std::uint32_t before = 0;
    for (const std::uint32_t stream : dataset.streams) {
      put_varint(out, stream - before);
      before = stream;
    }
  }
  return out;
}

Result<std::vector<DatasetFacts>> parse_catalogue(std::string_view bytes,
                                                  std::size_t stream_count) {
  ByteReader in(bytes);
  std::vector<DatasetFacts> datasets(in.count());
  for (DatasetFacts& dataset : datasets) {
    dataset.name = in.text();
    dataset.rows = in.varint();
    dataset.min_time_ns = in.signed_varint();
    dataset.max_time_ns = add(dataset.min_time_ns, in.varint());
    dataset.streams.resize(in.count());
    std::uint64_t stream = 0;
    for (std::uint32_t& slot : dataset.streams) {
      stream += in.varint();
      TRACERY_TRY(in.status(stream < stream_count));
      slot = static_cast<std::uint32_t>(stream);
    }
  }
  TRACERY_TRY(in.status(in.left() == 0));
  return datasets;
}

}  // namespace tracery::store
