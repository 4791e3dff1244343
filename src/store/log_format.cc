// SPDX-License-Identifier: Apache-2.0
//
//   segment        = segment-header frame*
//   segment-header = "TRCYLOG1" u32:salt u32:0 u64:first-sequence
//                    u64:previous-first-sequence u64:previous-bytes u32:0 u32:crc
//   frame          = frame-head header payload
//   frame-head     = u32:magic u32:payload-bytes u32:header-bytes u32:body-crc
//                    u64:sequence i64:time-ns u64:hash-high u64:hash-low
//                    u32:payload-bytes-unpacked u8:kind u8:flags u16:0 u32:0 u32:head-crc
//
// Little endian. crc is CRC-32C of all bytes before it; head-crc continues from the salt;
// body-crc is that of header and payload.
#include "store/log_format.h"

#include "base/compression.h"
#include "base/crc32c.h"
#include "store/byte_stream.h"
#include "store/numbered_file.h"

namespace tracery::store {
namespace {

constexpr std::string_view kSegmentMagic = "TRCYLOG1";
constexpr std::size_t kSegmentMagicNameBytes = 7;  // Without the version digit.
constexpr std::uint32_t kFrameMagic = 0x4d52465f;  // "_FRM"
constexpr std::string_view kFrameMagicBytes = "_FRM";

constexpr std::uint8_t kFlagPacked = 1;
constexpr std::uint8_t kFlagHash = 2;
constexpr std::uint8_t kFlagCompressedByClient = 4;
constexpr std::uint8_t kFlagsKnown = 7;

constexpr std::string_view kNamePrefix = "log-";

/// Smaller payloads are not worth packing.
constexpr std::size_t kPackBytesMin = 1'024;
constexpr int kPackLevel = -1;

}  // namespace

std::string encode_segment_header(const SegmentHeader& header) {
  std::string out(kSegmentMagic);
  put_fixed<std::uint32_t>(out, header.salt);
  put_fixed<std::uint32_t>(out, 0);
  put_fixed<std::uint64_t>(out, header.first_sequence);
  put_fixed<std::uint64_t>(out, header.previous_first_sequence);
  put_fixed<std::uint64_t>(out, header.previous_bytes);
  put_fixed<std::uint32_t>(out, 0);
  put_fixed<std::uint32_t>(out, crc32c(out));
  return out;
}

Result<SegmentHeader> decode_segment_header(std::string_view bytes) {
  const Error bad{ErrorCode::kCorrupt, "bad header of a log segment"};
  if (bytes.size() < kSegmentHeaderBytes) return bad;
  bytes = bytes.substr(0, kSegmentHeaderBytes);
  ByteReader reader(bytes);
  const std::string_view magic = reader.bytes(kSegmentMagic.size());
  SegmentHeader header;
  header.salt = reader.fixed<std::uint32_t>();
  reader.fixed<std::uint32_t>();
  header.first_sequence = reader.fixed<std::uint64_t>();
  header.previous_first_sequence = reader.fixed<std::uint64_t>();
  header.previous_bytes = reader.fixed<std::uint64_t>();
  reader.fixed<std::uint32_t>();
  if (reader.fixed<std::uint32_t>() != crc32c(bytes.substr(0, kSegmentHeaderBytes - 4))) return bad;
  if (magic == kSegmentMagic) return header;
  if (magic.substr(0, kSegmentMagicNameBytes) == kSegmentMagic.substr(0, kSegmentMagicNameBytes)) {
    return Error{ErrorCode::kUnsupported, "log segment of another version"};
  }
  return bad;
}

std::uint32_t read_salt(std::string_view header_bytes) {
  ByteReader reader(header_bytes);
  reader.bytes(kSegmentMagic.size());
  return reader.fixed<std::uint32_t>();
}

std::string segment_file_name(std::uint64_t first_sequence) {
  return numbered_file_name(kNamePrefix, first_sequence);
}

std::optional<std::uint64_t> parse_segment_file_name(std::string_view name) {
  return parse_numbered_file_name(name, kNamePrefix);
}

LogFrame make_log_frame(LogRecord record, std::int64_t time_ns) {
  LogFrame frame;
  frame.time_ns = time_ns;
  frame.payload_bytes_unpacked = static_cast<std::uint32_t>(record.payload.size());
  if (!record.payload_compressed && record.payload.size() > kPackBytesMin) {
    std::string packed = compress_zstd(record.payload, kPackLevel);
    // Random bytes are kept as they are: unpacking them would be work for nothing.
    if (packed.size() < record.payload.size() / 8 * 7) {
      record.payload = std::move(packed);
      frame.is_packed = true;
    }
  }
  frame.body_crc = crc32c(record.payload, crc32c(record.header));
  frame.record = std::move(record);
  return frame;
}

Status unpack_payload(LogFrame& frame) {
  if (!frame.is_packed) return {};
  std::string plain(frame.payload_bytes_unpacked, '\0');
  TRACERY_TRY(decompress_zstd_into(frame.record.payload, plain.data(), plain.size()));
  frame.record.payload = std::move(plain);
  frame.is_packed = false;
  return {};
}

std::string encode_frame_head(const LogFrame& frame, std::uint32_t salt) {
  const LogRecord& record = frame.record;
  const Hash128 hash = record.request_hash.value_or(Hash128{});
  unsigned flags = frame.is_packed ? kFlagPacked : 0U;
  if (record.request_hash) flags |= kFlagHash;
  if (record.payload_compressed) flags |= kFlagCompressedByClient;
  std::string out;
  out.reserve(kFrameHeadBytes);
  put_fixed<std::uint32_t>(out, kFrameMagic);
  put_fixed(out, static_cast<std::uint32_t>(record.payload.size()));
  put_fixed(out, static_cast<std::uint32_t>(record.header.size()));
  put_fixed(out, frame.body_crc);
  put_fixed(out, frame.sequence);
  put_fixed(out, frame.time_ns);
  put_fixed(out, hash.high);
  put_fixed(out, hash.low);
  put_fixed(out, frame.payload_bytes_unpacked);
  put_fixed(out, record.kind);
  put_fixed(out, static_cast<std::uint8_t>(flags));
  put_fixed<std::uint16_t>(out, 0);
  put_fixed<std::uint32_t>(out, 0);
  put_fixed<std::uint32_t>(out, crc32c(out, salt));
  return out;
}

std::optional<FrameHead> decode_frame_head(std::string_view bytes, std::uint32_t salt) {
  if (bytes.size() < kFrameHeadBytes) return {};
  bytes = bytes.substr(0, kFrameHeadBytes);
  ByteReader reader(bytes);
  FrameHead head;
  if (reader.fixed<std::uint32_t>() != kFrameMagic) return {};
  head.payload_bytes = reader.fixed<std::uint32_t>();
  head.header_bytes = reader.fixed<std::uint32_t>();
  head.frame.body_crc = reader.fixed<std::uint32_t>();
  head.frame.sequence = reader.fixed<std::uint64_t>();
  head.frame.time_ns = reader.fixed<std::int64_t>();
  Hash128 hash;
  hash.high = reader.fixed<std::uint64_t>();
  hash.low = reader.fixed<std::uint64_t>();
  head.frame.payload_bytes_unpacked = reader.fixed<std::uint32_t>();
  head.frame.record.kind = reader.u8();
  const std::uint8_t flags = reader.u8();
  reader.fixed<std::uint16_t>();
  reader.fixed<std::uint32_t>();
  if (reader.fixed<std::uint32_t>() != crc32c(bytes.substr(0, kFrameHeadBytes - 4), salt)) return {};
  if ((flags & ~kFlagsKnown) != 0) return {};
  head.frame.is_packed = (flags & kFlagPacked) != 0;
  head.frame.record.payload_compressed = (flags & kFlagCompressedByClient) != 0;
  if ((flags & kFlagHash) != 0) head.frame.record.request_hash = hash;
  return head;
}

std::optional<LogFrame> decode_frame_body(FrameHead head, std::string_view body) {
  if (crc32c(body) != head.frame.body_crc) return {};
  head.frame.record.header = body.substr(0, head.header_bytes);
  head.frame.record.payload = body.substr(head.header_bytes);
  return std::move(head.frame);
}

std::size_t find_frame_magic(std::string_view bytes, std::size_t from) {
  return bytes.find(kFrameMagicBytes, from);
}

}  // namespace tracery::store
