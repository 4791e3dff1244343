// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tracery::store {

/// A file that only grows. Used by one thread at a time. Closed by its destructor.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  /// Writes the pieces one after another. On an error an unknown prefix is in the file.
  /// kUnavailable when the disk is full, kIo for anything else.
  virtual Status append(std::span<const std::string_view> pieces) = 0;
  /// fdatasync. After an error the file's unsynced content must be taken as lost: never sync the
  /// same file again.
  virtual Status sync() = 0;
  virtual std::uint64_t size() const = 0;
};

/// Thread-safe.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  virtual std::uint64_t size() const = 0;
  /// Reads exactly `bytes` bytes; kCorrupt when the file ends before, kIo for anything else.
  virtual Result<std::string> read(std::uint64_t offset, std::size_t bytes) const = 0;
};

/// The only way the store touches files, so that tests can lose unsynced bytes, fail any call and
/// fill the disk. Thread-safe. Errors are kIo unless said.
class FileSystem {
 public:
  using Path = std::filesystem::path;

  virtual ~FileSystem() = default;
  /// A new, empty file; one that exists is emptied.
  virtual Result<std::unique_ptr<WritableFile>> create(const Path& path) = 0;
  /// kNotFound when there is none.
  virtual Result<std::unique_ptr<ReadableFile>> open(const Path& path) = 0;
  virtual Status rename(const Path& from, const Path& to) = 0;
  /// No error when there is none.
  virtual Status remove(const Path& path) = 0;
  virtual Status truncate(const Path& path, std::uint64_t bytes) = 0;
  virtual Status create_directories(const Path& path) = 0;
  /// Makes creations, renames and removals in the directory durable.
  virtual Status sync_directory(const Path& path) = 0;
  /// File names (not paths) in a directory, sorted.
  virtual Result<std::vector<std::string>> list(const Path& path) = 0;
};

/// The machine's.
FileSystem& system_files();

}  // namespace tracery::store
