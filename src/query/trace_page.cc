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

class PageFinder {
 public:
  PageFinder(const store::Snapshot& snapshot, const TracePageSpec& spec, const RunOptions& options)
      : snapshot_(snapshot),
        spec_(spec),
        options_(options),
        wanted_(spec.skip + spec.limit + 1),
        best_(spec.order, wanted_),
        hits_wanted_(wanted_ * 2) {}

  Result<TracePage> run() {
    page_.symbols = std::make_shared<Symbols>();
    for (const std::string& dataset : spec_.datasets) {
      datasets_.push_back(page_.symbols->number_of(dataset));
    }
    if (spec_.condition) tests_ = TRACERY_TRY(tests_of(*spec_.condition));
    TRACERY_TRY(find_needed_hits());
    const std::int64_t lowest_ns = add_saturating(spec_.from_ns, -kTraceReachNs);
    std::int64_t upper_ns = add_saturating(spec_.to_ns, kTraceReachNs);
    if (spec_.after) upper_ns = std::min(upper_ns, add_saturating(spec_.after->start_ns, 1));
    while (upper_ns > lowest_ns) {
      const std::int64_t lower_ns = std::max(lowest_ns, lower_end(upper_ns));
      TRACERY_TRY(look_through(lower_ns, upper_ns));
      upper_ns = lower_ns;
      if (!looks_at_all() && best_.size() >= wanted_) break;
    }
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

  Status find_needed_hits() {
    if (!spec_.condition) return {};
    const auto needed = necessary_test(*spec_.condition, *spec_.rules);
    if (!needed) return {};
    auto hits =
        find_hits(snapshot_, *needed, spec_.from_ns, spec_.to_ns, options_, &page_.processed);
    // Too many to keep: then every trace is looked at.
    if (!hits.ok() && hits.error().code == ErrorCode::kTooLarge) return {};
    hits_ = TRACERY_TRY(std::move(hits));
    return {};
  }

  /// The start from which on traces are looked at next.
  std::int64_t lower_end(std::int64_t upper_ns) {
    if (looks_at_all()) return spec_.from_ns - kTraceReachNs;
    if (hits_) {
      // A trace starts no later than its last hit, and about when that was.
      std::vector<std::int64_t> times;
      for (const TraceHit& hit : *hits_) {
        if (hit.time_ns < upper_ns) times.push_back(hit.time_ns);
      }
      // Where few traces of many hits match, each look is twice as far as the one before.
      const std::size_t enough = std::exchange(hits_wanted_, hits_wanted_ * 2);
      if (enough >= times.size()) return spec_.from_ns - kTraceReachNs;
      std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(enough),
                       times.end(), std::greater<>());
      return std::min(times[enough], upper_ns - 1);
    }
    constexpr std::int64_t kSlices = 32;
    slice_ns_ = slice_ns_ == 0 ? std::max((spec_.to_ns - spec_.from_ns) / kSlices, kTraceReachNs)
                               : add_saturating(slice_ns_, slice_ns_);
    return add_saturating(upper_ns, -slice_ns_);
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
      for (const TraceHit& hit : *hits_) {
        if (hit.time_ns >= lower_ns) only.insert(hit.id);
      }
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
  const std::size_t wanted_;
  BestTraces best_;
  std::size_t hits_wanted_;  ///< Of those before, as many as are looked at next.
  TracePage page_;
  std::vector<RowTest> tests_;
  std::vector<std::uint32_t> datasets_;  ///< Numbers of the symbols.
  std::optional<std::vector<TraceHit>> hits_;
  std::int64_t slice_ns_ = 0;
};

}  // namespace

Result<TracePage> find_trace_page(const store::Snapshot& snapshot, const TracePageSpec& spec,
                                  const RunOptions& options) {
  return PageFinder(snapshot, spec, options).run();
}

}  // namespace tracery::query
