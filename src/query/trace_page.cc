// SPDX-License-Identifier: Apache-2.0
#include "query/trace_page.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "query/span_columns.h"

namespace tracery::query {
namespace {

/// What a trace is ordered by; greater comes first.
std::int64_t rank_of(const ServiceTrace& trace, TraceOrder order) {
  return order == TraceOrder::kNewest ? trace.start_ns() : trace.end_ns() - trace.start_ns();
}

/// Keeps the first so many traces of all it is given. Used by one thread.
class BestTraces {
 public:
  BestTraces(TraceOrder order, std::size_t count) : order_(order), count_(count) {}

  void add(const ServiceTrace& trace) {
    kept_.emplace_back(rank_of(trace, order_), trace);
    if (kept_.size() >= 2 * count_ + 16) cut();
  }
  void absorb(BestTraces& other) {
    for (auto& each : other.kept_) kept_.push_back(std::move(each));
    other.kept_.clear();
    cut();
  }
  std::size_t size() const { return kept_.size(); }
  std::vector<ServiceTrace> take() {
    cut();
    std::vector<ServiceTrace> traces;
    for (auto& [rank, trace] : kept_) traces.push_back(std::move(trace));
    return traces;
  }

 private:
  void cut() {
    std::sort(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second.id < b.second.id;
    });
    if (kept_.size() > count_) kept_.resize(count_);
  }

  TraceOrder order_;
  std::size_t count_;
  std::vector<std::pair<std::int64_t, ServiceTrace>> kept_;
};

/// Rows of a kind that every wanted trace has, looked up from the newest on as far as is needed.
class HitSearch {
 public:
  HitSearch(const store::Snapshot& snapshot, RowTest test, std::int64_t from_ns, std::int64_t to_ns,
            const RunOptions& options)
      : snapshot_(snapshot),
        test_(std::move(test)),
        options_(options),
        from_ns_(from_ns),
        reached_ns_(to_ns),
        slice_ns_(std::max<std::int64_t>(to_ns / kSlices - from_ns / kSlices, 1)) {}

  /// The start from which on there are about `count` hits before `upper_ns`; the begin of the range
  /// when there are fewer. kTooLarge when they do not fit the memory limit.
  Result<std::int64_t> find(std::size_t count, std::int64_t upper_ns) {
    for (;;) {
      std::vector<std::int64_t> times;
      for (const TraceHit& hit : hits_) {
        if (hit.time_ns < upper_ns) times.push_back(hit.time_ns);
      }
      if (times.size() > count) {
        const auto last = times.begin() + static_cast<std::ptrdiff_t>(count);
        std::nth_element(times.begin(), last, times.end(), std::greater<>());
        return *last;
      }
      if (reached_ns_ <= from_ns_) return from_ns_;
      TRACERY_TRY(search_to(std::max(from_ns_, add_saturating(reached_ns_, -slice_ns_))));
      slice_ns_ = add_saturating(slice_ns_, add_saturating(slice_ns_, slice_ns_));
    }
  }
  Status find_all() { return search_to(from_ns_); }

  /// The traces with a hit at or after a time that find() gave.
  TraceIdSet traces_from(std::int64_t lower_ns) const {
    TraceIdSet traces;
    for (const TraceHit& hit : hits_) {
      if (hit.time_ns >= lower_ns) traces.insert(hit.id);
    }
    return traces;
  }
  /// Drops the hits at or after a time.
  void forget_from(std::int64_t time_ns) {
    std::erase_if(hits_, [&](const TraceHit& hit) { return hit.time_ns >= time_ns; });
  }
  /// How many traces were looked at.
  std::uint64_t traces_seen() const { return traces_seen_; }

 private:
  static constexpr std::int64_t kSlices = 16;

  Status search_to(std::int64_t time_ns) {
    std::uint64_t seen = 0;
    const auto found =
        TRACERY_TRY(find_hits(snapshot_, test_, time_ns, reached_ns_, options_, &seen));
    hits_.insert(hits_.end(), found.begin(), found.end());
    traces_seen_ += seen;
    reached_ns_ = time_ns;
    if (hits_.size() * sizeof(TraceHit) <= options_.memory_bytes / 2) return {};
    return Error{ErrorCode::kTooLarge, "too many traces in range for the query memory limit"};
  }

