// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/file_system.h"
#include "store/log_format.h"
#include "store/seen_requests.h"

namespace tracery::store {

/// A segment that stays as it is, until all its frames are in parts.
struct LogSegment {
  std::uint64_t first_sequence = 0;
  std::uint64_t bytes = 0;  ///< How much of the file counts.
  bool is_damaged = false;  ///< Kept under another name, not removed, for a human to look at.
  std::vector<SeenRequest> requests;
};

/// Where a log ended when it was read: what a writer needs to go on.
struct LogEnd {
  std::vector<LogSegment> segments;  ///< Ascending.
  std::vector<SeenFile> seen_files;
  std::uint64_t next_sequence = 1;
};

/// Appends frames to the log. A segment whose write or sync failed is never touched again: the
/// next one says in its header how much of it counts, and takes the frames that were not
/// acknowledged. `write` and `sync` are for one thread; the rest is thread-safe.
class LogWriter {
 public:
  struct Options {
    std::filesystem::path directory;
    std::uint64_t segment_bytes_max = 64ULL << 20;
  };

  /// Opens nothing yet: the first `write` makes a segment.
  LogWriter(FileSystem& files, Options options, LogEnd end);

  /// Numbers the frames and writes them, and syncs them if asked to. On an error none of them is in
  /// the log, and a later call tries again in a new segment. kUnavailable, whatever the cause.
  Status write(std::span<LogFrame* const> frames, bool sync);
  /// Makes durable what was written without. After an error some of it may be lost on a power cut,
  /// though not from memory; the next `write` begins a new segment.
  Status sync();
  /// True once after any sync failed of frames whose `write` had not asked for one.
  bool take_sync_failure() { return std::exchange(has_sync_failed_, false); }
  bool has_unsynced() const { return has_unsynced_; }
  /// Ends the open segment, synced; a later `write` begins another.
  void close();

  /// Removes segments that hold no frame of `sequence` or later; the hashes of requests that may
  /// still be repeated after `now_ns` stay in a file of their own. Errors are left to the next
  /// call.
  void remove_before(std::uint64_t sequence, std::int64_t now_ns);

  std::uint64_t next_sequence() const { return next_sequence_.load(std::memory_order_acquire); }
  std::uint64_t bytes_written() const { return bytes_written_.load(std::memory_order_relaxed); }
  std::uint64_t syncs() const { return syncs_.load(std::memory_order_relaxed); }

 private:
  Status open_segment();
  Status write_to_segment(std::span<LogFrame* const> frames, bool sync);
  /// Leaves the open segment for good; what counts of it is `valid_bytes_`.
  void abandon();
  void keep_closed();
  void leave_requests(const LogSegment& segment, std::int64_t now_ns);
  void remove_old_requests(std::int64_t now_ns);

  FileSystem& files_;
  const Options options_;

  // Of the writing thread.
  std::unique_ptr<WritableFile> file_;
  SegmentHeader header_;
  std::uint64_t valid_bytes_ = 0;
  std::vector<SeenRequest> requests_;    ///< Of the open segment.
  std::uint64_t previous_sequence_ = 0;  ///< First one of the segment closed last.
  std::uint64_t previous_bytes_ = 0;
  bool has_unsynced_ = false;
  bool has_sync_failed_ = false;
  std::atomic<std::uint64_t> next_sequence_;

  std::atomic<std::uint64_t> bytes_written_{0};
  std::atomic<std::uint64_t> syncs_{0};

  std::mutex segments_mutex_;
  // Guarded by segments_mutex_.
  std::vector<LogSegment> segments_;  ///< Closed ones.
  std::vector<SeenFile> seen_files_;
  std::uint64_t open_first_sequence_ = 0;  ///< 0: no segment is open.
};

}  // namespace tracery::store
