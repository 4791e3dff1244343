// SPDX-License-Identifier: Apache-2.0
#include "store/event_store.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "store/applier.h"
#include "store/batch_pool.h"
#include "store/byte_budget.h"
#include "store/committer.h"
#include "store/directory_lock.h"
#include "store/live_catalogue.h"
#include "store/log_reader.h"
#include "store/log_writer.h"
#include "store/maintenance.h"
#include "store/overflow_source.h"
#include "store/replayer.h"
#include "store/sealer.h"
#include "store/version_set.h"

namespace tracery::store {
namespace {

// The shares of StoreOptions::memory_bytes; the rest is for queries and the network.
constexpr std::size_t kHeadsShare = 4;
constexpr std::size_t kCacheShare = 4;
constexpr std::size_t kLogQueueShare = 20;

/// A hash of a recent request takes about a hundred bytes; this keeps them to a few percent.
constexpr std::size_t kMemoryPerRecentRequest = 4'096;

constexpr std::size_t kPayloadBytesMax = 1U << 30;

/// What replaying found, on its way into the running store.
struct Recovery {
  explicit Recovery(std::size_t recent_max) : recent(recent_max) {}

  RecentRequests recent;
  std::vector<SealedHead> sealed;  ///< Full heads, oldest first.
  LogReading reading;
  std::uint64_t replayed = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t expired = 0;
  std::uint64_t overflowed = 0;
};

/// Puts replayed records into heads.
class ReplayTarget {
 public:
  ReplayTarget(HeadWriter& writer, VersionSet& versions, const Clock& clock, Recovery& recovery)
      : writer_(writer), versions_(versions), clock_(clock), recovery_(recovery) {}

  void apply(const LogFrame& frame, const Result<std::unique_ptr<EventBatch>>& batch) {
    if (!batch.ok()) {
      ++recovery_.unreadable;
      return;
    }
    ++recovery_.replayed;
    const auto applied = writer_.apply(frame, **batch, clock_.now_ns());
    recovery_.expired += applied.expired;
    recovery_.overflowed += applied.overflowed;
    writer_.head()->publish();
    if (!writer_.is_full()) return;
    versions_.add_head(writer_.head());
    recovery_.sealed.push_back(writer_.rotate());
  }

 private:
  HeadWriter& writer_;
  VersionSet& versions_;
  const Clock& clock_;
  Recovery& recovery_;
};

}  // namespace

struct EventStore::Impl {
  Impl(StoreOptions store_options, const Clock& store_clock, DirectoryLock taken)
      : options(std::move(store_options)),
        clock(store_clock),
        files(options.files != nullptr ? *options.files : system_files()),
        lock(std::move(taken)),
        cache(std::make_shared<VectorCache>(options.memory_bytes / kCacheShare)),
        catalogue(options.columns_per_dataset),
        pool(options.limits),
        queue(options.memory_bytes / kLogQueueShare) {}
  ~Impl();

  Status recover(const Replay& replay);
  void start(Recovery recovery, HeadWriter writer);
  void refuse(ErrorCode code, std::string_view why, const Done& done);

  const StoreOptions options;
  const Clock& clock;
  FileSystem& files;
  DirectoryLock lock;
  std::shared_ptr<VectorCache> cache;
  LiveCatalogue catalogue;
  BatchPool pool;
  ByteBudget queue;
  StoreStats found;  ///< The counters that opening set.
  std::atomic<std::uint64_t> refused{0};

