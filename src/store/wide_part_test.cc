// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "store/memory_file.h"
#include "store/memory_source.h"
#include "store/part.h"
#include "store/vector_cache.h"

namespace tracery::store {
namespace {

/// A part file that counts what is read of it.
class CountedFile final : public ReadableFile {
 public:
  CountedFile(std::unique_ptr<ReadableFile> file, std::uint64_t& bytes_read)
      : file_(std::move(file)), bytes_read_(bytes_read) {}
  std::uint64_t size() const override { return file_->size(); }
  Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
    bytes_read_ += bytes;
    return file_->read(offset, bytes);
  }

 private:
  std::unique_ptr<ReadableFile> file_;
  std::uint64_t& bytes_read_;
};

class CountedFiles final : public MemoryFile {
 public:
  Result<std::unique_ptr<ReadableFile>> open(const Path& path) override {
    auto file = TRACERY_TRY(MemoryFile::open(path));
    return std::unique_ptr<ReadableFile>(
        std::make_unique<CountedFile>(std::move(file), bytes_read));
  }
  std::uint64_t bytes_read = 0;
};

/// Bytes that reading columns `user` and `ms` of every row takes, in a part whose rows have three
/// of `keys` further columns each.
std::uint64_t bytes_for_two_columns(std::size_t keys) {
  std::mt19937_64 random(1);
  std::vector<model::Event> events;
  for (int i = 0; i < 40'000; ++i) {
    model::Event event{"shop", 1'700'000'000'000'000'000 + i, 1, {}};
    event.fields.push_back({"user", "user " + std::to_string(random() % 500)});
    event.fields.push_back({"ms", static_cast<double>(random() % 10'000) / 8});
    const std::size_t first = random() % keys;
    for (std::size_t k = 0; k < 3; ++k) {
      const std::string name = "key." + std::to_string((first + k) % keys);
      event.fields.push_back({name, static_cast<std::int64_t>(random())});
    }
    events.push_back(std::move(event));
  }
  const PartInput input{MemorySource::make(events), std::numeric_limits<std::int64_t>::min(),
                        std::numeric_limits<std::int64_t>::max()};
  CountedFiles files;
  EXPECT_TRUE(write_part(files, "part", std::span(&input, 1), 0).ok());
  VectorCache cache(64 << 20);
  const auto part = open_part(files, "part", cache);
  EXPECT_TRUE(part.ok());
  EXPECT_EQ((*part)->columns().size(), keys + 2);

  files.bytes_read = 0;
  for (const char* column : {"user", "ms"}) {
    for (const StreamRef& stream : (*part)->streams(column)) {
      for (std::uint32_t group = 0; group < (*part)->groups(); ++group) {
        EXPECT_TRUE((*part)->read(stream.id, group).ok());
      }
    }
  }
  return files.bytes_read;
}

TEST(WidePart, ReadsNoMoreForTwoColumnsAmong3000ThanAmongThree) {
  EXPECT_EQ(bytes_for_two_columns(3'000), bytes_for_two_columns(3));
}

}  // namespace
}  // namespace tracery::store
