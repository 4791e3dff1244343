// SPDX-License-Identifier: Apache-2.0
#include "query/events.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "query/event_reader.h"
#include "query/group_reader.h"
#include "query/morsels.h"
#include "query/plan.h"
#include "query/run_query.h"
#include "query/validate.h"

namespace tracery::query {
namespace {

/// A row that was found. `time` and `tie` are negated (bitwise, which never overflows) when the
/// newest come first, so that in either order the lowest comes first.
struct Hit {
  std::int64_t time = 0;
  std::int64_t tie = 0;
  RowPlace place;
};

class HitOrder {
 public:
  explicit HitOrder(EventOrder order) : newest_first_(order == EventOrder::kNewestFirst) {}

  std::int64_t key(std::int64_t value) const { return newest_first_ ? ~value : value; }

  bool operator()(const Hit& a, const Hit& b) const {
    if (a.time != b.time) return a.time < b.time;
    if (a.tie != b.tie) return a.tie < b.tie;
    return newest_first_ ? a.place < b.place : b.place < a.place;
  }

  /// The key of the row group's first event in this order, if it has one in [from_ns, to_ns).
  std::int64_t first_key(const Morsel& morsel, const Plan& plan) const {
    const store::TimeBounds time = morsel.source->group_time(morsel.group);
    return newest_first_ ? key(std::min(time.max_ns, plan.to_ns - 1))
                         : key(std::max(time.min_ns, plan.from_ns));
  }

 private:
  bool newest_first_;
};

/// The first `wanted` hits in an order: a heap with the last of them on top.
class FirstHits {
 public:
  FirstHits(std::size_t wanted, HitOrder order) : wanted_(wanted), order_(order) {}

  /// True when rows of this time could not come in any more.
  bool excludes(std::int64_t time_key) const {
    return hits_.size() == wanted_ && (wanted_ == 0 || hits_.front().time < time_key);
  }

  void add(const Hit& hit) {
    if (hits_.size() < wanted_) {
      hits_.push_back(hit);
      std::push_heap(hits_.begin(), hits_.end(), order_);
    } else if (wanted_ != 0 && order_(hit, hits_.front())) {
      std::pop_heap(hits_.begin(), hits_.end(), order_);
      hits_.back() = hit;
      std::push_heap(hits_.begin(), hits_.end(), order_);
    }
  }

  void add_all(const FirstHits& other) {
    for (const Hit& hit : other.hits_) add(hit);
  }

  std::vector<Hit> sorted() && {
    std::sort_heap(hits_.begin(), hits_.end(), order_);
    return std::move(hits_);
  }

 private:
  std::size_t wanted_;
  HitOrder order_;
  std::vector<Hit> hits_;
};

/// The plan of an EventsSpec, and what there is of it besides.
struct Search {
  Plan plan;
  HitOrder order;
  std::optional<std::size_t> tie_column;
  std::optional<Hit> after;  ///< Keys; hits of its time must have at least its tie.
  std::size_t wanted = 0;
  std::size_t skip = 0;
  std::vector<Morsel> morsels;
  std::vector<std::uint32_t> sources;  ///< By morsel: index in the snapshot.
};

Result<Search> make_search(const store::Snapshot& snapshot, const EventsSpec& spec) {
  Search search{.order = HitOrder(spec.order)};
  Plan& plan = search.plan;
  plan.filter = plan.make_filter(spec.filters);
  for (const TextCondition& condition : spec.texts) {
    plan.filter.columns.push_back(plan.add_column(condition.column));
    plan.filter.predicates.push_back(Predicate::of(condition));
  }
  plan.filter.datasets = spec.datasets;
  plan.trace = trace_of(spec.filters);
  plan.from_ns = spec.from_ns;
  plan.to_ns = spec.to_ns;
  if (!spec.tie_column.empty()) search.tie_column = plan.add_column(spec.tie_column);
  search.skip = spec.skip;
  if (spec.after) {
    search.skip += spec.after->shown;
    search.after =
        Hit{search.order.key(spec.after->time_ns), search.order.key(spec.after->tie), {}};
    if (spec.order == EventOrder::kNewestFirst) {
      plan.to_ns = std::min(plan.to_ns - 1, spec.after->time_ns) + 1;
    } else {
      plan.from_ns = std::max(plan.from_ns, spec.after->time_ns);
    }
  }
  search.wanted = spec.limit + search.skip;
  if (spec.limit == 0 || plan.from_ns >= plan.to_ns) return search;
  QueryStats stats;
  search.morsels = TRACERY_TRY(plan_morsels(snapshot, plan, &stats));
  std::stable_sort(search.morsels.begin(), search.morsels.end(),
                   [&](const Morsel& a, const Morsel& b) {
                     return search.order.first_key(a, plan) < search.order.first_key(b, plan);
                   });
  for (const Morsel& morsel : search.morsels) {
    const auto found = std::find(snapshot.sources.begin(), snapshot.sources.end(), morsel.source);
    search.sources.push_back(static_cast<std::uint32_t>(found - snapshot.sources.begin()));
  }
  return search;
}

/// What the threads of one search share: they take row groups in order, so that those before the
/// next one are all done when the threads are.
class Crew {
 public:
  Crew(const Search& search, const EventsSpec& spec, const RunOptions& options)
      : search_(search), options_(options) {
    if (spec.work_ns_max > 0) deadline_ns_ = monotonic_ns() + spec.work_ns_max;
  }

