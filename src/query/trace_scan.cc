// SPDX-License-Identifier: Apache-2.0
#include "query/trace_scan.h"

#include <algorithm>
#include <bit>
#include <set>

#include "model/names.h"
#include "query/span_columns.h"
#include "query/trace_crew.h"
#include "query/trace_id_words.h"

namespace tracery::query {
namespace {

/// A row group that may hold rows of the scan.
struct Group {
  std::uint32_t source = 0;
  std::uint32_t group = 0;
};

std::uint64_t fingerprint(const model::TraceId& id) {
  const TraceIdWords words(id);
  // Zero marks a free slot.
  return mix64(words.second ^ mix64(words.first)) | 1;
}

/// Looking traces up one by one pays off up to here.
constexpr std::size_t kLookUpMax = 128;

/// The groups that may have rows of the time and, unless it is null, of these traces.
Result<std::vector<Group>> list_groups(const store::Snapshot& snapshot, std::int64_t from_ns,
                                       std::int64_t to_ns, const TraceIdSet* only) {
  std::vector<Group> groups;
  for (std::uint32_t index = 0; index < snapshot.sources.size(); ++index) {
    const store::RowSource& source = *snapshot.sources[index];
    std::set<std::uint32_t> chosen;
    const bool looks_up = only != nullptr && only->size() <= kLookUpMax;
    if (looks_up) {
      for (const model::TraceId& id : *only) {
        for (const auto& range : TRACERY_TRY(source.find_trace(id))) chosen.insert(range.group);
      }
    }
    for (std::uint32_t group = 0; group < source.groups(); ++group) {
      const store::TimeBounds time = source.group_time(group);
      if (time.min_ns >= to_ns || time.max_ns < from_ns) continue;
      if (!looks_up || chosen.contains(group)) groups.push_back({index, group});
    }
  }
  return groups;
}

/// Fingerprints of traces, in a table that is quick to ask.
class FingerprintSet {
 public:
  void add(std::uint64_t print) {
    if ((count_ + 1) * 2 > table_.size()) grow();
    std::uint64_t& slot = slot_of(print);
    if (slot == print) return;
    slot = print;
    ++count_;
  }
  bool contains(std::uint64_t print) const {
    if (count_ == 0) return false;
    const std::size_t mask = table_.size() - 1;
    for (std::size_t at = (print >> 1) & mask;; at = (at + 1) & mask) {
      if (table_[at] == print) return true;
      if (table_[at] == 0) return false;
    }
  }

 private:
  std::uint64_t& slot_of(std::uint64_t print) {
    // The lowest bit of a fingerprint is always set.
    std::size_t at = (print >> 1) & (table_.size() - 1);
    while (table_[at] != 0 && table_[at] != print) at = (at + 1) & (table_.size() - 1);
    return table_[at];
  }
  void grow() {
    std::vector<std::uint64_t> old(table_.empty() ? 64 : table_.size() * 2, 0);
    old.swap(table_);
    for (const std::uint64_t print : old) {
      if (print != 0) slot_of(print) = print;
    }
  }

  std::vector<std::uint64_t> table_;
  std::size_t count_ = 0;
};

/// The traces a scan is confined to, if it is.
class Confinement {
 public:
  explicit Confinement(const TraceIdSet* only) : only_(only) {
    if (only == nullptr) return;
    for (const model::TraceId& id : *only) prints_.add(fingerprint(id));
  }
  bool admits(const model::TraceId& id, std::uint64_t print) const {
    return only_ == nullptr || (prints_.contains(print) && only_->contains(id));
  }

 private:
  const TraceIdSet* only_;
  FingerprintSet prints_;
};

/// Finds the traces whose rows lie in more than one place.
class PlaceCounter {
 public:
  PlaceCounter(const store::Snapshot& snapshot, const Confinement& only, std::size_t threads)
      : snapshot_(snapshot), only_(only), runs_(threads) {
    for (Runs& runs : runs_) runs.by_bucket.resize(kBuckets);
  }

  Status count(const std::vector<Group>& groups, const RunOptions& options) {
    return work_through(groups, runs_.size(), options, [&](std::size_t worker, const Group& at) {
      return add_group(runs_[worker], at);
    });
  }

