// SPDX-License-Identifier: Apache-2.0
#include "query/row_aggregate.h"

#include <cmath>

#include "query/digest.h"
#include "query/distinct_set.h"

namespace tracery::query {
namespace {

/// An aggregate from a state for one group: `add(value, time)`, `merge(state)`, `finish(texts)`.
template <typename State>
class StatesAggregate final : public RowAggregate {
 public:
  explicit StatesAggregate(const AggregateSpec& spec) : spec_(spec) {}

  void resize(std::size_t groups) override { states_.resize(groups); }
  void add(const AggregateInput& input) override {
    for (std::size_t i = 0; i < input.groups.size(); ++i) {
      if (input.values[i].is_null()) continue;
      states_[input.groups[i]].add(input.values[i], input.times[i], &bytes_);
    }
  }
  void merge(std::size_t to, const RowAggregate& other, std::size_t from) override {
    states_[to].merge(static_cast<const StatesAggregate&>(other).states_[from], &bytes_);
  }
  Datum finish(std::size_t group, TextArena& texts) const override {
    return states_[group].finish(spec_).kept_in(texts);
  }
  std::size_t memory_bytes() const override { return states_.capacity() * sizeof(State) + bytes_; }

 private:
  AggregateSpec spec_;
  std::vector<State> states_;
  std::size_t bytes_ = 0;  ///< Of what states allocate.
};

class CountAggregate final : public RowAggregate {
 public:
  void resize(std::size_t groups) override { counts_.resize(groups); }
  void add(const AggregateInput& input) override {
    for (std::size_t i = 0; i < input.groups.size(); ++i) {
      const bool counts = input.values == nullptr || !input.values[i].is_null();
      counts_[input.groups[i]] += counts ? 1 : 0;
    }
  }
  void merge(std::size_t to, const RowAggregate& other, std::size_t from) override {
    counts_[to] += static_cast<const CountAggregate&>(other).counts_[from];
  }
  Datum finish(std::size_t group, TextArena&) const override {
    return Datum::integer(counts_[group]);
  }
  std::size_t memory_bytes() const override { return counts_.capacity() * sizeof(std::int64_t); }

 private:
  std::vector<std::int64_t> counts_;
};

struct DistinctState {
  DistinctSet set;

  void add(const Datum& value, std::int64_t, std::size_t* bytes) {
    const ValueKey key = key_of(value);
    set.insert(mix64(key.low ^ mix64(key.high)), bytes);
  }
  void merge(const DistinctState& other, std::size_t* bytes) { set.merge(other.set, bytes); }
  Datum finish(const AggregateSpec&) const {
    return Datum::integer(static_cast<std::int64_t>(set.estimate()));
  }
};

/// Sums with what rounding loses kept apart (Neumaier).
struct SumState {
  double sum = 0;
  double lost = 0;
  std::uint64_t count = 0;

  void add_number(double number) {
    const double next = sum + number;
    lost += std::abs(sum) >= std::abs(number) ? (sum - next) + number : (number - next) + sum;
    sum = next;
  }
  void add(const Datum& value, std::int64_t, std::size_t*) {
    const auto number = number_of(value);
    if (!number) return;
    add_number(*number);
    ++count;
  }
  void merge(const SumState& other, std::size_t*) {
    add_number(other.sum);
    lost += other.lost;
    count += other.count;
  }
  double total() const { return std::isfinite(lost) ? sum + lost : sum; }
  Datum finish(const AggregateSpec& spec) const {
    if (count == 0) return {};
    const bool average = spec.kind == AggregateSpec::Kind::kAverage;
    return Datum::number(average ? total() / static_cast<double>(count) : total());
  }
};

/// Mean and squared distances from it, as Chan, Golub and LeVeque merge them.
struct DeviationState {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void add(const Datum& value, std::int64_t, std::size_t*) {
    const auto number = number_of(value);
    if (!number) return;
    count += 1;
    const double distance = *number - mean;
    mean += distance / count;
    squares += distance * (*number - mean);
  }
  void merge(const DeviationState& other, std::size_t*) {
    if (other.count == 0) return;
    const double distance = other.mean - mean;
    const double total = count + other.count;
    mean += distance * other.count / total;
    squares += other.squares + distance * distance * count * other.count / total;
    count = total;
  }
  Datum finish(const AggregateSpec&) const {
    return count == 0 ? Datum() : Datum::number(std::sqrt(squares / count));
  }
};

struct PercentileState {
  Digest digest;

