// SPDX-License-Identifier: Apache-2.0
//
//   packed-bytes := u8 packing, body        -- the number n of bytes is known from elsewhere
//   body         := n bytes                 -- packing 0, raw
//                 | varint m, zstd frame of m bytes   -- packing 1
//                 | u8                      -- packing 2, n times this byte
#include "store/byte_codec.h"

#include <algorithm>
#include <cstring>

#include "base/compression.h"

namespace tracery::store {
namespace {

/// A zstd frame has 9 bytes of headers, so less than this cannot win.
constexpr std::size_t kZstdBytesMin = 48;
/// Above this a sample decides whether the whole is worth a try.
constexpr std::size_t kSampleFromBytes = 16 * 1024;
constexpr std::size_t kSampleBytes = 4 * 1024;
/// A zstd block of 128 KiB takes at least 4 bytes, so a frame cannot claim to be larger.
constexpr std::size_t kZstdRatioMax = 128 * 1024 / 4;

bool all_equal(std::string_view bytes) {
  return !bytes.empty() && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

/// The level to pack at, or 0 when packing is not worth a try. Of short random words, as hex ids
/// are, higher levels make more than level 1 does: they find matches that cost more than literals.
int worth_level(std::string_view bytes, int zstd_level) {
  if (bytes.size() < kZstdBytesMin) return 0;
  if (bytes.size() < kSampleFromBytes) return zstd_level;
  const std::string_view sample = bytes.substr((bytes.size() - kSampleBytes) / 2, kSampleBytes);
  const std::size_t fast = compress_zstd(sample, 1).size();
  const std::size_t slow = zstd_level == 1 ? fast : compress_zstd(sample, zstd_level).size();
  if (std::min(fast, slow) >= kSampleBytes - kSampleBytes / 32) return 0;
  return fast < slow ? 1 : zstd_level;
}

}  // namespace

BytePacking put_bytes(std::string& out, std::string_view bytes, int zstd_level) {
  if (all_equal(bytes)) {
    out += static_cast<char>(BytePacking::kConstant);
    out += bytes.front();
    return BytePacking::kConstant;
  }
  if (const int level = worth_level(bytes, zstd_level); level != 0) {
    const std::string frame = compress_zstd(bytes, level);
    if (frame.size() < bytes.size() - bytes.size() / 10) {
      out += static_cast<char>(BytePacking::kZstd);
      put_text(out, frame);
      return BytePacking::kZstd;
    }
  }
  out += static_cast<char>(BytePacking::kRaw);
  out += bytes;
  return BytePacking::kRaw;
}

Result<PackedBytes> get_packed(ByteReader& in, std::size_t size) {
  PackedBytes packed{static_cast<BytePacking>(in.u8()), {}, size};
  switch (packed.packing) {
    case BytePacking::kRaw: packed.bytes = in.bytes(size); break;
    case BytePacking::kConstant: packed.bytes = in.bytes(1); break;
    default:
      packed.bytes = in.text();
      TRACERY_TRY(in.status(packed.packing == BytePacking::kZstd &&
                            size / kZstdRatioMax <= packed.bytes.size()));
  }
  TRACERY_TRY(in.status());
  return packed;
}

Status unpack(const PackedBytes& packed, char* out) {
  switch (packed.packing) {
    case BytePacking::kRaw: std::copy_n(packed.bytes.data(), packed.size, out); return {};
    case BytePacking::kConstant: std::fill_n(out, packed.size, packed.bytes[0]); return {};
    case BytePacking::kZstd: break;
  }
  return decompress_zstd_into(packed.bytes, out, packed.size);
}

Result<std::string_view> get_bytes(ByteReader& in, std::size_t size, std::string& scratch) {
  const PackedBytes packed = TRACERY_TRY(get_packed(in, size));
  if (packed.packing == BytePacking::kRaw) return packed.bytes;
  scratch.resize(size);
  TRACERY_TRY(unpack(packed, scratch.data()));
  return std::string_view(scratch);
}

Status get_bytes_into(ByteReader& in, char* out, std::size_t size) {
  return unpack(TRACERY_TRY(get_packed(in, size)), out);
}

}  // namespace tracery::store
