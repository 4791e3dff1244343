// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "store/file_system.h"

namespace tracery::store {

/// One file in memory, whatever the path, that a test can damage. Not thread-safe.
class MemoryFile : public FileSystem {
 public:
  std::string content;

  Result<std::unique_ptr<WritableFile>> create(const Path&) override {
    content.clear();
    return std::unique_ptr<WritableFile>(std::make_unique<Writer>(content));
  }
  Result<std::unique_ptr<ReadableFile>> open(const Path&) override {
    return std::unique_ptr<ReadableFile>(std::make_unique<Reader>(content));
  }
  Status rename(const Path&, const Path&) override { return {}; }
  Status remove(const Path&) override {
    content.clear();
    return {};
  }
  Status truncate(const Path&, std::uint64_t bytes) override {
    content.resize(bytes);
    return {};
  }
  Status create_directories(const Path&) override { return {}; }
  Status sync_directory(const Path&) override { return {}; }
  Result<std::vector<std::string>> list(const Path&) override { return std::vector<std::string>(); }

 private:
  class Writer final : public WritableFile {
   public:
    explicit Writer(std::string& content) : content_(content) {}
    Status append(std::span<const std::string_view> pieces) override {
      for (const std::string_view piece : pieces) content_ += piece;
      return {};
    }
    Status sync() override { return {}; }
    std::uint64_t size() const override { return content_.size(); }

   private:
    std::string& content_;
  };

  class Reader final : public ReadableFile {
   public:
    explicit Reader(const std::string& content) : content_(content) {}
    std::uint64_t size() const override { return content_.size(); }
    Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
      if (offset > content_.size() || bytes > content_.size() - offset) {
        return Error{ErrorCode::kCorrupt, "file ends early"};
      }
      return content_.substr(offset, bytes);
    }

   private:
    const std::string& content_;
  };
};

}  // namespace tracery::store