  FingerprintSet scattered(std::size_t* rows) const {
    FingerprintSet repeated;
    std::vector<std::uint64_t> table;
    std::uint64_t runs_seen = 0;
    std::uint64_t runs_repeated = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      std::size_t count = 0;
      for (const Runs& runs : runs_) count += runs.by_bucket[bucket].size();
      runs_seen += count;
      table.assign(std::bit_ceil(count * 2 + 1), 0);
      for (const Runs& runs : runs_) {
        for (const std::uint64_t print : runs.by_bucket[bucket]) {
          if (add(table, print)) continue;
          repeated.add(print);
          ++runs_repeated;
        }
      }
    }
    std::uint64_t rows_seen = 0;
    for (const Runs& runs : runs_) rows_seen += runs.rows;
    // Rows of the traces in question, near enough to plan by.
    *rows = runs_seen == 0 ? 0 : rows_seen * 2 * runs_repeated / runs_seen;
    return repeated;
  }

 private:
  static constexpr std::size_t kBuckets = 512;  ///< So that a bucket's table stays in the cache.

  struct Runs {
    std::vector<std::vector<std::uint64_t>> by_bucket;
    std::uint64_t rows = 0;
    TraceIdColumn ids;
  };

  /// False when it was there already.
  static bool add(std::vector<std::uint64_t>& table, std::uint64_t print) {
    std::size_t at = (print >> 1) & (table.size() - 1);
    while (table[at] != 0) {
      if (table[at] == print) return false;
      at = (at + 1) & (table.size() - 1);
    }
    table[at] = print;
    return true;
  }

  Status add_group(Runs& runs, const Group& at) {
    static const std::vector<std::string> kColumns = {std::string(model::names::kTraceId)};
    GroupReader reader(&kColumns);
    reader.start(snapshot_.sources[at.source], at.group);
    TRACERY_TRY(runs.ids.read(reader, 0));
    const model::TraceId* last = nullptr;
    for (const model::TraceId& id : runs.ids.ids()) {
      if (is_no_trace(id)) continue;
      ++runs.rows;
      if (last != nullptr && is_same_trace(*last, id)) continue;
      last = &id;
      const std::uint64_t print = fingerprint(id);
      if (!only_.admits(id, print)) continue;
      runs.by_bucket[print >> 55].push_back(print);
    }
    return {};
  }

  const store::Snapshot& snapshot_;
  const Confinement& only_;
  std::vector<Runs> runs_;
};

/// A span of a trace that lies in several places.
struct LooseSpan {
  model::TraceId trace;
  TraceSpan span;
};

/// One thread's part of a scan.
class Worker {
 public:
  Worker(const store::Snapshot& snapshot, const TraceScanSpec& spec, Symbols& symbols,
         const Confinement& only, const FingerprintSet& scattered, const VisitTrace& visit)
      : snapshot_(snapshot),
        only_(only),
        scattered_(scattered),
        visit_(visit),
        columns_(spec, symbols),
        reader_(columns_.columns()) {}

  /// Visits the traces that lie within a row group, when `whole`, and keeps the spans of scattered
  /// ones whose fingerprint is `share` of `shares`.
  Status add_group(const Group& at, bool whole, std::size_t share, std::size_t shares) {
    reader_.start(snapshot_.sources[at.source], at.group);
    TRACERY_TRY(columns_.read_ids(reader_));
    find_runs(whole, share, shares);
    if (runs_.empty()) return {};
    const SpanColumns::Rows all{0, reader_.rows()};
    const bool takes_few = rows_wanted_ * 4 < all.end;
    TRACERY_TRY(
        columns_.read(reader_, at.source,
                      takes_few ? std::span<const SpanColumns::Rows>(runs_) : std::span(&all, 1)));
    for (const SpanColumns::Rows& run : runs_) add_run(run);
    return {};
  }

  void visit(const model::TraceId& id, std::span<const LooseSpan> spans) {
    trace_.id = id;
    trace_.spans.clear();
    for (const LooseSpan& span : spans) trace_.spans.push_back(span.span);
    finish();
  }

  std::vector<LooseSpan> loose;

