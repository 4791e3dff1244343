// SPDX-License-Identifier: Apache-2.0
#include "store/file_system.h"

#include <array>
#include <cstdlib>
#include <unistd.h>

#include <gtest/gtest.h>

namespace tracery::store {
namespace {

class SystemFilesTest : public testing::Test {
 protected:
  SystemFilesTest() {
    std::string pattern = testing::TempDir() + "tracery_files_XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~SystemFilesTest() override { std::filesystem::remove_all(directory_); }

  Status write(const std::filesystem::path& path, std::vector<std::string_view> pieces) {
    const auto file = TRACERY_TRY(files_.create(path));
    TRACERY_TRY(file->append(pieces));
    return file->sync();
  }

  FileSystem& files_ = system_files();
  std::filesystem::path directory_;
};

TEST_F(SystemFilesTest, ReadsBackWhatItAppended) {
  const auto path = directory_ / "a";
  std::vector<std::string> parts;
  for (int i = 0; i < 1000; ++i) parts.push_back(std::to_string(i));
  std::string all;
  for (const auto& part : parts) all += part;

  ASSERT_TRUE(write(path, {parts.begin(), parts.end()}).ok());
  const auto file = files_.open(path);

  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->size(), all.size());
  EXPECT_EQ((*file)->read(0, all.size()).value(), all);
  EXPECT_EQ((*file)->read(3, 4).value(), all.substr(3, 4));
}

TEST_F(SystemFilesTest, CallsReadingPastTheEndCorrupt) {
  const auto path = directory_ / "a";
  ASSERT_TRUE(write(path, {"abc"}).ok());
  const auto file = files_.open(path);

  EXPECT_EQ((*file)->read(2, 2).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ((*file)->read(4, 0).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ((*file)->read(0, ~std::size_t{0}).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ((*file)->read(3, 0).value(), "");
}

TEST_F(SystemFilesTest, EmptiesAFileItCreatesAgain) {
  const auto path = directory_ / "a";
  ASSERT_TRUE(write(path, {"long"}).ok());
  ASSERT_TRUE(write(path, {"x"}).ok());

  EXPECT_EQ((*files_.open(path))->size(), 1U);
}

TEST_F(SystemFilesTest, SaysWhenThereIsNoFile) {
  EXPECT_EQ(files_.open(directory_ / "none").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(files_.remove(directory_ / "none").ok());
  EXPECT_FALSE(files_.rename(directory_ / "none", directory_ / "b").ok());
  EXPECT_FALSE(files_.list(directory_ / "none").ok());
}

TEST_F(SystemFilesTest, ListsRenamesTruncatesAndRemoves) {
  const auto deep = directory_ / "x" / "y";
  ASSERT_TRUE(files_.create_directories(deep).ok());
  ASSERT_TRUE(files_.create_directories(deep).ok());
  ASSERT_TRUE(write(deep / "b", {"12345"}).ok());
  ASSERT_TRUE(write(deep / "a", {}).ok());
  ASSERT_TRUE(files_.rename(deep / "b", deep / "c").ok());
  ASSERT_TRUE(files_.truncate(deep / "c", 2).ok());
  ASSERT_TRUE(files_.sync_directory(deep).ok());

  EXPECT_EQ(files_.list(deep).value(), (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ((*files_.open(deep / "c"))->read(0, 2).value(), "12");
  ASSERT_TRUE(files_.remove(deep / "c").ok());
  EXPECT_EQ(files_.list(deep).value(), (std::vector<std::string>{"a"}));
}

TEST_F(SystemFilesTest, CallsAFullDiskUnavailable) {
  const auto file = files_.create("/dev/full");
  ASSERT_TRUE(file.ok());
  const std::array<std::string_view, 1> piece = {"x"};

  EXPECT_EQ((*file)->append(piece).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tracery::store