  /// The next row group; nothing when the rest need not be looked at.
  std::optional<std::size_t> next(const FirstHits& hits) {
    const std::lock_guard lock(mutex_);
    if (options_.cancel != nullptr && options_.cancel->load(std::memory_order_relaxed)) {
      error_ = Error{ErrorCode::kCancelled, "query was cancelled"};
    }
    if (error_ || next_ == search_.morsels.size() || hits.excludes(key_of(next_))) return {};
    // A search that ends early must have got somewhere, or the next one would be the same.
    if (deadline_ns_ && key_of(next_) > key_of(0) && monotonic_ns() > *deadline_ns_) {
      is_late_ = true;
      return {};
    }
    return next_++;
  }

  void fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
  }

  const std::optional<Error>& error() const { return error_; }
  /// Key of the time from which on rows were left out, when they were.
  std::optional<std::int64_t> unfinished(const FirstHits& hits) const {
    if (!is_late_ || next_ == search_.morsels.size() || hits.excludes(key_of(next_))) return {};
    return key_of(next_);
  }

 private:
  std::int64_t key_of(std::size_t morsel) const {
    return search_.order.first_key(search_.morsels[morsel], search_.plan);
  }

  const Search& search_;
  const RunOptions& options_;
  std::optional<std::int64_t> deadline_ns_;
  std::mutex mutex_;  // Guards the three below.
  std::size_t next_ = 0;
  bool is_late_ = false;
  std::optional<Error> error_;
};

/// What is kept per source while row groups of several are visited in turn.
struct SourceScan {
  explicit SourceScan(const Plan* plan) : reader(&plan->columns), filter(&plan->filter) {}
  GroupReader reader;
  RowFilter filter;
  Mask mask;
};

/// One thread's part of a search.
class Searcher {
 public:
  explicit Searcher(const Search& search) : search_(search), hits_(search.wanted, search.order) {}

  void work(Crew& crew) {
    while (const auto at = crew.next(hits_)) {
      const std::uint32_t source = search_.sources[*at];
      if (scans_.size() <= source) scans_.resize(source + 1);
      if (scans_[source] == nullptr) scans_[source] = std::make_unique<SourceScan>(&search_.plan);
      const Status status = scan(search_.morsels[*at], source, *scans_[source]);
      if (!status.ok()) return crew.fail(status.error());
    }
  }

  FirstHits& hits() { return hits_; }

 private:
  Status scan(const Morsel& morsel, std::uint32_t source, SourceScan& scan) {
    scan.reader.start(morsel.source, morsel.group);
    const Match match = TRACERY_TRY(scan.filter.evaluate(scan.reader, scan.mask));
    if (match == Match::kNone) return {};
    const VectorPtr vector = TRACERY_TRY(scan.reader.field(store::RowField::kTime));
    const VectorPtr ties = TRACERY_TRY(read_ties(scan.reader));
    const Plan& plan = search_.plan;
    const auto* times = vector->as<std::int64_t>();
    for (std::uint32_t row = 0; row < vector->rows; ++row) {
      if (match == Match::kSome && scan.mask[row] == 0) continue;
      if (times[row] < plan.from_ns || times[row] >= plan.to_ns) continue;
      // A row without a value has a zero in its slot.
      const std::int64_t tie = ties == nullptr ? 0 : ties->as<std::int64_t>()[row];
      const Hit hit{
          search_.order.key(times[row]), search_.order.key(tie), {source, morsel.group, row}};
      if (hits_.excludes(hit.time)) continue;
      const auto& after = search_.after;
      if (after && hit.time == after->time && hit.tie < after->tie) continue;
      hits_.add(hit);
    }
    return {};
  }

  Result<VectorPtr> read_ties(GroupReader& reader) const {
    if (!search_.tie_column) return VectorPtr();
    for (const GroupReader::Stream& stream : TRACERY_TRY(reader.column(*search_.tie_column))) {
      if (stream.ref.type == store::StreamType::kInt) return stream.vector;
    }
    return VectorPtr();
  }