 private:
  /// Lists the runs of rows of the same trace that this pass is about.
  void find_runs(bool whole, std::size_t share, std::size_t shares) {
    const auto& ids = columns_.ids();
    const auto count = static_cast<std::uint32_t>(ids.size());
    runs_.clear();
    rows_wanted_ = 0;
    for (std::uint32_t row = 0; row < count;) {
      std::uint32_t end = row + 1;
      while (end < count && is_same_trace(ids[end], ids[row])) ++end;
      const std::uint64_t print = fingerprint(ids[row]);
      const bool counts = !is_no_trace(ids[row]) && only_.admits(ids[row], print);
      const bool is_mine = scattered_.contains(print) ? (print >> 8) % shares == share : whole;
      if (counts && is_mine) {
        runs_.push_back({row, end});
        rows_wanted_ += end - row;
      }
      row = end;
    }
  }

  void add_run(const SpanColumns::Rows& run) {
    const model::TraceId& id = columns_.ids()[run.first];
    const auto spans = std::span(columns_.spans()).subspan(run.first, run.end - run.first);
    if (scattered_.contains(fingerprint(id))) {
      for (const TraceSpan& span : spans) {
        if (span.bits != 0) loose.push_back({id, span});
      }
      return;
    }
    trace_.id = id;
    trace_.spans.clear();
    for (const TraceSpan& span : spans) {
      if (span.bits != 0) trace_.spans.push_back(span);
    }
    finish();
  }

  void finish() {
    if (trace_.spans.empty()) return;
    assembler_.assemble(trace_);
    visit_(trace_);
  }

  const store::Snapshot& snapshot_;
  const Confinement& only_;
  const FingerprintSet& scattered_;
  const VisitTrace& visit_;
  SpanColumns columns_;
  GroupReader reader_;
  std::vector<SpanColumns::Rows> runs_;
  std::uint32_t rows_wanted_ = 0;
  TraceAssembler assembler_;
  ServiceTrace trace_;
};

struct LooseTrace {
  std::size_t first = 0, count = 0;
};

/// Puts the loose spans of all workers together and visits their traces.
Status visit_loose(std::vector<std::unique_ptr<Worker>>& workers, const RunOptions& options) {
  std::vector<LooseSpan> spans = std::move(workers[0]->loose);
  workers[0]->loose.clear();
  for (std::size_t i = 1; i < workers.size(); ++i) {
    auto& more = workers[i]->loose;
    spans.insert(spans.end(), more.begin(), more.end());
    more.clear();
  }
  std::vector<std::uint32_t> order(spans.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return spans[a].trace < spans[b].trace; });
  std::vector<LooseTrace> traces;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool is_same = i > 0 && spans[order[i]].trace == spans[order[i - 1]].trace;
    if (is_same) {
      ++traces.back().count;
    } else {
      traces.push_back({i, 1});
    }
  }
  std::vector<std::vector<LooseSpan>> gathered(workers.size());
  return work_through(traces, workers.size(), options,
                      [&](std::size_t worker, const LooseTrace& trace) -> Status {
                        auto& own = gathered[worker];
                        own.clear();
                        for (std::size_t i = 0; i < trace.count; ++i) {
                          own.push_back(spans[order[trace.first + i]]);
                        }
                        workers[worker]->visit(own.front().trace, own);
                        return {};
                      });
}

/// Finds rows that pass a test, for one thread.
class HitFinder {
 public:
  HitFinder(const store::Snapshot& snapshot, const RowTest& test, bool counts_traces)
      : snapshot_(snapshot),
        counts_traces_(counts_traces),
        columns_(
            std::make_unique<std::vector<std::string>>(1, std::string(model::names::kTraceId))),
        tester_(std::make_unique<RowTester>(std::span(&test, 1), *columns_)),
        reader_(columns_.get()) {}

