// SPDX-License-Identifier: Apache-2.0
#include "store/version_set.h"

#include <algorithm>
#include <map>
#include <utility>

#include "store/numbered_file.h"
#include "store/overflow_source.h"

namespace tracery::store {
namespace {

constexpr std::string_view kPartPrefix = "part-";
constexpr std::string_view kTemporaryPrefix = "tmp-";

}  // namespace

PublishedPart::PublishedPart(PartInfo info, std::filesystem::path path, FileSystem& files,
                             std::shared_ptr<VectorCache> cache,
                             std::shared_ptr<const RowSource> source)
    : info_(std::move(info)),
      path_(std::move(path)),
      files_(files),
      cache_(std::move(cache)),
      source_(std::move(source)),
      view_(with_overflow_fields(source_, cache_)) {}

PublishedPart::~PublishedPart() {
  view_.reset();
  source_.reset();
  // A file that stays behind is removed when the store is opened next.
  if (is_obsolete_) static_cast<void>(files_.remove(path_).ok());
}

VersionSet::VersionSet(FileSystem& files, const std::filesystem::path& directory,
                       std::shared_ptr<VectorCache> cache, std::uint64_t day_rows_max)
    : files_(files),
      parts_directory_(directory / "parts"),
      cache_(std::move(cache)),
      day_rows_max_(day_rows_max),
      current_(std::make_shared<const Version>()) {}

Result<std::unique_ptr<VersionSet>> VersionSet::open(FileSystem& files,
                                                     const std::filesystem::path& directory,
                                                     std::shared_ptr<VectorCache> cache,
                                                     std::uint64_t day_rows_max) {
  std::unique_ptr<VersionSet> versions(
      new VersionSet(files, directory, std::move(cache), day_rows_max));
  TRACERY_TRY(files.create_directories(versions->parts_directory_));
  versions->manifest_ = TRACERY_TRY(Manifest::open(files, directory));
  TRACERY_TRY(versions->open_parts());
  return versions;
}

Status VersionSet::open_parts() {
  const auto names = TRACERY_TRY(files_.list(parts_directory_));
  for (const std::string& name : names) {
    const auto number = parse_numbered_file_name(name, kPartPrefix);
    if (!number) continue;
    if (manifest_->is_new()) {
      return Error{ErrorCode::kCorrupt, "manifest is missing where a part is: " + name};
    }
    next_file_ = std::max(next_file_.load(), *number + 1);
  }
  TRACERY_TRY(remove_strangers(names));
  auto version = std::make_shared<Version>();
  for (const auto& [file, info] : manifest_->state().parts) {
    auto part = open_one(info);
    if (part.ok()) {
      version->parts.push_back(*std::move(part));
    } else {
      ++parts_unreadable_;
    }
  }
  log_mark_ = manifest_->state().log_mark;
  count_crowding(*version);
  current_ = std::move(version);
  return {};
}

Status VersionSet::remove_strangers(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const bool is_part = parse_numbered_file_name(name, kPartPrefix).has_value();
    const bool is_temporary = parse_numbered_file_name(name, kTemporaryPrefix).has_value();
    if (is_part && manifest_->state().parts.contains(name)) continue;
    const auto path = parts_directory_ / name;
    if (is_part && manifest_->had_bad_tail()) {
      // The edit that was lost may have been a finished one, and this file all that is left of it.
      auto aside = path;
      aside += ".orphan";
      TRACERY_TRY(files_.rename(path, aside));
    } else if (is_part || is_temporary) {
      TRACERY_TRY(files_.remove(path));
    }
  }
  return {};
}

Result<PartPointer> VersionSet::open_one(const PartInfo& info) const {
  const auto path = parts_directory_ / info.file;
  auto source = TRACERY_TRY(open_part(files_, path, *cache_));
  return std::make_shared<const PublishedPart>(info, path, files_, cache_, std::move(source));
}

std::shared_ptr<const Version> VersionSet::current() const {
  const std::lock_guard lock(current_mutex_);
  return current_;
}

std::uint64_t VersionSet::log_mark() const {
  const std::lock_guard lock(current_mutex_);
  return log_mark_;
}

Partitioning VersionSet::partitioning() const {
  Partitioning partitioning(day_rows_max_);
  for (const PartPointer& part : current()->parts) partitioning.add(part->info());
  return partitioning;
}

void VersionSet::count_crowding(const Version& version) {
  Partitioning partitioning(day_rows_max_);
  for (const PartPointer& part : version.parts) partitioning.add(part->info());
  std::map<TimePartition, std::size_t> counts;
  std::size_t most = 0;
  for (const PartPointer& part : version.parts) {
    if (part->info().level != 0 || part->is_unmergeable()) continue;
    most = std::max(most, ++counts[partitioning.of(part->info())]);
  }
  crowding_.store(most, std::memory_order_relaxed);
}

void VersionSet::set_aside(const std::vector<PartPointer>& parts) {
  for (const PartPointer& part : parts) part->make_unmergeable();
  const std::lock_guard lock(current_mutex_);
  count_crowding(*current_);
}

void VersionSet::add_head(std::shared_ptr<HeadBlock> head) {
  const std::lock_guard lock(current_mutex_);
  auto next = std::make_shared<Version>(*current_);
  next->heads.push_back(std::move(head));
  current_ = std::move(next);
}

Result<PartInfo> VersionSet::write(std::span<const PartInput> inputs, std::uint32_t level) {
  const std::uint64_t number = next_file_++;
  const auto temporary = parts_directory_ / numbered_file_name(kTemporaryPrefix, number);
  PartInfo part = TRACERY_TRY(write_part(files_, temporary, inputs, level));
  part.file = numbered_file_name(kPartPrefix, number);
  TRACERY_TRY(files_.rename(temporary, parts_directory_ / part.file));
  TRACERY_TRY(files_.sync_directory(parts_directory_));
  return part;
}

Status VersionSet::publish(const Step& step) {
  ManifestEdit edit;
  edit.add = step.add;
  for (const PartPointer& part : step.remove) edit.remove.push_back(part->info().file);
  if (step.log_mark != 0) edit.log_mark = step.log_mark;
  std::vector<PartPointer> added;
  for (const PartInfo& info : step.add) added.push_back(TRACERY_TRY(open_one(info)));

  const std::lock_guard publish_lock(publish_mutex_);
  TRACERY_TRY(manifest_->apply(edit));
  const std::lock_guard lock(current_mutex_);
  auto next = std::make_shared<Version>(*current_);
  std::erase_if(next->parts, [&](const PartPointer& part) {
    return std::find(step.remove.begin(), step.remove.end(), part) != step.remove.end();
  });
  next->parts.insert(next->parts.end(), added.begin(), added.end());
  std::erase_if(next->heads, [&](const auto& head) { return head.get() == step.sealed; });
  if (step.log_mark != 0) log_mark_ = step.log_mark;
  for (const PartPointer& part : step.remove) part->make_obsolete();
  count_crowding(*next);
  current_ = std::move(next);
  return {};
}

}  // namespace tracery::store
