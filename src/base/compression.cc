// SPDX-License-Identifier: Apache-2.0
#include "base/compression.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

namespace tracery {
namespace {

struct ZstdFree {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

Error too_large(std::size_t bytes_max) {
  return {ErrorCode::kTooLarge, "decompressed body over limit: " + std::to_string(bytes_max)};
}

/// First guess of the output size; streams grow from here up to the limit.
std::size_t first_guess(std::size_t in_bytes, std::size_t bytes_max) {
  return std::min(bytes_max, std::max<std::size_t>(in_bytes * 4, 4096));
}

/// Doubles `out` up to one byte past the limit, which tells "exactly at" from "over".
bool grow(std::string& out, std::size_t bytes_max) {
  if (out.size() > bytes_max) return false;
  out.resize(std::min(out.size() * 2, bytes_max + 1));
  return true;
}

Result<std::string> inflate_zlib(std::string_view bytes, std::size_t bytes_max, int window_bits) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) {
    return Error{ErrorCode::kInternal, "inflate does not start"};
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  std::string out(first_guess(bytes.size(), bytes_max) + 1, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(out.data()) + stream.total_out;
    stream.avail_out = static_cast<uInt>(out.size() - stream.total_out);
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (stream.total_out > bytes_max) return too_large(bytes_max);
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      // Concatenated members are one body (RFC 1952, 2.2).
      if (window_bits < 16 + MAX_WBITS) return Error{ErrorCode::kMalformed, "bytes after stream"};
      const uLong total = stream.total_out;
      if (inflateReset(&stream) != Z_OK) return Error{ErrorCode::kInternal, "inflate reset"};
      stream.total_out = total;
      continue;
    }
    if (code != Z_OK && code != Z_BUF_ERROR) {
      return Error{ErrorCode::kMalformed, "bad deflate data"};
    }
    if (stream.avail_out > 0) return Error{ErrorCode::kMalformed, "deflate data ends early"};
    if (!grow(out, bytes_max)) return too_large(bytes_max);
  }
  out.resize(stream.total_out);
  return out;
}

/// The gzip trailer's size field makes the common case one exact allocation and one fast call.
Result<std::string> inflate_gzip(std::string_view bytes, std::size_t bytes_max) {
  if (bytes.size() < 18) return Error{ErrorCode::kMalformed, "gzip body too short"};
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[bytes.size() - 4 + i]));
  };
  const std::size_t claimed = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
  // Deflate cannot expand more than 1032-fold; a larger claim is a lie not worth the memory.
  if (claimed <= bytes_max && claimed / 1032 <= bytes.size()) {
    thread_local const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>
        fast(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    std::string out(claimed, '\0');
    std::size_t in_used = 0;
    std::size_t out_used = 0;
    const auto code = libdeflate_gzip_decompress_ex(fast.get(), bytes.data(), bytes.size(),
                                                    out.data(), out.size(), &in_used, &out_used);
    if (code == LIBDEFLATE_SUCCESS && in_used == bytes.size() && out_used == claimed) return out;
  }
  return inflate_zlib(bytes, bytes_max, 16 + MAX_WBITS);
}

/// "deflate" means the zlib format, but some clients send the raw one.
Result<std::string> inflate_deflate(std::string_view bytes, std::size_t bytes_max) {
  auto with_header = inflate_zlib(bytes, bytes_max, MAX_WBITS);
  if (with_header.ok() || with_header.error().code == ErrorCode::kTooLarge) return with_header;
  return inflate_zlib(bytes, bytes_max, -MAX_WBITS);
}

Result<std::string> decompress_zstd(std::string_view bytes, std::size_t bytes_max) {
  thread_local const std::unique_ptr<ZSTD_DCtx, ZstdFree> context(ZSTD_createDCtx());
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
  // A frame may ask for a huge window; 8 MiB is what RFC 8878 asks decoders to support.
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 27);
  std::string out(first_guess(bytes.size(), bytes_max) + 1, '\0');
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  ZSTD_outBuffer sink{out.data(), out.size(), 0};
  std::size_t hint = 1;
  for (;;) {
    hint = ZSTD_decompressStream(context.get(), &sink, &in);
    if (ZSTD_isError(hint) != 0) return Error{ErrorCode::kMalformed, "bad zstd data"};
    if (sink.pos > bytes_max) return too_large(bytes_max);
    if (sink.pos == sink.size) {
      if (!grow(out, bytes_max)) return too_large(bytes_max);
      sink.dst = out.data();
      sink.size = out.size();
      continue;
    }
    if (in.pos == in.size) break;
  }
  if (hint != 0) return Error{ErrorCode::kMalformed, "zstd data ends early"};
  out.resize(sink.pos);
  return out;
}

}  // namespace

std::optional<Compression> parse_compression(std::string_view token) {
  std::string name(token);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.empty() || name == "identity") return Compression::kIdentity;
  if (name == "gzip" || name == "x-gzip") return Compression::kGzip;
  if (name == "deflate" || name == "zlib") return Compression::kDeflate;
  if (name == "zstd") return Compression::kZstd;
  return std::nullopt;
}

Result<std::string> decompress(Compression compression, std::string_view bytes,
                               std::size_t bytes_max) {
  switch (compression) {
    case Compression::kIdentity:
      if (bytes.size() > bytes_max) return too_large(bytes_max);
      return std::string(bytes);
    case Compression::kGzip: return inflate_gzip(bytes, bytes_max);
    case Compression::kDeflate: return inflate_deflate(bytes, bytes_max);
    case Compression::kZstd: return decompress_zstd(bytes, bytes_max);
  }
  return Error{ErrorCode::kUnsupported, "unknown compression"};
}

std::string compress_zstd(std::string_view bytes, int level) {
  thread_local const std::unique_ptr<ZSTD_CCtx, ZstdFree> context(ZSTD_createCCtx());
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compressCCtx(context.get(), out.data(), out.size(), bytes.data(), bytes.size(), level);
  TRACERY_CHECK(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

Status decompress_zstd_into(std::string_view frame, char* out, std::size_t out_bytes) {
  thread_local const std::unique_ptr<ZSTD_DCtx, ZstdFree> context(ZSTD_createDCtx());
  const std::size_t size =
      ZSTD_decompressDCtx(context.get(), out, out_bytes, frame.data(), frame.size());
  if (ZSTD_isError(size) != 0 || size != out_bytes) {
    return Error{ErrorCode::kCorrupt, "zstd frame does not give its stated size"};
  }
  return {};
}

std::string compress_gzip(std::string_view bytes, int level) {
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> packer(
      libdeflate_alloc_compressor(level), libdeflate_free_compressor);
  std::string out(libdeflate_gzip_compress_bound(packer.get(), bytes.size()), '\0');
  out.resize(
      libdeflate_gzip_compress(packer.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  return out;
}

}  // namespace tracery
