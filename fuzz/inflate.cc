// SPDX-License-Identifier: Apache-2.0
// Property: no body unpacks to more than the limit, and what we pack unpacks to itself.
#include "base/check.h"
#include "base/compression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tracery::Compression;
  constexpr std::size_t kBytesMax = 1U << 20;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const Compression compression :
       {Compression::kIdentity, Compression::kGzip, Compression::kDeflate, Compression::kZstd}) {
    const auto out = tracery::decompress(compression, body, kBytesMax);
    TRACERY_CHECK(!out.ok() || out->size() <= kBytesMax);
  }
  const auto back = tracery::decompress(Compression::kGzip, tracery::compress_gzip(body, 1), size);
  TRACERY_CHECK(back.ok() && *back == body);
  return 0;
}
