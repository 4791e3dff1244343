// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tracery {

/// How a body's bytes are packed; the names of HTTP's Content-Encoding.
enum class Compression : unsigned char { kIdentity = 0, kGzip = 1, kDeflate = 2, kZstd = 3 };

/// Reads one Content-Encoding token, any case; "" and "identity" are kIdentity, "zlib" is kDeflate.
std::optional<Compression> parse_compression(std::string_view token);

/// Unpacks a whole body. kTooLarge once the output would pass `bytes_max`: the memory used is
/// bounded by it, whatever the input claims. kMalformed on anything else that is wrong.
Result<std::string> decompress(Compression compression, std::string_view bytes,
                               std::size_t bytes_max);

/// One zstd frame, its content size in the header.
std::string compress_zstd(std::string_view bytes, int level);

/// Unpacks a frame of `compress_zstd` into exactly `out_bytes` bytes at `out`.
/// kCorrupt when it does not give that many.
Status decompress_zstd_into(std::string_view frame, char* out, std::size_t out_bytes);

/// One gzip member.
std::string compress_gzip(std::string_view bytes, int level);

}  // namespace tracery
