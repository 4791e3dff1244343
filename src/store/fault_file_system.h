// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "store/file_system.h"

namespace tracery::store {

/// A disk in memory for tests, that can fail: at a given call, for good ("the process was killed"),
/// or when it is full. `lose_power` keeps only what was synced, and maybe some of the rest.
/// Thread-safe.
class FaultFileSystem final : public FileSystem {
 public:
  enum class Call : std::uint8_t { kAny, kCreate, kAppend, kSync, kRename, kRemove, kTruncate };

  Result<std::unique_ptr<WritableFile>> create(const Path& path) override;
  Result<std::unique_ptr<ReadableFile>> open(const Path& path) override;
  Status rename(const Path& from, const Path& to) override;
  Status remove(const Path& path) override;
  Status truncate(const Path& path, std::uint64_t bytes) override;
  Status create_directories(const Path& path) override;
  Status sync_directory(const Path& path) override;
  Result<std::vector<std::string>> list(const Path& path) override;

  /// Changing calls since the start.
  std::uint64_t calls() const;
  /// From the `index`-th changing call on, counted from 0 at the start, every call fails.
  void kill_at(std::uint64_t index);
  bool is_killed() const;
  /// The next `times` calls of one kind fail with kIo.
  void fail_next(Call call, int times = 1);
  /// Bytes the disk still takes; an append that passes it writes what fits, then kUnavailable.
  void set_space(std::optional<std::uint64_t> bytes);

  /// A machine that starts again: what was synced is there. Of appended bytes that were not, each
  /// file keeps a part of random length (with `random`) or all (without: only the process died).
  /// Files handed out before are dead.
  void restart(std::mt19937_64* random);

  /// Content of a file as a reader sees it; empty when there is none.
  std::string content(const Path& path) const;
  void set_content(const Path& path, std::string bytes);

 private:
  friend class FaultWritableFile;

  struct File {
    std::string bytes;
    std::size_t synced = 0;    ///< This many bytes survive a power loss.
    bool lost_pages = false;   ///< A sync failed: what was unsynced then never gets to the disk.
  };
  using Entries = std::map<std::string, std::shared_ptr<File>>;

  /// Counts a changing call; an error when it is to fail.
  Status enter(Call call);
  Status append(File& file, std::uint64_t generation, std::span<const std::string_view> pieces);
  Status sync(File& file, std::uint64_t generation);

  mutable std::mutex mutex_;
  // All below guarded by mutex_.
  Entries entries_;         ///< As running processes see them.
  Entries synced_entries_;  ///< As after a power loss.
  std::uint64_t calls_ = 0;
  std::uint64_t generation_ = 0;
  std::optional<std::uint64_t> kill_at_;
  std::map<Call, int> failures_;
  std::optional<std::uint64_t> space_;
};

}  // namespace tracery::store
