// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace tracery::store {

/// Keeps other processes, and other stores of this one, out of a directory while it lives. Always
/// on the machine's own files: a lock that only a test's disk knows would lock nothing.
class DirectoryLock {
 public:
  /// Makes the directory if need be. kConflict when it is locked already.
  static Result<DirectoryLock> take(const std::filesystem::path& directory);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace tracery::store
