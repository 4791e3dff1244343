// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/byte_stream.h"

namespace tracery::store {

/// How `put_bytes` packed its bytes; also what `explain` counts.
enum class BytePacking : std::uint8_t { kRaw = 0, kZstd = 1, kConstant = 2 };

/// Appends `bytes` in the cheapest packing: one byte when all are equal, a zstd frame when that
/// saves a tenth, else as they are. The reader must know their number.
BytePacking put_bytes(std::string& out, std::string_view bytes, int zstd_level);

/// What `put_bytes` wrote, not unpacked yet.
struct PackedBytes {
  BytePacking packing = BytePacking::kRaw;
  std::string_view bytes;  ///< In the input.
  std::size_t size = 0;    ///< Unpacked; a size that these bytes can have.
};
Result<PackedBytes> get_packed(ByteReader& in, std::size_t size);
/// Writes `packed.size` bytes to `out`.
Status unpack(const PackedBytes& packed, char* out);

/// Reads `size` bytes of `put_bytes`. The view lies in the input when the bytes are raw, else in
/// `scratch`. kCorrupt when they are not what they claim.
Result<std::string_view> get_bytes(ByteReader& in, std::size_t size, std::string& scratch);

/// Reads `size` bytes of `put_bytes` to `out`.
Status get_bytes_into(ByteReader& in, char* out, std::size_t size);

}  // namespace tracery::store
