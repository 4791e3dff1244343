// SPDX-License-Identifier: Apache-2.0
// Queries over vectors that are already in memory; one thread, so items/s is rows per core.
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "query/run.h"

namespace tracery::query {
namespace {

using store::ColumnVector;
using store::StreamType;

constexpr std::uint32_t kGroupRows = 32'768;
constexpr std::uint32_t kGroups = 256;
constexpr std::int64_t kRows = std::int64_t{kGroupRows} * kGroups;
constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
constexpr std::int64_t kStepNs = 400'000;
constexpr std::uint32_t kNames = 40;
constexpr std::uint32_t kUsers = 5'000;

enum Stream : std::uint32_t { kTime, kDataset, kRate, kName, kUser, kDuration, kStreams };

class Words final : public store::StringDictionary {
 public:
  Words(const std::string& stem, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) words_.push_back(stem + std::to_string(i));
  }
  std::uint32_t size() const override { return static_cast<std::uint32_t>(words_.size()); }
  std::string_view at(std::uint32_t index) const override { return words_[index]; }

 private:
  std::vector<std::string> words_;
};

/// Spans by time: 40 names (skewed), 5,000 users, log-normal durations; every row has all of them.
class SpanSource final : public store::RowSource {
 public:
  SpanSource() {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> duration(3.0, 1.2);
    std::geometric_distribution<std::uint32_t> name(0.15);
    for (std::uint32_t group = 0; group < kGroups; ++group) {
      std::vector<std::int64_t> times(kGroupRows), rates(kGroupRows, 1);
      std::vector<std::uint8_t> datasets(kGroupRows, 1), names(kGroupRows);
      std::vector<std::uint16_t> users(kGroupRows);
      std::vector<double> durations(kGroupRows);
      for (std::uint32_t row = 0; row < kGroupRows; ++row) {
        times[row] = kStart + (std::int64_t{group} * kGroupRows + row) * kStepNs;
        names[row] = static_cast<std::uint8_t>(1 + name(random) % kNames);
        users[row] = static_cast<std::uint16_t>(1 + random() % kUsers);
        durations[row] = duration(random);
      }
      add(kTime, StreamType::kInt, times, nullptr);
      add(kDataset, StreamType::kString, datasets, dataset_words_);
      add(kRate, StreamType::kInt, rates, nullptr);
      add(kName, StreamType::kString, names, name_words_);
      add(kUser, StreamType::kString, users, user_words_);
      add(kDuration, StreamType::kDouble, durations, nullptr);
    }
  }

  std::string name() const override { return "spans"; }
  std::uint64_t rows() const override { return kRows; }
  std::uint32_t groups() const override { return kGroups; }
  std::uint32_t group_rows(std::uint32_t) const override { return kGroupRows; }
  store::TimeBounds group_time(std::uint32_t group) const override {
    const std::int64_t first = kStart + std::int64_t{group} * kGroupRows * kStepNs;
    const std::int64_t last = first + (kGroupRows - 1) * kStepNs;
    return {first, last, last + 1'000'000'000'000};
  }
  store::TimeBounds time() const override {
    return {kStart, kStart + (kRows - 1) * kStepNs, kStart + kRows * kStepNs + 1'000'000'000'000};
  }
  std::vector<store::StreamRef> streams(std::string_view column) const override {
    if (column == "name") return {{store::StreamId{kName}, StreamType::kString}};
    if (column == "user") return {{store::StreamId{kUser}, StreamType::kString}};
    if (column == "duration_ms") return {{store::StreamId{kDuration}, StreamType::kDouble}};
    return {};
  }
  store::StreamRef row_field(store::RowField field) const override {
    const auto stream = static_cast<std::uint32_t>(field);
    return {store::StreamId{stream}, stream == kDataset ? StreamType::kString : StreamType::kInt};
  }
  std::vector<std::string> columns() const override { return {"name", "user", "duration_ms"}; }
  store::ZoneMap zone(store::StreamId stream, std::uint32_t) const override {
    store::ZoneMap zone{kGroupRows, {}, {}, {}, {}};
    if (static_cast<std::uint32_t>(stream) == kRate) zone.min_int = zone.max_int = 1;
    return zone;
  }
  Result<std::shared_ptr<const ColumnVector>> read(store::StreamId stream,
                                                   std::uint32_t group) const override {
    return vectors_[static_cast<std::size_t>(stream)][group];
  }
  Result<std::vector<store::RowRange>> find_trace(const model::TraceId&) const override {
    return std::vector<store::RowRange>();
  }

