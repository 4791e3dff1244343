// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "store/head_block.h"
#include "store/manifest.h"
#include "store/part.h"
#include "store/partitioning.h"
#include "store/vector_cache.h"

namespace tracery::store {

/// A merge does not make row groups of more bytes than this on disk: a group is the unit of reading
/// and of encoding, and is unpacked in memory then.
inline constexpr std::uint64_t kGroupBytesMax = 32ULL << 20;

/// A part in use. Its file goes away with the last holder once the part is obsolete.
class PublishedPart {
 public:
  PublishedPart(PartInfo info, std::filesystem::path path, FileSystem& files,
                std::shared_ptr<VectorCache> cache, std::shared_ptr<const RowSource> source);
  ~PublishedPart();
  PublishedPart(const PublishedPart&) = delete;
  PublishedPart& operator=(const PublishedPart&) = delete;

  const PartInfo& info() const { return info_; }
  /// The rows as they lie in the file, and as queries see them (overflow_source.h).
  const std::shared_ptr<const RowSource>& source() const { return source_; }
  const std::shared_ptr<const RowSource>& view() const { return view_; }
  /// Its bytes are bad somewhere, so that it is served as far as it goes, or its rows are so long
  /// (documents, log texts) that a row group has all it should.
  bool is_unmergeable() const {
    return is_unmergeable_.load(std::memory_order_relaxed) ||
           bytes_per_group(info_.rows, info_.bytes) > kGroupBytesMax / 2;
  }
  void make_unmergeable() const { is_unmergeable_.store(true, std::memory_order_relaxed); }
  void make_obsolete() const { is_obsolete_.store(true, std::memory_order_relaxed); }

 private:
  PartInfo info_;
  std::filesystem::path path_;
  FileSystem& files_;
  std::shared_ptr<VectorCache> cache_;  ///< Before the source, which reads through it.
  std::shared_ptr<const RowSource> source_;
  std::shared_ptr<const RowSource> view_;
  mutable std::atomic<bool> is_obsolete_{false};
  mutable std::atomic<bool> is_unmergeable_{false};
};
using PartPointer = std::shared_ptr<const PublishedPart>;

/// What a reader sees: never changes.
struct Version {
  std::vector<PartPointer> parts;
  std::vector<std::shared_ptr<HeadBlock>> heads;  ///< Oldest first; the last one takes appends.
};

/// Parts of level 0 in one partition beyond which merging them is urgent, and beyond which new
/// events are refused: each part makes every query slower.
inline constexpr std::size_t kCrowdedParts = 24;
inline constexpr std::size_t kFullParts = 64;

/// The current version, and the steps from one to the next: first durable in the manifest, then
/// visible. Thread-safe.
class VersionSet {
 public:
  /// Opens the parts that the manifest in `directory` names and removes files it does not name.
  /// `day_rows_max` as in Partitioning.
  static Result<std::unique_ptr<VersionSet>> open(FileSystem& files,
                                                  const std::filesystem::path& directory,
                                                  std::shared_ptr<VectorCache> cache,
                                                  std::uint64_t day_rows_max);

  std::shared_ptr<const Version> current() const;
  std::uint64_t log_mark() const;
  std::uint64_t parts_unreadable() const { return parts_unreadable_; }
  Partitioning partitioning() const;
  /// The most parts of level 0 that one partition has, but for unmergeable ones.
  std::size_t crowding() const { return crowding_.load(std::memory_order_relaxed); }
  /// Leaves the parts out of merges and of `crowding`.
  void set_aside(const std::vector<PartPointer>& parts);

  /// The head that takes appends from now on.
  void add_head(std::shared_ptr<HeadBlock> head);

  /// Writes a part file under its final name; it is no part of any version yet.
  Result<PartInfo> write(std::span<const PartInput> inputs, std::uint32_t level);
  struct Step {
    std::vector<PartInfo> add;
    std::vector<PartPointer> remove;
    const HeadBlock* sealed = nullptr;  ///< Leaves the version: its rows are in `add`.
    std::uint64_t log_mark = 0;         ///< Not moved when 0.
  };
  /// After an error nothing has changed, but keep the files of `add` and try again, or open the
  /// store anew: the step may have reached the disk.
  Status publish(const Step& step);

 private:
  VersionSet(FileSystem& files, const std::filesystem::path& directory,
             std::shared_ptr<VectorCache> cache, std::uint64_t day_rows_max);

  void count_crowding(const Version& version);
  Status open_parts();
  Status remove_strangers(const std::vector<std::string>& names);
  Result<PartPointer> open_one(const PartInfo& info) const;

  FileSystem& files_;
  const std::filesystem::path parts_directory_;
  std::shared_ptr<VectorCache> cache_;
  const std::uint64_t day_rows_max_;
  std::uint64_t parts_unreadable_ = 0;
  std::atomic<std::size_t> crowding_{0};
  std::atomic<std::uint64_t> next_file_{1};

  std::mutex publish_mutex_;
  std::unique_ptr<Manifest> manifest_;  ///< Guarded by publish_mutex_.

  mutable std::mutex current_mutex_;
  std::shared_ptr<const Version> current_;  ///< Guarded by current_mutex_.
  std::uint64_t log_mark_ = 1;              ///< Guarded by current_mutex_.
};

}  // namespace tracery::store