  const store::Snapshot& snapshot_;
  const RowTest test_;
  const RunOptions& options_;
  const std::int64_t from_ns_;
  std::int64_t reached_ns_;  ///< Hits from here on are found.
  std::int64_t slice_ns_;
  std::vector<TraceHit> hits_;
  std::uint64_t traces_seen_ = 0;
};

class PageFinder {
 public:
  PageFinder(const store::Snapshot& snapshot, const TracePageSpec& spec, const RunOptions& options)
      : snapshot_(snapshot),
        spec_(spec),
        options_(options),
        lowest_ns_(add_saturating(spec.from_ns, -kTraceReachNs)),
        highest_ns_(add_saturating(spec.to_ns, kTraceReachNs)),
        wanted_(spec.skip + spec.limit + 1),
        hits_per_slice_(wanted_ * 2),
        best_(spec.order, wanted_) {}

  Result<TracePage> run() {
    page_.symbols = std::make_shared<Symbols>();
    for (const std::string& dataset : spec_.datasets) {
      datasets_.push_back(page_.symbols->number_of(dataset));
    }
    if (spec_.condition) tests_ = TRACERY_TRY(tests_of(*spec_.condition));
    std::int64_t upper_ns = highest_ns_;
    if (spec_.after) upper_ns = std::min(upper_ns, add_saturating(spec_.after->start_ns, 1));
    prepare_hits(upper_ns);
    while (upper_ns > lowest_ns_) {
      const std::int64_t lower_ns = std::max(lowest_ns_, TRACERY_TRY(lower_end(upper_ns)));
      TRACERY_TRY(look_through(lower_ns, upper_ns));
      upper_ns = lower_ns;
      if (!looks_at_all() && best_.size() >= wanted_) break;
    }
    if (hits_) page_.processed += hits_->traces_seen();
    page_.traces = best_.take();
    page_.has_more = page_.traces.size() == wanted_;
    if (page_.has_more) page_.traces.pop_back();
    const std::size_t skip = std::min(spec_.skip, page_.traces.size());
    page_.traces.erase(page_.traces.begin(),
                       page_.traces.begin() + static_cast<std::ptrdiff_t>(skip));
    return std::move(page_);
  }

 private:
  bool looks_at_all() const { return spec_.count_all || spec_.order == TraceOrder::kSlowest; }

  /// Where the condition asks for some row, such rows lead to the traces.
  void prepare_hits(std::int64_t upper_ns) {
    if (!spec_.condition) return;
    auto needed = necessary_test(*spec_.condition, *spec_.rules);
    if (!needed) return;
    // No slice sees later rows than those within the reach of its end.
    const std::int64_t to_ns = std::min(highest_ns_, add_saturating(upper_ns, kTraceReachNs));
    hits_.emplace(snapshot_, *std::move(needed), lowest_ns_, to_ns, options_);
  }

  /// The start from which on traces are looked at next.
  Result<std::int64_t> lower_end(std::int64_t upper_ns) {
    if (hits_) {
      auto lower_ns = lower_end_by_hits(upper_ns);
      if (lower_ns.ok() || lower_ns.error().code != ErrorCode::kTooLarge) return lower_ns;
      // Too many to keep: from here on every trace is looked at.
      page_.processed += hits_->traces_seen();
      hits_.reset();
    }
    if (looks_at_all()) return lowest_ns_;
    constexpr std::int64_t kSlices = 32;
    slice_ns_ = slice_ns_ == 0 ? std::max((spec_.to_ns - spec_.from_ns) / kSlices, kTraceReachNs)
                               : add_saturating(slice_ns_, slice_ns_);
    return add_saturating(upper_ns, -slice_ns_);
  }