  const Search& search_;
  std::vector<std::unique_ptr<SourceScan>> scans_;  ///< By source.
  FirstHits hits_;
};

struct Found {
  std::vector<Hit> hits;
  std::optional<EventPosition> unfinished;
};

Result<Found> run_search(const Search& search, const EventsSpec& spec, const RunOptions& options) {
  Crew crew(search, spec, options);
  // The first few row groups are mostly enough; a thread is for when they are not.
  constexpr std::size_t kMorselsPerThread = 4;
  const std::size_t workers = std::clamp<std::size_t>(search.morsels.size() / kMorselsPerThread, 1,
                                                      std::max(1U, options.threads));
  std::vector<std::unique_ptr<Searcher>> searchers;
  for (std::size_t i = 0; i < workers; ++i) {
    searchers.push_back(std::make_unique<Searcher>(search));
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < workers; ++i) {
    threads.emplace_back([&crew, searcher = searchers[i].get()] { searcher->work(crew); });
  }
  searchers[0]->work(crew);
  for (std::thread& thread : threads) thread.join();
  if (crew.error()) return *crew.error();
  FirstHits& hits = searchers[0]->hits();
  for (std::size_t i = 1; i < workers; ++i) hits.add_all(searchers[i]->hits());
  Found found;
  const auto unfinished = crew.unfinished(hits);
  found.hits = std::move(hits).sorted();
  if (unfinished) {
    std::erase_if(found.hits, [&](const Hit& hit) { return hit.time >= *unfinished; });
    found.unfinished = EventPosition{search.order.key(*unfinished),
                                     search.order.key(std::numeric_limits<std::int64_t>::min()), 0};
  }
  return found;
}

std::int64_t tie_of(const model::Event& event, const EventsSpec& spec) {
  const model::Value* value = model::find_field(event, spec.tie_column);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? 0 : *number;
}

/// How many of the events have this one's time and tie.
std::size_t count_like(const model::Event& event, const std::vector<model::Event>& events,
                       const EventsSpec& spec) {
  const std::int64_t tie = tie_of(event, spec);
  return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(), [&](const model::Event& other) {
        return other.time_ns == event.time_ns && tie_of(other, spec) == tie;
      }));
}

}  // namespace

Result<EventPage> find_event_page(const store::Snapshot& snapshot, const EventsSpec& spec,
                                  const RunOptions& options) {
  TRACERY_TRY(validate(spec.filters));
  const Search search = TRACERY_TRY(make_search(snapshot, spec));
  if (search.wanted > options.memory_bytes / sizeof(Hit)) {
    return Error{ErrorCode::kTooLarge, "limit and skip need more memory than memory_bytes"};
  }
  const Found found = TRACERY_TRY(run_search(search, spec, options));
  std::vector<RowPlace> places;
  for (std::size_t i = search.skip; i < found.hits.size(); ++i) {
    places.push_back(found.hits[i].place);
  }
  return EventPage{TRACERY_TRY(read_events(snapshot, places, spec.columns)), found.unfinished};
}

Result<std::vector<model::Event>> find_events(const store::Snapshot& snapshot,
                                              const EventsSpec& spec, const RunOptions& options) {
  return std::move(TRACERY_TRY(find_event_page(snapshot, spec, options)).events);
}

EventPosition position_after(const std::vector<model::Event>& events, const EventsSpec& spec) {
  const model::Event& last = events.back();
  EventPosition position{last.time_ns, tie_of(last, spec), count_like(last, events, spec)};
  // The page may have begun in the middle of those.
  if (spec.after && spec.after->time_ns == position.time_ns && spec.after->tie == position.tie) {
    position.shown += spec.after->shown;
  }
  return position;
}

EventPosition position_before(const std::vector<model::Event>& events, const EventsSpec& spec) {
  const model::Event& first = events.front();
  return {first.time_ns, tie_of(first, spec), count_like(first, events, spec)};
}

Result<std::vector<ValueCount>> top_values(const store::Snapshot& snapshot, const EventsSpec& spec,
                                           const std::string& column, const std::string& prefix,
                                           std::size_t limit, const RunOptions& options) {
  TRACERY_TRY(validate(spec.filters));
  Spec query;
  query.datasets = spec.datasets;
  query.calculations = {Calculation{}};
  query.filters = spec.filters;
  query.breakdowns = {column};
  query.limit = limit;
  query.from_ns = spec.from_ns;
  query.to_ns = spec.to_ns;
  query.granularity_ns = std::max<std::int64_t>(1, spec.to_ns - spec.from_ns);
  query.series = query.totals = query.other = false;
  const Query with_prefix{
      snapshot, query, options, {Predicate::prefix_of_any_case(column, prefix)}};
  QueryResult result = TRACERY_TRY(run(with_prefix));
  std::vector<ValueCount> counts;
  for (ResultRow& row : result.rows) {
    const auto count = std::get<std::int64_t>(row.cells[0]);
    counts.push_back({std::move(row.group[0]), static_cast<std::uint64_t>(count)});
  }
  return counts;
}

}  // namespace tracery::query
