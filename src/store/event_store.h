// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "base/result.h"
#include "store/event_batch.h"
#include "store/file_system.h"
#include "store/part.h"
#include "store/row_source.h"

namespace tracery::store {

enum class Durability : std::uint8_t {
  kSync,      ///< Acknowledge after fdatasync.
  kInterval,  ///< Acknowledge after write; fdatasync every 200 ms.
  kNone,      ///< Acknowledge after write; the system syncs when it likes.
};

/// One accepted request, as it goes to the log: enough to decode it again after a crash.
struct LogRecord {
  std::uint8_t kind = 0;  ///< Which decoder; the store does not look.
  std::string header;     ///< The decoder's parameters (receive time, encoding, dataset, …).
  std::string payload;    ///< The body as received.
  /// The payload is compressed already (gzip, zstd, …): the log keeps it as it is. Payloads that
  /// are not are packed by the log itself.
  bool payload_compressed = false;
  /// Names the request, for clients that send it again after a timeout: a record with the hash of
  /// one that was stored in the last five minutes is acknowledged, not stored. Leave it out where
  /// equal requests are legal.
  std::optional<Hash128> request_hash;
};

struct StoreOptions {
  std::filesystem::path directory;
  Durability durability = Durability::kSync;
  std::size_t memory_bytes = 1ULL << 30;  ///< One budget for heads, cache and log.
  std::int64_t retention_ns = 60LL * 86'400 * 1'000'000'000;
  std::uint64_t disk_bytes_max = 0;  ///< Oldest parts go first beyond it; 0 is no limit.
  std::int64_t seal_after_ns = 60LL * 1'000'000'000;
  bool merge_in_background = true;
  /// Values of further columns go to one overflow column: slow to query, not lost.
  std::size_t columns_per_dataset = 10'000;
  EventLimits limits;                        ///< Of the batches that `take_batch` gives.
  std::uint64_t day_rows_max = 100'000'000;  ///< Days with more are divided by the hour.
  FileSystem* files = nullptr;               ///< Borrowed; the machine's when null.
};

/// Counters for /metrics and the status page; all since start unless said.
struct StoreStats {
  std::uint64_t events_appended = 0;
  std::uint64_t events_expired = 0;     ///< Older than retention when they came; dropped.
  std::uint64_t values_overflowed = 0;  ///< Of columns over StoreOptions::columns_per_dataset.
  std::uint64_t log_bytes = 0;
  std::uint64_t log_syncs = 0;
  std::uint64_t log_queue_bytes = 0;  ///< Now.
  std::uint64_t parts = 0;            ///< Now.
  std::uint64_t part_bytes = 0;       ///< Now, on disk.
  std::uint64_t part_rows = 0;        ///< Now.
  std::uint64_t head_rows = 0;        ///< Now.
  std::uint64_t head_bytes = 0;       ///< Now, in memory.
  std::uint64_t cache_bytes = 0;      ///< Now.
  std::uint64_t seals = 0;
  std::uint64_t seal_failures = 0;
  std::uint64_t merges = 0;
  std::uint64_t requests_repeated = 0;  ///< Acknowledged, not stored: LogRecord::request_hash.
  std::uint64_t requests_refused = 0;   ///< Answered kOverloaded or kUnavailable.
  // Found when the store was opened.
  std::uint64_t records_replayed = 0;
  std::uint64_t records_unreadable = 0;    ///< Replay gave an error: their events are lost.
  std::uint64_t log_segments_damaged = 0;  ///< Kept aside as `*.bad` once their rest is in parts.
  std::uint64_t parts_unreadable = 0;      ///< Left where they are, not queried.
  std::int64_t recovery_ns = 0;            ///< How long replaying took.
  bool writable = true;                    ///< False while the disk refuses writes.
};

/// Durable columnar events. Thread-safe.
///
/// `append` puts a request through: log → (group commit, fdatasync) → head block, visible to
/// `snapshot` → `done`. Requests become visible in the order they reached the log. A background
/// thread seals the head block into parts and merges parts.
class EventStore {
 public:
  /// Turns a log record back into events after a crash. Must give what was given at first. Called
  /// on several threads at once.
  using Replay = std::function<Result<std::unique_ptr<EventBatch>>(const LogRecord&)>;
  using Done = std::function<void(Status)>;

  /// Opens or makes the store, replays the log, and deletes files that no manifest names.
  /// kConflict when another process has the directory; kCorrupt when the manifest is.
  static Result<std::unique_ptr<EventStore>> open(StoreOptions options, const Clock& clock,
                                                  const Replay& replay);
  /// Finishes what was appended, seals the head block, and closes.
  ~EventStore();

  /// An empty batch, if possible one used before, which knows its columns and has its memory.
  /// `now_ns` as in EventBatch.
  std::unique_ptr<EventBatch> take_batch(std::int64_t now_ns);

  /// Calls `done` exactly once, from a thread of the store, when the record is durable and its
  /// events are visible. kOverloaded when the queue is full, memory is, or parts come faster than
  /// they are merged (nothing was stored), kUnavailable
  /// when the disk refuses writes (nothing was stored; later appends may succeed again); these may
  /// come from this thread before `append` returns. `done` must not block.
  void append(LogRecord record, std::unique_ptr<EventBatch> batch, Done done);

  std::shared_ptr<const Snapshot> snapshot() const;
  StoreStats stats() const;

  /// Seals the head block now and waits for its parts; for tests, tools and shutdown.
  Status seal();
  /// Merges until nothing is left to merge; for tests and tools.
  Status merge();

  /// Takes the events of these datasets out of the store for good: those visible now, and perhaps
  /// some that come meanwhile. Seals the head block and writes anew what parts have others beside
  /// them, so it takes about a microsecond for each event kept there. All of it happens or nothing,
  /// also when the process is killed; after an error it may still happen later.
  Status remove_datasets(const std::vector<std::string>& names);
  /// The same for some rows of a dataset.
  Status remove_rows(const std::string& dataset, const Removal::Rows& rows);

 private:
  struct Impl;
  explicit EventStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tracery::store
