// SPDX-License-Identifier: Apache-2.0
#include "store/directory_lock.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace tracery::store {

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory) {
  std::error_code code;
  std::filesystem::create_directories(directory, code);
  if (code) return Error{ErrorCode::kIo, "cannot create directory: " + code.message()};
  const auto path = directory / "LOCK";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Error{ErrorCode::kIo,
                 "cannot open " + path.string() + ": " + std::generic_category().message(errno)};
  }
  DirectoryLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) {
    return Error{ErrorCode::kConflict, "another process uses the directory: " + directory.string()};
  }
  return Error{ErrorCode::kIo,
               "cannot lock " + path.string() + ": " + std::generic_category().message(errno)};
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tracery::store