  void add(const Datum& value, std::int64_t, std::size_t* bytes) {
    const auto number = number_of(value);
    if (number && std::isfinite(*number)) digest.add(*number, 1, bytes);
  }
  void merge(const PercentileState& other, std::size_t* bytes) {
    digest.merge(other.digest, bytes);
  }
  Datum finish(const AggregateSpec& spec) const {
    if (digest.empty()) return {};
    return Datum::number(digest.quantile(spec.percent / 100));
  }
};

/// A value that owns its text.
struct OwnedDatum {
  Datum datum;
  std::string text;

  OwnedDatum() = default;
  OwnedDatum(OwnedDatum&& other) noexcept { take(other.datum); }
  OwnedDatum& operator=(OwnedDatum&& other) noexcept {
    take(other.datum);
    return *this;
  }

  void take(const Datum& value) {
    datum = value;
    if (!value.is_text()) return;
    text.assign(value.text());
    datum = value.kind() == Datum::Kind::kJson ? Datum::json(text) : Datum::text(text);
  }
};

template <bool kGreatest>
struct ExtremeState {
  OwnedDatum value;

  void add(const Datum& other, std::int64_t, std::size_t* bytes) {
    if (!value.datum.is_null()) {
      const int sign = compare_in_order(other, value.datum);
      if (kGreatest ? sign <= 0 : sign >= 0) return;
    }
    const std::size_t before = value.text.capacity();
    value.take(other);
    *bytes += value.text.capacity() - before;
  }
  void merge(const ExtremeState& other, std::size_t* bytes) {
    if (!other.value.datum.is_null()) add(other.value.datum, 0, bytes);
  }
  Datum finish(const AggregateSpec&) const { return value.datum; }
};

template <bool kLatest>
struct TimedState {
  ExtremeState<kLatest> value;
  std::int64_t time_ns = 0;

  void add(const Datum& other, std::int64_t other_ns, std::size_t* bytes) {
    if (!value.value.datum.is_null()) {
      if (kLatest ? other_ns < time_ns : other_ns > time_ns) return;
      if (other_ns != time_ns) value.value.datum = Datum();
    }
    time_ns = other_ns;
    value.add(other, 0, bytes);
  }
  void merge(const TimedState& other, std::size_t* bytes) {
    if (!other.value.value.datum.is_null()) add(other.value.value.datum, other.time_ns, bytes);
  }
  Datum finish(const AggregateSpec& spec) const { return value.finish(spec); }
};

}  // namespace

std::unique_ptr<RowAggregate> make_aggregate(const AggregateSpec& spec) {
  using Kind = AggregateSpec::Kind;
  switch (spec.kind) {
    case Kind::kCount: return std::make_unique<CountAggregate>();
    case Kind::kDistinct: return std::make_unique<StatesAggregate<DistinctState>>(spec);
    case Kind::kSum:
    case Kind::kAverage: return std::make_unique<StatesAggregate<SumState>>(spec);
    case Kind::kDeviation: return std::make_unique<StatesAggregate<DeviationState>>(spec);
    case Kind::kPercentile: return std::make_unique<StatesAggregate<PercentileState>>(spec);
    case Kind::kLeast: return std::make_unique<StatesAggregate<ExtremeState<false>>>(spec);
    case Kind::kGreatest: return std::make_unique<StatesAggregate<ExtremeState<true>>>(spec);
    case Kind::kEarliest: return std::make_unique<StatesAggregate<TimedState<false>>>(spec);
    case Kind::kLatest: return std::make_unique<StatesAggregate<TimedState<true>>>(spec);
  }
  return nullptr;
}

}  // namespace tracery::query
