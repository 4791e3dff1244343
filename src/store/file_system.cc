// SPDX-License-Identifier: Apache-2.0
#include "store/file_system.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tracery::store {
namespace {

namespace fs = std::filesystem;

/// Pieces given to one writev; IOV_MAX is 1024 on Linux, more gains nothing.
constexpr std::size_t kPiecesPerWrite = 256;

Error system_error(int code, std::string_view what, const fs::path& path) {
  ErrorCode kind = ErrorCode::kIo;
  if (code == ENOSPC || code == EDQUOT) kind = ErrorCode::kUnavailable;
  if (code == ENOENT) kind = ErrorCode::kNotFound;
  std::string message(what);
  message += ' ';
  message += path.string();
  message += ": ";
  message += std::generic_category().message(code);
  return {kind, std::move(message)};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

int open_retrying(const fs::path& path, int flags) {
  constexpr mode_t kOwnerOnly = 0600;
  int number = -1;
  do {
    number = ::open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly);
  } while (number < 0 && errno == EINTR);
  return number;
}

class SystemWritableFile final : public WritableFile {
 public:
  SystemWritableFile(Descriptor file, fs::path path)
      : file_(std::move(file)), path_(std::move(path)) {}

  Status append(std::span<const std::string_view> pieces) override {
    std::array<iovec, kPiecesPerWrite> vectors;
    while (!pieces.empty()) {
      const std::size_t count = std::min(pieces.size(), vectors.size());
      for (std::size_t i = 0; i < count; ++i) {
        vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
      }
      TRACERY_TRY(write_all(std::span(vectors).first(count)));
      pieces = pieces.subspan(count);
    }
    return {};
  }

  Status sync() override {
    int code = 0;
    do {
      code = ::fdatasync(file_.get());
    } while (code != 0 && errno == EINTR);
    if (code != 0) return system_error(errno, "cannot sync", path_);
    return {};
  }

  std::uint64_t size() const override { return size_; }

 private:
  Status write_all(std::span<iovec> vectors) {
    for (;;) {
      while (!vectors.empty() && vectors.front().iov_len == 0) vectors = vectors.subspan(1);
      if (vectors.empty()) return {};
      const ssize_t written =
          ::writev(file_.get(), vectors.data(), static_cast<int>(vectors.size()));
      if (written < 0) {
        if (errno == EINTR) continue;
        return system_error(errno, "cannot write", path_);
      }
      size_ += static_cast<std::uint64_t>(written);
      drop_front(vectors, static_cast<std::size_t>(written));
    }
  }

  static void drop_front(std::span<iovec>& vectors, std::size_t bytes) {
    while (bytes > 0) {
      iovec& front = vectors.front();
      const std::size_t step = std::min(bytes, front.iov_len);
      front.iov_base = static_cast<char*>(front.iov_base) + step;
      front.iov_len -= step;
      bytes -= step;
      if (front.iov_len == 0) vectors = vectors.subspan(1);
    }
  }

  Descriptor file_;
  fs::path path_;
  std::uint64_t size_ = 0;
};

class SystemReadableFile final : public ReadableFile {
 public:
  SystemReadableFile(Descriptor file, fs::path path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}

  std::uint64_t size() const override { return size_; }

  Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
    // Checked before allocating: a damaged length must not cost memory.
    if (offset > size_ || bytes > size_ - offset) {
      return Error{ErrorCode::kCorrupt, "file ends early: " + path_.string()};
    }
    std::string out(bytes, '\0');
    std::size_t done = 0;
    while (done < bytes) {
      const ssize_t got =
          ::pread(file_.get(), out.data() + done, bytes - done, static_cast<off_t>(offset + done));
      if (got < 0) {
        if (errno == EINTR) continue;
        return system_error(errno, "cannot read", path_);
      }
      if (got == 0) return Error{ErrorCode::kCorrupt, "file ends early: " + path_.string()};
      done += static_cast<std::size_t>(got);
    }
    return out;
  }

 private:
  Descriptor file_;
  fs::path path_;
  std::uint64_t size_;
};

class SystemFiles final : public FileSystem {
 public:
  Result<std::unique_ptr<WritableFile>> create(const Path& path) override {
    Descriptor file(open_retrying(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND));
    if (file.get() < 0) return system_error(errno, "cannot create", path);
    return std::unique_ptr<WritableFile>(
        std::make_unique<SystemWritableFile>(std::move(file), path));
  }

  Result<std::unique_ptr<ReadableFile>> open(const Path& path) override {
    Descriptor file(open_retrying(path, O_RDONLY));
    if (file.get() < 0) return system_error(errno, "cannot open", path);
    struct stat facts{};
    if (::fstat(file.get(), &facts) != 0) return system_error(errno, "cannot stat", path);
    if (!S_ISREG(facts.st_mode)) {
      return Error{ErrorCode::kIo, "not a regular file: " + path.string()};
    }
    return std::unique_ptr<ReadableFile>(std::make_unique<SystemReadableFile>(
        std::move(file), path, static_cast<std::uint64_t>(facts.st_size)));
  }

  Status rename(const Path& from, const Path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return system_error(errno, "cannot rename", from);
    return {};
  }

  Status remove(const Path& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      return system_error(errno, "cannot remove", path);
    }
    return {};
  }

  Status truncate(const Path& path, std::uint64_t bytes) override {
    int code = 0;
    do {
      code = ::truncate(path.c_str(), static_cast<off_t>(bytes));
    } while (code != 0 && errno == EINTR);
    if (code != 0) return system_error(errno, "cannot truncate", path);
    return {};
  }

  Status create_directories(const Path& path) override {
    std::error_code code;
    fs::create_directories(path, code);
    if (code) return system_error(code.value(), "cannot create directory", path);
    return {};
  }

  Status sync_directory(const Path& path) override {
    const Descriptor directory(open_retrying(path, O_RDONLY | O_DIRECTORY));
    if (directory.get() < 0) return system_error(errno, "cannot open", path);
    if (::fsync(directory.get()) != 0) return system_error(errno, "cannot sync", path);
    return {};
  }

  Result<std::vector<std::string>> list(const Path& path) override {
    std::error_code code;
    std::vector<std::string> names;
    fs::directory_iterator entry(path, code);
    while (!code && entry != fs::directory_iterator()) {
      if (!entry->is_directory(code)) names.push_back(entry->path().filename().string());
      if (!code) entry.increment(code);
    }
    if (code) return system_error(code.value(), "cannot list", path);
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace

FileSystem& system_files() {
  static SystemFiles files;
  return files;
}

}  // namespace tracery::store
