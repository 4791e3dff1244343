// SPDX-License-Identifier: Apache-2.0
#include "base/compression.h"

#include <gtest/gtest.h>

namespace tracery {
namespace {

std::string make_text(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "GET /api/activities/home " + std::to_string(text.size());
  return text;
}

TEST(Decompress, RoundTripsGzipAndZstd) {
  const std::string text = make_text(100'000);

  EXPECT_EQ(*decompress(Compression::kGzip, compress_gzip(text, 6), 1 << 20), text);
  EXPECT_EQ(*decompress(Compression::kZstd, compress_zstd(text, 3), 1 << 20), text);
  EXPECT_EQ(*decompress(Compression::kIdentity, text, 1 << 20), text);
}

TEST(Decompress, StopsABombAtTheLimit) {
  const std::string zeros(8 << 20, '\0');

  for (const auto& [kind, body] : {std::pair{Compression::kGzip, compress_gzip(zeros, 9)},
                                   std::pair{Compression::kZstd, compress_zstd(zeros, 9)}}) {
    const auto result = decompress(kind, body, 1 << 20);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
  }
}

TEST(Decompress, RefusesTruncatedAndForeignBytes) {
  const std::string gzip = compress_gzip(make_text(10'000), 6);
  const std::string zstd = compress_zstd(make_text(10'000), 3);

  EXPECT_EQ(decompress(Compression::kGzip, gzip.substr(0, gzip.size() / 2), 1 << 20).error().code,
            ErrorCode::kMalformed);
  EXPECT_EQ(decompress(Compression::kZstd, zstd.substr(0, zstd.size() / 2), 1 << 20).error().code,
            ErrorCode::kMalformed);
  EXPECT_EQ(decompress(Compression::kDeflate, "not deflate", 1 << 20).error().code,
            ErrorCode::kMalformed);
}

TEST(Decompress, AcceptsExactlyTheLimit) {
  const std::string text = make_text(1000).substr(0, 1000);

  EXPECT_TRUE(decompress(Compression::kGzip, compress_gzip(text, 6), 1000).ok());
  EXPECT_TRUE(decompress(Compression::kZstd, compress_zstd(text, 3), 1000).ok());
  EXPECT_FALSE(decompress(Compression::kZstd, compress_zstd(text, 3), 999).ok());
}

}  // namespace
}  // namespace tracery