  // In the order they are started; stopped the other way round.
  std::unique_ptr<VersionSet> versions;
  std::unique_ptr<LogWriter> log;
  std::unique_ptr<Maintenance> maintenance;
  std::unique_ptr<Sealer> sealer;
  std::unique_ptr<Applier> applier;
  std::unique_ptr<Committer> committer;
};

EventStore::Impl::~Impl() {
  committer.reset();
  applier.reset();
  sealer.reset();
  maintenance.reset();
  if (log == nullptr) return;
  log->close();
  log->remove_before(versions->log_mark(), clock.now_ns());
}

Status EventStore::Impl::recover(const Replay& replay) {
  const std::int64_t started_ns = monotonic_ns();
  const auto log_directory = options.directory / "log";
  TRACERY_TRY(files.create_directories(log_directory));
  versions = TRACERY_TRY(VersionSet::open(files, options.directory, cache, options.day_rows_max));
  // The names of the directories themselves.
  TRACERY_TRY(files.sync_directory(options.directory));
  for (const PartPointer& part : versions->current()->parts) {
    const auto known = read_part_catalogue(*part->source());
    if (known.ok()) catalogue.add(*known);
  }
  Recovery recovery(options.memory_bytes / kMemoryPerRecentRequest);
  HeadWriter writer({.retention_ns = options.retention_ns,
                     .seal_after_ns = options.seal_after_ns,
                     .head_bytes_max = options.memory_bytes / kHeadsShare / kHeadsMax},
                    catalogue, versions->log_mark());
  SeenRequests seen = TRACERY_TRY(read_seen_requests(files, log_directory));
  for (const SeenRequest& request : seen.requests) {
    recovery.recent.add(request.hash, request.time_ns);
  }
  ReplayTarget target(writer, *versions, clock, recovery);
  Replayer replayer(replay,
                    [&](const LogFrame& frame, const auto& batch) { target.apply(frame, batch); });
  recovery.reading = TRACERY_TRY(read_log(files, log_directory, [&](LogFrame frame) {
    const auto& hash = frame.record.request_hash;
    if (hash) recovery.recent.add(*hash, frame.time_ns);
    if (frame.sequence >= versions->log_mark()) replayer.add(std::move(frame));
  }));
  replayer.finish();
  LogEnd& end = recovery.reading.end;
  end.seen_files = std::move(seen.files);
  end.next_sequence = std::max(end.next_sequence, versions->log_mark());
  found.records_replayed = recovery.replayed;
  found.records_unreadable = recovery.unreadable;
  found.events_expired = recovery.expired;
  found.values_overflowed = recovery.overflowed;
  found.log_segments_damaged = recovery.reading.damaged_segments;
  found.parts_unreadable = versions->parts_unreadable();
  start(std::move(recovery), std::move(writer));
  found.recovery_ns = monotonic_ns() - started_ns;
  return {};
}

void EventStore::Impl::start(Recovery recovery, HeadWriter writer) {
  log = std::make_unique<LogWriter>(files, LogWriter::Options{options.directory / "log"},
                                    std::move(recovery.reading.end));
  maintenance = std::make_unique<Maintenance>(
      *versions, catalogue, clock,
      Maintenance::Options{options.retention_ns, options.disk_bytes_max,
                           options.merge_in_background});
  sealer = std::make_unique<Sealer>(*versions, [this](std::uint64_t log_mark) {
    log->remove_before(log_mark, clock.now_ns());
    maintenance->wake();
  });
  for (SealedHead& sealed : recovery.sealed) sealer->push(std::move(sealed));
  applier = std::make_unique<Applier>(std::move(writer), *versions, *sealer, clock,
                                      [this](PendingAppend& append) {
                                        queue.give_back(append.cost_bytes);
                                        pool.give(std::move(append.batch));
                                      });
  committer = std::make_unique<Committer>(
      *log, clock, options.durability, std::move(recovery.recent),
      [this](CommittedGroup group) { applier->push(std::move(group)); },
      [this] { applier->request_rotation(); });
}

void EventStore::Impl::refuse(ErrorCode code, std::string_view why, const Done& done) {
  refused.fetch_add(1, std::memory_order_relaxed);
  done(Error{code, std::string(why)});
}

Result<std::unique_ptr<EventStore>> EventStore::open(StoreOptions options, const Clock& clock,
                                                     const Replay& replay) {
  DirectoryLock lock = TRACERY_TRY(DirectoryLock::take(options.directory));
  auto impl = std::make_unique<Impl>(std::move(options), clock, std::move(lock));
  TRACERY_TRY(impl->recover(replay));
  return std::unique_ptr<EventStore>(new EventStore(std::move(impl)));
}

EventStore::EventStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventStore::~EventStore() = default;

std::unique_ptr<EventBatch> EventStore::take_batch(std::int64_t now_ns) {
  return impl_->pool.take(now_ns);
}

void EventStore::append(LogRecord record, std::unique_ptr<EventBatch> batch, Done done) {
  if (record.payload.size() > kPayloadBytesMax) {
    impl_->refuse(ErrorCode::kTooLarge, "payload too large for the log", done);
    return;
  }
  if (impl_->applier->is_blocked()) {
    if (impl_->sealer->is_failing()) {
      impl_->refuse(ErrorCode::kUnavailable, "memory is full and the disk takes no parts", done);
    } else {
      impl_->refuse(ErrorCode::kOverloaded, "memory for new events is full", done);
    }
    return;
  }
  if (impl_->versions->crowding() > kFullParts) {
    impl_->refuse(ErrorCode::kOverloaded, "parts come faster than they are merged", done);
    return;
  }
  PendingAppend append;
  append.frame = make_log_frame(std::move(record), impl_->clock.now_ns());
  append.cost_bytes = append.frame.bytes() + batch->memory_bytes();
  append.batch = std::move(batch);
  append.done = std::move(done);
  if (!impl_->queue.take(append.cost_bytes)) {
    impl_->refuse(ErrorCode::kOverloaded, "queue to the log is full", append.done);
    return;
  }
  impl_->committer->push(std::move(append));
}

std::shared_ptr<const Snapshot> EventStore::snapshot() const {
  const std::shared_ptr<const Version> version = impl_->versions->current();
  std::vector<std::pair<std::int64_t, std::shared_ptr<const RowSource>>> sources;
  for (const auto& head : version->heads) {
    auto view = with_overflow_fields(head->view(), impl_->cache);
    if (view->rows() != 0) sources.emplace_back(view->time().max_ns, std::move(view));
  }
  for (const PartPointer& part : version->parts) {
    // Holds the part, not only its rows: the file stays while the snapshot does.
    sources.emplace_back(part->info().time.max_ns,
                         std::shared_ptr<const RowSource>(part, part->view().get()));
  }
  std::stable_sort(sources.begin(), sources.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  auto snapshot = std::make_shared<Snapshot>();
  for (auto& [time_ns, source] : sources) snapshot->sources.push_back(std::move(source));
  snapshot->catalogue = impl_->catalogue.snapshot(impl_->clock.now_ns());
  return snapshot;
}

StoreStats EventStore::stats() const {
  StoreStats stats = impl_->found;
  stats.events_appended = impl_->applier->events_appended();
  stats.events_expired += impl_->applier->events_expired();
  stats.values_overflowed += impl_->applier->values_overflowed();
  stats.log_bytes = impl_->log->bytes_written();
  stats.log_syncs = impl_->log->syncs();
  stats.log_queue_bytes = impl_->queue.used();
  const auto version = impl_->versions->current();
  for (const PartPointer& part : version->parts) {
    ++stats.parts;
    stats.part_bytes += part->info().bytes;
    stats.part_rows += part->info().rows;
  }
  for (const auto& head : version->heads) {
    stats.head_rows += head->rows();
    stats.head_bytes += head->memory_bytes();
  }
  stats.cache_bytes = impl_->cache->bytes();
  stats.seals = impl_->sealer->seals();
  stats.seal_failures = impl_->sealer->failures();
  stats.merges = impl_->maintenance->merges();
  stats.requests_repeated = impl_->committer->repeats();
  stats.requests_refused = impl_->refused;
  stats.writable = impl_->committer->is_writable();
  return stats;
}

Status EventStore::seal() {
  impl_->applier->rotate();
  return impl_->sealer->wait_until_sealed();
}

Status EventStore::merge() { return impl_->maintenance->merge_all(); }

Status EventStore::remove_datasets(const std::vector<std::string>& names) {
  const std::int64_t started_ns = impl_->clock.now_ns();
  std::vector<Removal> removals;
  for (const std::string& name : names) removals.push_back({name, std::nullopt});
  TRACERY_TRY(seal());
  impl_->catalogue.forget(TRACERY_TRY(impl_->maintenance->remove(removals)), started_ns);
  return {};
}

Status EventStore::remove_rows(const std::string& dataset, const Removal::Rows& rows) {
  TRACERY_TRY(seal());
  impl_->catalogue.subtract(TRACERY_TRY(impl_->maintenance->remove({{dataset, rows}})));
  return {};
}

}  // namespace tracery::store