  Status add_group(const Group& at, std::int64_t from_ns, std::int64_t to_ns) {
    reader_.start(snapshot_.sources[at.source], at.group);
    TRACERY_TRY(tester_->evaluate(reader_, bits_));
    const auto is_hit = [](std::uint64_t bits) { return bits != 0; };
    const bool has_hits = std::any_of(bits_.begin(), bits_.end(), is_hit);
    if (!has_hits && !counts_traces_) return {};
    TRACERY_TRY(ids_.read(reader_, 0));
    const VectorPtr times = TRACERY_TRY(reader_.field(store::RowField::kTime));
    const auto* time_ns = times->as<std::int64_t>();
    const auto& ids = ids_.ids();
    for (std::size_t row = 0; row < ids.size(); ++row) {
      if (time_ns[row] < from_ns || time_ns[row] >= to_ns) continue;
      traces += row == 0 || !is_same_trace(ids[row], ids[row - 1]) ? 1 : 0;
      if (bits_[row] == 0 || is_no_trace(ids[row])) continue;
      if (!hits.empty() && is_same_trace(hits.back().id, ids[row])) {
        hits.back().time_ns = std::max(hits.back().time_ns, time_ns[row]);
      } else {
        hits.push_back({ids[row], time_ns[row]});
      }
    }
    return {};
  }

  std::vector<TraceHit> hits;
  std::uint64_t traces = 0;

 private:
  const store::Snapshot& snapshot_;
  bool counts_traces_;
  std::unique_ptr<std::vector<std::string>> columns_;  ///< The reader keeps its address.
  std::unique_ptr<RowTester> tester_;
  GroupReader reader_;
  TraceIdColumn ids_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace

std::size_t TraceIdHash::operator()(const model::TraceId& id) const { return fingerprint(id) >> 1; }

Status scan_traces(const store::Snapshot& snapshot, const TraceScanSpec& spec, Symbols& symbols,
                   std::span<const VisitTrace> visitors, const RunOptions& options) {
  const std::vector<Group> groups =
      TRACERY_TRY(list_groups(snapshot, add_saturating(spec.from_ns, -kTraceReachNs),
                              add_saturating(spec.to_ns, kTraceReachNs), spec.only));
  const Confinement only(spec.only);
  PlaceCounter counter(snapshot, only, visitors.size());
  TRACERY_TRY(counter.count(groups, options));
  std::size_t loose_rows = 0;
  const FingerprintSet scattered = counter.scattered(&loose_rows);
  const std::size_t shares = 1 + loose_rows * sizeof(LooseSpan) / options.memory_bytes;
  std::vector<std::unique_ptr<Worker>> workers;
  for (const VisitTrace& visit : visitors) {
    workers.push_back(std::make_unique<Worker>(snapshot, spec, symbols, only, scattered, visit));
  }
  for (std::size_t share = 0; share < shares; ++share) {
    TRACERY_TRY(
        work_through(groups, workers.size(), options, [&](std::size_t worker, const Group& at) {
          return workers[worker]->add_group(at, share == 0, share, shares);
        }));
    TRACERY_TRY(visit_loose(workers, options));
  }
  return {};
}

Result<std::vector<TraceHit>> find_hits(const store::Snapshot& snapshot, const RowTest& test,
                                        std::int64_t from_ns, std::int64_t to_ns,
                                        const RunOptions& options, std::uint64_t* traces_seen) {
  const std::vector<Group> groups = TRACERY_TRY(list_groups(snapshot, from_ns, to_ns, nullptr));
  std::vector<HitFinder> finders;
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    finders.emplace_back(snapshot, test, traces_seen != nullptr);
  }
  const std::size_t hits_max = options.memory_bytes / finders.size() / sizeof(TraceHit) / 2;
  const auto add_group = [&](std::size_t worker, const Group& at) -> Status {
    TRACERY_TRY(finders[worker].add_group(at, from_ns, to_ns));
    if (finders[worker].hits.size() <= hits_max) return {};
    return Error{ErrorCode::kTooLarge, "too many traces in range for the query memory limit"};
  };
  TRACERY_TRY(work_through(groups, finders.size(), options, add_group));
  std::vector<TraceHit> hits = std::move(finders[0].hits);
  std::uint64_t seen = finders[0].traces;
  for (std::size_t i = 1; i < finders.size(); ++i) {
    hits.insert(hits.end(), finders[i].hits.begin(), finders[i].hits.end());
    seen += finders[i].traces;
  }
  if (traces_seen != nullptr) *traces_seen = seen;
  return hits;
}

}  // namespace tracery::query
