// SPDX-License-Identifier: Apache-2.0
#include "server/ui_assets.h"

#include <gtest/gtest.h>

namespace tracery::server {
namespace {

TEST(AcceptsEncoding, ReadsNamesAndWeights) {
  EXPECT_TRUE(accepts_encoding("gzip, deflate, br", "br"));
  EXPECT_TRUE(accepts_encoding("gzip;q=0.5", "gzip"));
  EXPECT_TRUE(accepts_encoding("*", "br"));
  EXPECT_FALSE(accepts_encoding("br;q=0, gzip", "br"));
  EXPECT_FALSE(accepts_encoding("br;q=0.0", "br"));
  EXPECT_FALSE(accepts_encoding("", "gzip"));
  EXPECT_FALSE(accepts_encoding("brotli", "br"));
}

TEST(UiFile, GivesTheShellInTheEncodingAskedFor) {
  if (bundled_ui().empty()) GTEST_SKIP() << "built without the UI";
  api::UiFile plain;
  api::UiFile packed;

  ASSERT_TRUE(ui_file("/", "", plain));
  ASSERT_TRUE(ui_file("/index.html", "gzip, br", packed));

  EXPECT_EQ(plain.content_type, "text/html; charset=utf-8");
  EXPECT_NE(plain.bytes.find("<!doctype html>"), std::string_view::npos) << plain.bytes;
  EXPECT_EQ(packed.content_encoding, "br");
  EXPECT_LT(packed.bytes.size(), plain.bytes.size());
  EXPECT_NE(packed.etag, plain.etag);
  EXPECT_FALSE(plain.is_immutable);
}

TEST(UiFile, MarksHashedAssetsImmutable) {
  if (bundled_ui().empty()) GTEST_SKIP() << "built without the UI";
  api::UiFile file;

  ASSERT_TRUE(ui_file(std::string(bundled_ui().front().path), "", file));

  EXPECT_TRUE(file.is_immutable);
  EXPECT_EQ(file.bytes, bundled_ui().front().plain);
}

TEST(UiFile, KnowsNoOtherPath) {
  api::UiFile file;
  EXPECT_FALSE(ui_file("/../etc/passwd", "", file));
  EXPECT_FALSE(ui_file("", "", file));
  EXPECT_FALSE(ui_file("/query", "", file));
}

}  // namespace
}  // namespace tracery::server
