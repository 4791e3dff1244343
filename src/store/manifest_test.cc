// SPDX-License-Identifier: Apache-2.0
#include "store/manifest.h"

#include <random>

#include <gtest/gtest.h>

#include "store/fault_file_system.h"

namespace tracery::store {
namespace {

const std::filesystem::path kDirectory = "/store";

PartInfo part_of(int number) {
  return {.file = "part-" + std::to_string(number),
          .day = 19'000 + number,
          .level = 1,
          .rows = 5,
          .bytes = 6,
          .time = {.min_ns = -7, .max_ns = 8, .max_end_ns = 9}};
}

std::vector<std::string> files_of(const ManifestState& state) {
  std::vector<std::string> names;
  for (const auto& [file, part] : state.parts) names.push_back(file);
  return names;
}

TEST(Manifest, RemembersItsEdits) {
  FaultFileSystem files;
  {
    auto manifest = *Manifest::open(files, kDirectory);
    ASSERT_TRUE(manifest->apply({.add = {part_of(1), part_of(2)}, .log_mark = 7}).ok());
    ASSERT_TRUE(manifest->apply({.add = {part_of(3)}, .remove = {"part-1", "part-2"}}).ok());
  }

  const auto manifest = *Manifest::open(files, kDirectory);

  EXPECT_EQ(files_of(manifest->state()), std::vector<std::string>{"part-3"});
  EXPECT_EQ(manifest->state().log_mark, 7U);
  const PartInfo& part = manifest->state().parts.begin()->second;
  EXPECT_EQ(part.day, 19'003);
  EXPECT_EQ(part.time.min_ns, -7);
  EXPECT_EQ(part.time.max_end_ns, 9);
  EXPECT_FALSE(manifest->had_bad_tail());
  EXPECT_EQ(files.list(kDirectory)->size(), 2U);
}

TEST(Manifest, RefusesEditsThatDoNotFit) {
  FaultFileSystem files;
  auto manifest = *Manifest::open(files, kDirectory);

  EXPECT_EQ(manifest->apply({.remove = {"part-1"}}).error().code, ErrorCode::kCorrupt);
  ASSERT_TRUE(manifest->apply({.add = {part_of(1)}}).ok());
  EXPECT_EQ(manifest->apply({.add = {part_of(1)}}).error().code, ErrorCode::kCorrupt);
}

TEST(Manifest, GoesOnInANewFileAfterAFailedWrite) {
  for (const auto call : {FaultFileSystem::Call::kAppend, FaultFileSystem::Call::kSync}) {
    FaultFileSystem files;
    auto manifest = *Manifest::open(files, kDirectory);
    ASSERT_TRUE(manifest->apply({.add = {part_of(1)}}).ok());
    files.fail_next(call);
    ASSERT_TRUE(manifest->apply({.add = {part_of(2)}}).ok());
    files.fail_next(call, 2);
    ASSERT_FALSE(manifest->apply({.add = {part_of(3)}}).ok());
    EXPECT_EQ(manifest->state().parts.size(), 2U);
    ASSERT_TRUE(manifest->apply({.add = {part_of(4)}}).ok());

    std::mt19937_64 random(1);
    files.restart(&random);

    EXPECT_EQ(files_of((*Manifest::open(files, kDirectory))->state()),
              (std::vector<std::string>{"part-1", "part-2", "part-4"}));
  }
}

TEST(Manifest, GrowsNoLongerThanItMust) {
  FaultFileSystem files;
  auto manifest = *Manifest::open(files, kDirectory);
  for (int i = 0; i < 20'000; ++i) {
    ManifestEdit edit{.add = {part_of(i)}};
    if (i > 0) edit.remove = {"part-" + std::to_string(i - 1)};
    ASSERT_TRUE(manifest->apply(edit).ok());
  }

  std::size_t bytes = 0;
  const auto names = files.list(kDirectory);
  for (const std::string& name : *names) {
    bytes += files.content(kDirectory / name).size();
  }
  EXPECT_LT(bytes, 1'100'000U);
}

TEST(Manifest, IsTheStateBeforeOrAfterAnEditWhereverTheProcessDies) {
  std::mt19937_64 random(5);
  for (std::uint64_t kill = 0;; ++kill) {
    FaultFileSystem files;
    int edits = 0;
    files.kill_at(kill);
    auto manifest = Manifest::open(files, kDirectory);
    if (manifest.ok()) {
      while (edits < 5 && (*manifest)->apply({.add = {part_of(edits)}}).ok()) ++edits;
    }
    const bool was_killed = files.is_killed();
    files.restart(kill % 2 == 0 ? &random : nullptr);

    const auto again = Manifest::open(files, kDirectory);

    ASSERT_TRUE(again.ok()) << to_string(again.error());
    const auto parts = static_cast<int>((*again)->state().parts.size());
    ASSERT_TRUE(parts == edits || parts == edits + 1) << parts << " of " << edits;
    if (!was_killed) break;
  }
}

TEST(Manifest, NoticesEveryFlippedBit) {
  FaultFileSystem files;
  auto manifest = *Manifest::open(files, kDirectory);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(manifest->apply({.add = {part_of(i)}}).ok());
  const auto path = kDirectory / "MANIFEST-0000000000000001";
  const std::string whole = files.content(path);
  const std::string current = files.content(kDirectory / "CURRENT");
  ASSERT_FALSE(whole.empty());

  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    FaultFileSystem other;
    other.set_content(path, damaged);
    other.set_content(kDirectory / "CURRENT", current);
    const auto opened = Manifest::open(other, kDirectory);
    if (opened.ok()) {
      // As if the last edit had never been finished.
      ASSERT_TRUE((*opened)->had_bad_tail()) << at;
      ASSERT_EQ((*opened)->state().parts.size(), 2U);
    }
  }
}

TEST(Manifest, RefusesADirectoryThatLostCurrent) {
  FaultFileSystem files;
  static_cast<void>(Manifest::open(files, kDirectory).ok());
  ASSERT_TRUE((*Manifest::open(files, kDirectory))->apply({.log_mark = 2}).ok());
  ASSERT_TRUE(files.remove(kDirectory / "CURRENT").ok());

  EXPECT_EQ(Manifest::open(files, kDirectory).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace tracery::store
