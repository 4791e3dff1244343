// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "store/event_store.h"

/// The bytes of the log; docs/formats/log.md is their description.
namespace tracery::store {

inline constexpr std::size_t kSegmentHeaderBytes = 48;
inline constexpr std::size_t kFrameHeadBytes = 64;

/// What the first bytes of a segment say.
struct SegmentHeader {
  std::uint32_t salt = 0;  ///< Random; in every frame's sum, so that no payload can pass for one.
  std::uint64_t first_sequence = 0;  ///< Names the file; no frame inside is lower.
  std::uint64_t previous_first_sequence = 0;  ///< The segment before this one; 0 is none.
  std::uint64_t previous_bytes = 0;           ///< How much of it counts.
};
std::string encode_segment_header(const SegmentHeader& header);
/// kCorrupt when the sum or the magic is wrong; kUnsupported when another version wrote it.
Result<SegmentHeader> decode_segment_header(std::string_view bytes);
/// The salt's place, whatever the rest is like: a damaged header need not cost the frames.
std::uint32_t read_salt(std::string_view header_bytes);

std::string segment_file_name(std::uint64_t first_sequence);
/// The first sequence number in a segment's file name; nothing for other files.
std::optional<std::uint64_t> parse_segment_file_name(std::string_view name);

/// A record on its way to the log or back.
struct LogFrame {
  LogRecord record;          ///< The payload may be packed.
  bool is_packed = false;    ///< The payload is a zstd frame made by us.
  std::uint32_t payload_bytes_unpacked = 0;
  std::uint32_t body_crc = 0;
  std::int64_t time_ns = 0;  ///< When it was received.
  std::uint64_t sequence = 0;

  std::size_t bytes() const {
    return kFrameHeadBytes + record.header.size() + record.payload.size();
  }
};

/// Packs the payload when that pays, and sums the body; all but the sequence number.
LogFrame make_log_frame(LogRecord record, std::int64_t time_ns);
/// Undoes the packing. kCorrupt when the payload does not unpack.
Status unpack_payload(LogFrame& frame);

std::string encode_frame_head(const LogFrame& frame, std::uint32_t salt);

struct FrameHead {
  std::uint32_t payload_bytes = 0;
  std::uint32_t header_bytes = 0;
  LogFrame frame;  ///< Without its body.

  std::uint64_t bytes() const {
    return kFrameHeadBytes + std::uint64_t{header_bytes} + payload_bytes;
  }
};
/// Nothing when the bytes are no frame of a segment with this salt.
std::optional<FrameHead> decode_frame_head(std::string_view bytes, std::uint32_t salt);
/// The frame whose head is `head` and whose header and payload are `body`; nothing when the body's
/// sum is wrong.
std::optional<LogFrame> decode_frame_body(FrameHead head, std::string_view body);
/// Offset of the next place from `from` on where a frame may begin, or npos.
std::size_t find_frame_magic(std::string_view bytes, std::size_t from);

}  // namespace tracery::store
