// SPDX-License-Identifier: Apache-2.0
#include "api/multipart.h"

#include <gtest/gtest.h>

namespace tracery::api {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=\"xYx\"";

TEST(Multipart, ReadsFieldsAndFiles) {
  const auto parts = read_multipart(kType,
                                    "--xYx\r\n"
                                    "Content-Disposition: form-data; name=\"version\"\r\n\r\n"
                                    "1.2\r\n"
                                    "--xYx\r\n"
                                    "content-type: application/json\r\n"
                                    "content-disposition: form-data; filename=\"a.map\"; "
                                    "name=source_map\r\n\r\n"
                                    "{\r\n--xY}\r\n"
                                    "--xYx--\r\n");

  ASSERT_TRUE(parts.ok()) << parts.error().message;
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ(parts->at(0).name, "version");
  EXPECT_EQ(parts->at(0).bytes, "1.2");
  EXPECT_EQ(parts->at(1).name, "source_map");
  EXPECT_EQ(parts->at(1).bytes, "{\r\n--xY}");
}

TEST(Multipart, ReadsAnEmptyField) {
  const auto parts = read_multipart(kType,
                                    "--xYx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
                                    "\r\n--xYx--");
  ASSERT_TRUE(parts.ok());
  ASSERT_EQ(parts->size(), 1U);
  EXPECT_EQ(parts->at(0).bytes, "");
}

TEST(Multipart, RefusesWhatIsNoForm) {
  const std::string head = "--xYx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb";
  EXPECT_FALSE(read_multipart("application/json", head).ok());
  EXPECT_FALSE(read_multipart("multipart/form-data", head).ok());
  EXPECT_FALSE(read_multipart(kType, "").ok());
  EXPECT_FALSE(read_multipart(kType, head).ok());
  EXPECT_FALSE(read_multipart(kType, "--xYx\r\n\r\nb\r\n--xYx--").ok());
  EXPECT_FALSE(read_multipart(kType, "--xYx").ok());
}

}  // namespace
}  // namespace tracery::api
