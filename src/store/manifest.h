// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/file_system.h"
#include "store/manifest_format.h"

namespace tracery::store {

/// The durable list of parts. Not thread-safe.
class Manifest {
 public:
  /// Reads the manifest that CURRENT names, or begins one in a directory without. Of one that is
  /// there nothing is written before the first edit, which goes to a new file: a store must open
  /// on a full disk. kCorrupt when the bytes are bad, or CURRENT is missing where a manifest is.
  static Result<std::unique_ptr<Manifest>> open(FileSystem& files,
                                                const std::filesystem::path& directory);

  /// Makes the edit durable. After an error it is not in force, though it may be found in force if
  /// the process dies before the next edit: keep the files it names until an edit succeeds.
  Status apply(const ManifestEdit& edit);

  const ManifestState& state() const { return state_; }
  /// The directory held no manifest.
  bool is_new() const { return is_new_; }
  /// The last edit found at open was unfinished or bad: files that no edit names may have been
  /// named by that one.
  bool had_bad_tail() const { return had_bad_tail_; }

 private:
  Manifest(FileSystem& files, std::filesystem::path directory)
      : files_(files), directory_(std::move(directory)) {}

  Status load();
  /// Writes `state` as the only edit of a new file and makes CURRENT name it.
  Status begin_file(const ManifestState& state);
  Status append(const ManifestEdit& edit);
  void remove_old_files();

  FileSystem& files_;
  const std::filesystem::path directory_;
  ManifestState state_;
  bool is_new_ = false;
  bool had_bad_tail_ = false;
  std::uint64_t number_ = 0;            ///< Of the newest file made, in force or not.
  std::unique_ptr<WritableFile> file_;  ///< None after opening or a failed write.
};

}  // namespace tracery::store