  Result<std::int64_t> lower_end_by_hits(std::int64_t upper_ns) {
    if (looks_at_all()) {
      TRACERY_TRY(hits_->find_all());
      return lowest_ns_;
    }
    hits_->forget_from(add_saturating(upper_ns, kTraceReachNs));
    // A trace starts no later than its last hit, and about when that was. Each slice reads its
    // reach besides: where few hits lead to a wanted trace, slices grow fast.
    const std::int64_t lower_ns = TRACERY_TRY(hits_->find(hits_per_slice_, upper_ns));
    hits_per_slice_ *= 16;
    return lower_ns;
  }

  bool is_wanted(const ServiceTrace& trace) const {
    const std::int64_t start_ns = trace.start_ns();
    if (spec_.after) {
      const TraceCursor& after = *spec_.after;
      if (start_ns > after.start_ns) return false;
      if (start_ns == after.start_ns && !(after.id < trace.id)) return false;
    }
    const auto is_of_dataset = [&](const TraceSpan& span) {
      return std::find(datasets_.begin(), datasets_.end(), span.label(SpanLabel::kDataset)) !=
             datasets_.end();
    };
    if (!datasets_.empty() && std::none_of(trace.spans.begin(), trace.spans.end(), is_of_dataset)) {
      return false;
    }
    if (spec_.is_in_range) return spec_.is_in_range(trace);
    return start_ns >= spec_.from_ns && start_ns < spec_.to_ns;
  }

  /// Adds the traces that start in [lower, upper).
  Status look_through(std::int64_t lower_ns, std::int64_t upper_ns) {
    TraceIdSet only;
    if (hits_) {
      only = hits_->traces_from(lower_ns);
      if (only.empty()) return {};
    }
    struct Worker {
      BestTraces best;
      std::optional<TraceMatcher> matcher;
      std::uint64_t matched = 0, seen = 0;
    };
    std::vector<Worker> workers;
    for (unsigned i = 0; i < std::max(1U, options_.threads); ++i) {
      workers.push_back({BestTraces(spec_.order, wanted_), std::nullopt, 0, 0});
      if (spec_.condition) {
        workers.back().matcher.emplace(*spec_.condition, *spec_.rules, *page_.symbols);
      }
    }
    std::vector<VisitTrace> visitors;
    for (Worker& worker : workers) {
      visitors.emplace_back([&, lower_ns, upper_ns](ServiceTrace& trace) {
        if (trace.start_ns() < lower_ns || trace.start_ns() >= upper_ns) return;
        if (spec_.takes && !spec_.takes(trace.id)) return;
        if (!is_wanted(trace)) return;
        ++worker.seen;
        if (worker.matcher && !worker.matcher->matches(trace)) return;
        ++worker.matched;
        worker.best.add(trace);
      });
    }
    TraceScanSpec scan;
    scan.rules = spec_.rules;
    scan.tests = tests_;
    scan.labels = labels_for(spec_.condition);
    scan.from_ns = lower_ns;
    scan.to_ns = upper_ns;
    scan.only = hits_ ? &only : nullptr;
    TRACERY_TRY(scan_traces(snapshot_, scan, *page_.symbols, visitors, options_));
    for (Worker& worker : workers) {
      best_.absorb(worker.best);
      page_.matched += worker.matched;
      if (!hits_) page_.processed += worker.seen;
    }
    return {};
  }

  const store::Snapshot& snapshot_;
  const TracePageSpec& spec_;
  const RunOptions& options_;
  const std::int64_t lowest_ns_, highest_ns_;
  const std::size_t wanted_;
  std::size_t hits_per_slice_;
  BestTraces best_;
  TracePage page_;
  std::vector<RowTest> tests_;
  std::vector<std::uint32_t> datasets_;  ///< Numbers of the symbols.
  std::optional<HitSearch> hits_;
  std::int64_t slice_ns_ = 0;
};

}  // namespace

Result<TracePage> find_trace_page(const store::Snapshot& snapshot, const TracePageSpec& spec,
                                  const RunOptions& options) {
  return PageFinder(snapshot, spec, options).run();
}

}  // namespace tracery::query
