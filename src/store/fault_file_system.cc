// SPDX-License-Identifier: Apache-2.0
#include "store/fault_file_system.h"

#include <algorithm>

namespace tracery::store {
namespace {

std::string key_of(const FileSystem::Path& path) { return path.lexically_normal().string(); }

class FaultReadableFile final : public ReadableFile {
 public:
  explicit FaultReadableFile(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
    if (offset > bytes_.size() || bytes > bytes_.size() - offset) {
      return Error{ErrorCode::kCorrupt, "file ends early"};
    }
    return bytes_.substr(offset, bytes);
  }

 private:
  std::string bytes_;
};

}  // namespace

class FaultWritableFile final : public WritableFile {
 public:
  FaultWritableFile(FaultFileSystem& disk, std::shared_ptr<FaultFileSystem::File> file,
                    std::uint64_t generation)
      : disk_(disk), file_(std::move(file)), generation_(generation) {}

  Status append(std::span<const std::string_view> pieces) override {
    const std::lock_guard lock(disk_.mutex_);
    const std::size_t before = file_->bytes.size();
    auto status = disk_.append(*file_, generation_, pieces);
    size_ += file_->bytes.size() - before;
    return status;
  }
  Status sync() override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.sync(*file_, generation_);
  }
  std::uint64_t size() const override { return size_; }

 private:
  FaultFileSystem& disk_;
  std::shared_ptr<FaultFileSystem::File> file_;
  std::uint64_t generation_;
  std::uint64_t size_ = 0;
};

Status FaultFileSystem::enter(Call call) {
  const std::uint64_t index = calls_++;
  if (kill_at_ && index >= *kill_at_) return Error{ErrorCode::kIo, "killed"};
  for (const Call kind : {call, Call::kAny}) {
    const auto planned = failures_.find(kind);
    if (planned == failures_.end() || planned->second == 0) continue;
    --planned->second;
    return Error{ErrorCode::kIo, "made to fail"};
  }
  return {};
}

Status FaultFileSystem::append(File& file, std::uint64_t generation,
                               std::span<const std::string_view> pieces) {
  if (generation != generation_) return Error{ErrorCode::kIo, "written after a restart"};
  const bool was_killed = kill_at_ && calls_ > *kill_at_;
  const Status entered = enter(Call::kAppend);
  std::string all;
  for (const std::string_view piece : pieces) all += piece;
  std::size_t fits = all.size();
  if (!entered.ok()) fits = was_killed ? 0 : all.size() / 2;
  if (space_) {
    fits = static_cast<std::size_t>(std::min<std::uint64_t>(fits, *space_));
    *space_ -= fits;
  }
  file.bytes.append(all, 0, fits);
  TRACERY_TRY(entered);
  if (fits < all.size()) return Error{ErrorCode::kUnavailable, "disk is full"};
  return {};
}

Status FaultFileSystem::sync(File& file, std::uint64_t generation) {
  if (generation != generation_) return Error{ErrorCode::kIo, "synced after a restart"};
  const Status entered = enter(Call::kSync);
  if (!entered.ok()) {
    file.lost_pages = true;
    return entered;
  }
  if (!file.lost_pages) file.synced = file.bytes.size();
  return {};
}

Result<std::unique_ptr<WritableFile>> FaultFileSystem::create(const Path& path) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(enter(Call::kCreate));
  auto file = std::make_shared<File>();
  entries_[key_of(path)] = file;
  return std::unique_ptr<WritableFile>(
      std::make_unique<FaultWritableFile>(*this, std::move(file), generation_));
}

Result<std::unique_ptr<ReadableFile>> FaultFileSystem::open(const Path& path) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key_of(path));
  if (found == entries_.end()) return Error{ErrorCode::kNotFound, "no file: " + path.string()};
  return std::unique_ptr<ReadableFile>(std::make_unique<FaultReadableFile>(found->second->bytes));
}

Status FaultFileSystem::rename(const Path& from, const Path& to) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(enter(Call::kRename));
  const auto found = entries_.find(key_of(from));
  if (found == entries_.end()) return Error{ErrorCode::kIo, "no file: " + from.string()};
  entries_[key_of(to)] = found->second;
  entries_.erase(key_of(from));
  return {};
}

Status FaultFileSystem::remove(const Path& path) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(enter(Call::kRemove));
  const auto found = entries_.find(key_of(path));
  if (found == entries_.end()) return {};
  if (space_) *space_ += found->second->bytes.size();
  entries_.erase(found);
  return {};
}

Status FaultFileSystem::truncate(const Path& path, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(enter(Call::kTruncate));
  const auto found = entries_.find(key_of(path));
  if (found == entries_.end()) return Error{ErrorCode::kIo, "no file: " + path.string()};
  File& file = *found->second;
  if (space_ && file.bytes.size() > bytes) *space_ += file.bytes.size() - bytes;
  file.bytes.resize(bytes);
  file.synced = std::min<std::size_t>(file.synced, bytes);
  return {};
}

Status FaultFileSystem::create_directories(const Path&) {
  const std::lock_guard lock(mutex_);
  return enter(Call::kAny);
}

Status FaultFileSystem::sync_directory(const Path& path) {
  const std::lock_guard lock(mutex_);
  TRACERY_TRY(enter(Call::kSync));
  const auto is_inside = [directory = key_of(path)](const auto& entry) {
    return Path(entry.first).parent_path() == Path(directory);
  };
  std::erase_if(synced_entries_, is_inside);
  for (const auto& entry : entries_) {
    if (is_inside(entry)) synced_entries_.insert(entry);
  }
  return {};
}

Result<std::vector<std::string>> FaultFileSystem::list(const Path& path) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& entry : entries_) {
    const Path file(entry.first);
    if (file.parent_path() == Path(key_of(path))) names.push_back(file.filename().string());
  }
  return names;
}

std::uint64_t FaultFileSystem::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

void FaultFileSystem::kill_at(std::uint64_t index) {
  const std::lock_guard lock(mutex_);
  kill_at_ = index;
}

bool FaultFileSystem::is_killed() const {
  const std::lock_guard lock(mutex_);
  return kill_at_ && calls_ > *kill_at_;
}

void FaultFileSystem::fail_next(Call call, int times) {
  const std::lock_guard lock(mutex_);
  failures_[call] = times;
}

void FaultFileSystem::set_space(std::optional<std::uint64_t> bytes) {
  const std::lock_guard lock(mutex_);
  space_ = bytes;
}

void FaultFileSystem::restart(std::mt19937_64* random) {
  const std::lock_guard lock(mutex_);
  ++generation_;
  kill_at_.reset();
  failures_.clear();
  space_.reset();
  if (random != nullptr) {
    entries_ = synced_entries_;
    for (const auto& [path, file] : entries_) {
      const std::size_t unsynced = file->lost_pages ? 0 : file->bytes.size() - file->synced;
      file->bytes.resize(file->synced + (*random)() % (unsynced + 1));
    }
  }
  synced_entries_ = entries_;
  for (const auto& [path, file] : entries_) {
    file->synced = file->bytes.size();
    file->lost_pages = false;
  }
}

std::string FaultFileSystem::content(const Path& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key_of(path));
  return found == entries_.end() ? std::string() : found->second->bytes;
}

void FaultFileSystem::set_content(const Path& path, std::string bytes) {
  const std::lock_guard lock(mutex_);
  auto file = std::make_shared<File>();
  file->synced = bytes.size();
  file->bytes = std::move(bytes);
  entries_[key_of(path)] = file;
  synced_entries_[key_of(path)] = std::move(file);
}

}  // namespace tracery::store
