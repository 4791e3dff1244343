// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "store/memory_file.h"
#include "store/memory_source.h"
#include "store/part.h"
#include "store/random_events.h"
#include "store/vector_cache.h"

namespace tracery::store {
namespace {

/// Everything a reader can ask of a part: its rows as lines, or the first error.
Result<std::vector<std::string>> read_all(FileSystem& files) {
  VectorCache cache(8 << 20);
  const auto part = TRACERY_TRY(open_part(files, "part", cache));
  TRACERY_TRY(part->find_trace(*model::parse_trace_id("0123456789abcdef")));
  TRACERY_TRY(read_part_catalogue(*part));
  std::vector<std::string> lines;
  for (const model::Event& event : TRACERY_TRY(events_of(*part))) {
    lines.push_back(to_line(event));
  }
  return lines;
}

class DamagedPartTest : public testing::Test {
 protected:
  DamagedPartTest() {
    std::mt19937_64 random(1);
    RandomEventsOptions options;
    options.count = 200;
    options.rare_columns = 5;
    const PartInput input{MemorySource::make(random_events(random, options)),
                          std::numeric_limits<std::int64_t>::min(),
                          std::numeric_limits<std::int64_t>::max()};
    EXPECT_TRUE(write_part(files_, "part", std::span(&input, 1), 0).ok());
    whole_ = files_.content;
    lines_ = *read_all(files_);
  }

  void expect_refused_or_harmless() {
    const auto lines = read_all(files_);
    if (lines.ok()) {
      EXPECT_EQ(*lines, lines_);
    } else {
      EXPECT_TRUE(lines.error().code == ErrorCode::kCorrupt ||
                  lines.error().code == ErrorCode::kUnsupported)
          << to_string(lines.error());
    }
  }

  MemoryFile files_;
  std::string whole_;
  std::vector<std::string> lines_;
};

TEST_F(DamagedPartTest, IsRefusedAfterAnyFlippedBit) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 400; ++i) {
    files_.content = whole_;
    char& byte = files_.content[random() % whole_.size()];
    byte = static_cast<char>(byte ^ 1 << (random() % 8));
    expect_refused_or_harmless();
  }
  // The end is short, and the densest in what can go wrong.
  for (std::size_t i = 0; i < 64; ++i) {
    files_.content = whole_;
    char& byte = files_.content[whole_.size() - 1 - i];
    byte = static_cast<char>(byte ^ 1 << (random() % 8));
    EXPECT_FALSE(read_all(files_).ok());
  }
}

TEST_F(DamagedPartTest, IsRefusedWhenCutShort) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100; ++i) {
    files_.content = whole_.substr(0, random() % whole_.size());
    EXPECT_FALSE(read_all(files_).ok());
  }
  files_.content.clear();
  EXPECT_FALSE(read_all(files_).ok());
}

TEST_F(DamagedPartTest, IsRefusedWhenItIsNoise) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 50; ++i) {
    std::string noise(random() % 5000, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    if (i % 2 == 0) noise += "TRCPART\n";
    files_.content = noise;
    EXPECT_FALSE(read_all(files_).ok());
  }
}

}  // namespace
}  // namespace tracery::store