 private:
  template <typename T>
  void add(Stream stream, StreamType type, const std::vector<T>& values,
           std::shared_ptr<const Words> words) {
    auto vector = std::make_shared<ColumnVector>();
    vector->type = type;
    vector->rows = kGroupRows;
    vector->code_bytes = type == StreamType::kString ? sizeof(T) : 0;
    vector->dictionary = std::move(words);
    vector->data.resize(values.size() * sizeof(T));
    std::memcpy(vector->data.data(), values.data(), vector->data.size());
    vectors_[stream].push_back(std::move(vector));
  }

  std::shared_ptr<const Words> dataset_words_ = std::make_shared<Words>("dataset-", 1);
  std::shared_ptr<const Words> name_words_ = std::make_shared<Words>("GET /route/", kNames);
  std::shared_ptr<const Words> user_words_ = std::make_shared<Words>("user-", kUsers);
  std::vector<std::shared_ptr<const ColumnVector>> vectors_[kStreams];
};

const store::Snapshot& snapshot() {
  static const store::Snapshot kSnapshot{{std::make_shared<SpanSource>()}, nullptr};
  return kSnapshot;
}

Spec base_spec(Op op, const std::string& column, const std::string& breakdown) {
  Spec spec;
  spec.calculations = {{op, column, "", {}}};
  if (!breakdown.empty()) spec.breakdowns = {breakdown};
  spec.from_ns = kStart;
  spec.to_ns = kStart + kRows * kStepNs;
  spec.granularity_ns = choose_granularity_ns(spec.to_ns - spec.from_ns);
  spec.series = false;
  return spec;
}

void run_spec(benchmark::State& state, const Spec& spec) {
  const RunOptions options{.threads = 1, .memory_bytes = std::size_t{2} << 30};
  snapshot();
  for (auto _ : state) {
    auto result = run(snapshot(), spec, options);
    if (!result.ok()) state.SkipWithError(result.error().message.c_str());
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void BM_CountByName(benchmark::State& state) {
  Spec spec = base_spec(Op::kCount, "", "name");
  spec.series = state.range(0) != 0;
  run_spec(state, spec);
}
BENCHMARK(BM_CountByName)->ArgName("series")->Arg(0)->Arg(1);

void BM_P99ByName(benchmark::State& state) {
  Spec spec = base_spec(Op::kP99, "duration_ms", "name");
  spec.series = state.range(0) != 0;
  run_spec(state, spec);
}
BENCHMARK(BM_P99ByName)->ArgName("series")->Arg(0)->Arg(1);

void BM_P99ByUser(benchmark::State& state) {
  Spec spec = base_spec(Op::kP99, "duration_ms", "user");
  spec.series = state.range(0) != 0;
  run_spec(state, spec);
}
BENCHMARK(BM_P99ByUser)->ArgName("series")->Arg(0)->Arg(1);

void BM_CountWhereUser(benchmark::State& state) {
  Spec spec = base_spec(Op::kCount, "", "");
  spec.filters.filters = {{"user", FilterOp::kEqual, {std::string("user-77")}}};
  run_spec(state, spec);
}
BENCHMARK(BM_CountWhereUser);

void BM_Heatmap(benchmark::State& state) {
  Spec spec = base_spec(Op::kHeatmap, "duration_ms", "");
  spec.series = true;
  run_spec(state, spec);
}
BENCHMARK(BM_Heatmap);

void BM_SumByNameAndUser(benchmark::State& state) {
  Spec spec = base_spec(Op::kSum, "duration_ms", "name");
  spec.breakdowns.push_back("user");
  run_spec(state, spec);
}
BENCHMARK(BM_SumByNameAndUser);

void BM_CountDistinctUser(benchmark::State& state) {
  run_spec(state, base_spec(Op::kCountDistinct, "user", ""));
}
BENCHMARK(BM_CountDistinctUser);

}  // namespace
}  // namespace tracery::query
