// SPDX-License-Identifier: Apache-2.0
#include "store/manifest.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace tracery::store {
namespace {

constexpr std::string_view kCurrent = "CURRENT";
constexpr std::string_view kCurrentNew = "CURRENT.tmp";

/// A longer file is replaced by one with a single edit.
constexpr std::uint64_t kBytesMax = 1U << 20;

ManifestEdit whole(const ManifestState& state) {
  ManifestEdit edit;
  for (const auto& [file, part] : state.parts) edit.add.push_back(part);
  edit.log_mark = state.log_mark;
  return edit;
}

Status write_synced(WritableFile& file, std::string_view bytes) {
  TRACERY_TRY(file.append({&bytes, 1}));
  return file.sync();
}

}  // namespace

Result<std::unique_ptr<Manifest>> Manifest::open(FileSystem& files,
                                                 const std::filesystem::path& directory) {
  std::unique_ptr<Manifest> manifest(new Manifest(files, directory));
  TRACERY_TRY(manifest->load());
  if (manifest->is_new_) TRACERY_TRY(manifest->begin_file(manifest->state_));
  return manifest;
}

Status Manifest::load() {
  const auto names = TRACERY_TRY(files_.list(directory_));
  for (const std::string& name : names) {
    number_ = std::max(number_, parse_manifest_file_name(name).value_or(0));
  }
  const bool has_current = std::find(names.begin(), names.end(), kCurrent) != names.end();
  if (!has_current) {
    // The first file of all is number 1, and CURRENT follows it at once; a later one was preceded
    // by a CURRENT that is now gone.
    is_new_ = true;
    if (number_ <= 1) return {};
    return Error{ErrorCode::kCorrupt, "file CURRENT is missing"};
  }
  const auto current = TRACERY_TRY(files_.open(directory_ / kCurrent));
  const std::string text = TRACERY_TRY(current->read(0, current->size()));
  const std::uint64_t number = TRACERY_TRY(decode_current(text));
  auto file = files_.open(directory_ / manifest_file_name(number));
  if (!file.ok()) return Error{ErrorCode::kCorrupt, "manifest is missing: " + file.error().message};
  const std::string bytes = TRACERY_TRY((*file)->read(0, (*file)->size()));
  ManifestReading reading = TRACERY_TRY(decode_manifest(bytes));
  state_ = std::move(reading.state);
  had_bad_tail_ = reading.has_bad_tail;
  return {};
}

Status Manifest::begin_file(const ManifestState& state) {
  file_.reset();
  ++number_;
  auto file = TRACERY_TRY(files_.create(directory_ / manifest_file_name(number_)));
  TRACERY_TRY(write_synced(*file, encode_manifest_header() + encode_edit(whole(state))));
  const auto current = TRACERY_TRY(files_.create(directory_ / kCurrentNew));
  TRACERY_TRY(write_synced(*current, encode_current(number_)));
  TRACERY_TRY(files_.sync_directory(directory_));
  TRACERY_TRY(files_.rename(directory_ / kCurrentNew, directory_ / kCurrent));
  TRACERY_TRY(files_.sync_directory(directory_));
  file_ = std::move(file);
  remove_old_files();
  return {};
}

void Manifest::remove_old_files() {
  const auto names = files_.list(directory_);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const auto number = parse_manifest_file_name(name);
    // What cannot be removed now is removed the next time.
    if (number && *number != number_) static_cast<void>(files_.remove(directory_ / name).ok());
  }
}

Status Manifest::append(const ManifestEdit& edit) {
  if (!file_ || file_->size() > kBytesMax) return Error{ErrorCode::kIo, "needs a new file"};
  const Status written = write_synced(*file_, encode_edit(edit));
  if (!written.ok()) file_.reset();
  return written;
}

Status Manifest::apply(const ManifestEdit& edit) {
  ManifestState next = state_;
  TRACERY_TRY(apply_edit(edit, next));
  // A file that failed once is not trusted again: the whole state goes to a new one.
  if (!append(edit).ok()) TRACERY_TRY(begin_file(next));
  state_ = std::move(next);
  return {};
}

}  // namespace tracery::store
