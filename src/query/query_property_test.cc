// SPDX-License-Identifier: Apache-2.0
// The engine against the row-at-a-time oracle: random events, random specs, random layouts.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "base/hex.h"
#include "query/canonical.h"
#include "query/run.h"
#include "query/testing/memory_source.h"
#include "query/testing/oracle.h"

namespace tracery::query {
namespace {

using Random = std::mt19937_64;

constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

const std::vector<std::string> kColumns = {"name", "status",      "code", "mixed",
                                           "flag", "duration_ms", "size", "trace.trace_id",
                                           "rare", "nowhere"};

std::size_t pick(Random& random, std::size_t below) { return random() % below; }
bool chance(Random& random, unsigned percent) { return random() % 100 < percent; }

std::string random_trace(Random& random) {
  std::array<std::uint8_t, 16> id{};
  id[15] = static_cast<std::uint8_t>(1 + pick(random, 12));
  if (id[15] % 3 != 0) id[0] = 0xab;
  return to_hex(std::span(id).subspan(id[0] == 0 ? 8 : 0));
}

model::Value mixed_value(Random& random) {
  switch (pick(random, 12)) {
    case 0: return true;
    case 1: return std::string("true");
    case 2: return std::int64_t{200};
    case 3: return 200.0;
    case 4: return std::string("200");
    case 5: return 0.0001;
    case 6: return std::string("0.0001");
    case 7: return std::string("");
    case 8: return -0.0;
    case 9: return std::nan("");
    case 10: return 1e22;
    default: return std::int64_t{9007199254740993};
  }
}

std::optional<model::Value> random_value(const std::string& column, Random& random) {
  if (column == "name") return "op" + std::to_string(pick(random, 9));
  if (column == "status") return static_cast<std::int64_t>(200 + 100 * pick(random, 4));
  if (column == "code") return "user-" + std::to_string(pick(random, 300));
  if (column == "mixed") return mixed_value(random);
  if (column == "flag") return chance(random, 30);
  if (column == "duration_ms") {
    if (chance(random, 5)) return static_cast<std::int64_t>(pick(random, 5000));
    return 0.25 * static_cast<double>(pick(random, 40'000));
  }
  if (column == "size") {
    if (chance(random, 3)) return INFINITY;
    if (chance(random, 50)) return static_cast<std::int64_t>(pick(random, 4000)) - 1000;
    return std::ldexp(static_cast<double>(pick(random, 2000)), static_cast<int>(pick(random, 8))) -
           512.0;
  }
  if (column == "trace.trace_id") return random_trace(random);
  return std::string("x");
}

std::vector<model::Event> random_events(std::size_t count, Random& random) {
  std::vector<model::Event> events;
  const bool sampled = chance(random, 50);
  for (std::size_t i = 0; i < count; ++i) {
    model::Event event;
    event.dataset = chance(random, 70) ? "api" : "web";
    event.time_ns = kStart + static_cast<std::int64_t>(random() % (100 * kSecond));
    if (sampled && chance(random, 60)) {
      event.sample_rate = static_cast<std::uint32_t>(1 + pick(random, 20));
    }
    for (const std::string& column : kColumns) {
      const unsigned share = column == "rare" ? 2 : (column == "nowhere" ? 0 : 85);
      if (!chance(random, share)) continue;
      event.fields.push_back({column, *random_value(column, random)});
    }
    events.push_back(std::move(event));
  }
  return events;
}

Filter random_filter(Random& random) {
  Filter filter;
  filter.column = kColumns[pick(random, kColumns.size())];
  filter.op = static_cast<FilterOp>(pick(random, 16));
  const auto constant = [&]() -> model::Value {
    model::Value value = *random_value(filter.column, random);
    // A constant may come in another type than the column's.
    if (const auto* integer = std::get_if<std::int64_t>(&value); integer && chance(random, 50)) {
      if (chance(random, 50)) return std::to_string(*integer);
      return static_cast<double>(*integer) + (chance(random, 50) ? 0.5 : 0.0);
    }
    auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && chance(random, 40)) text->resize(pick(random, text->size() + 1));
    return value;
  };
  if (filter.op == FilterOp::kExists || filter.op == FilterOp::kNotExists) return filter;
  const bool list = filter.op == FilterOp::kIn || filter.op == FilterOp::kNotIn;
  const std::size_t count = list ? pick(random, 12) : 1;
  for (std::size_t i = 0; i < count; ++i) filter.values.push_back(constant());
  return filter;
}

FilterSet random_filters(Random& random) {
  FilterSet set;
  const std::size_t count = pick(random, 3);
  for (std::size_t i = 0; i < count; ++i) set.filters.push_back(random_filter(random));
  set.combine = chance(random, 60) ? Combine::kAnd : Combine::kOr;
  return set;
}

Calculation random_calculation(Random& random, std::size_t index) {
  Calculation calculation;
  calculation.op = static_cast<Op>(pick(random, 24));
  const bool may_be_bare = calculation.op == Op::kCount && chance(random, 60);
  if (calculation.op != Op::kConcurrency && !may_be_bare) {
    calculation.column = kColumns[pick(random, kColumns.size())];
  }
  // Differences of sums near 1e22 are all rounding.
  const bool is_rate = calculation.op >= Op::kRateAvg;
  if (is_rate && calculation.column == "mixed") calculation.column = "size";
  if (chance(random, 25)) calculation.filters = random_filters(random);
  calculation.name = "c" + std::to_string(index);
  return calculation;
}

/// With many events percentiles are estimates, which must not decide which rows there are. Nor
/// must the rounding of a sum of values near 1e22 and near 1e-4.
bool may_order(const Calculation& calculation, std::size_t events) {
  const bool sums = calculation.op == Op::kSum || calculation.op == Op::kAvg;
  if (sums && calculation.column == "mixed") return false;
  return calculation.op != Op::kHeatmap && (events <= 1024 || !percentile_of(calculation.op));
}

/// Both give the same double, so that formulas of them do too.
bool is_exact(const Calculation& calculation) {
  return calculation.op == Op::kCount || calculation.op == Op::kCountDistinct ||
         calculation.op == Op::kMin || calculation.op == Op::kMax;
}

FormulaNode random_formula(const Spec& spec, int depth, Random& random) {
  FormulaNode node;
  const std::size_t calculation = pick(random, spec.calculations.size());
  if (depth == 0 || chance(random, 20)) {
    const bool names_one = is_exact(spec.calculations[calculation]) && chance(random, 75);
    node.op = names_one ? FormulaOp::kCalculation : FormulaOp::kNumber;
    node.calculation = names_one ? calculation : 0;
    node.number = static_cast<double>(pick(random, 9)) / 2 - 1;
    if (chance(random, 5)) node = {};
    return node;
  }
  constexpr auto kFirst = static_cast<std::size_t>(FormulaOp::kAdd);
  constexpr auto kLast = static_cast<std::size_t>(FormulaOp::kCeiling);
  node.op = static_cast<FormulaOp>(kFirst + pick(random, kLast - kFirst + 1));
  std::size_t arguments = 1;
  if (node.op <= FormulaOp::kEqual) arguments = 2;
  if (node.op == FormulaOp::kAnd || node.op == FormulaOp::kOr) arguments = 1 + pick(random, 3);
  if (node.op == FormulaOp::kIf) arguments = 2 + pick(random, 4);
  if (node.op >= FormulaOp::kCoalesce && node.op <= FormulaOp::kMax) {
    arguments = 1 + pick(random, 3);
  }
  for (std::size_t i = 0; i < arguments; ++i) {
    node.arguments.push_back(random_formula(spec, depth - 1, random));
  }
  return node;
}

void add_formulas(Spec& spec, Random& random) {
  const bool draws =
      std::any_of(spec.calculations.begin(), spec.calculations.end(),
                  [](const Calculation& calculation) { return calculation.op == Op::kHeatmap; });
  if (draws) return;
  const std::size_t count = 1 + pick(random, 3);
  for (std::size_t i = 0; i < count; ++i) {
    spec.formulas.push_back({"f" + std::to_string(i), random_formula(spec, 3, random)});
    const std::size_t place = spec.calculations.size() + i;
    if (chance(random, 30)) spec.orders.push_back({"", place, chance(random, 50)});
    if (chance(random, 10)) spec.havings.push_back({place, FilterOp::kGreaterEqual, 1});
  }
}

Spec random_spec(std::size_t events, Random& random) {
  Spec spec;
  if (chance(random, 20)) spec.datasets = {chance(random, 80) ? "api" : "none"};
  const std::size_t calculations = 1 + pick(random, 4);
  for (std::size_t i = 0; i < calculations; ++i) {
    spec.calculations.push_back(random_calculation(random, i));
  }
  if (chance(random, 70)) spec.filters = random_filters(random);
  std::vector<std::string> columns = kColumns;
  std::shuffle(columns.begin(), columns.end(), random);
  columns.resize(pick(random, 4));
  spec.breakdowns = columns;
  for (std::size_t i = 0; i < calculations; ++i) {
    if (!may_order(spec.calculations[i], events)) continue;
    if (chance(random, 30)) spec.orders.push_back({"", i, chance(random, 50)});
    if (chance(random, 10)) {
      const auto op = static_cast<FilterOp>(pick(random, 6));
      spec.havings.push_back({i, op, static_cast<double>(pick(random, 200))});
    }
  }
  for (const std::string& column : spec.breakdowns) {
    if (chance(random, 30)) spec.orders.push_back({column, std::nullopt, chance(random, 50)});
  }
  if (spec.orders.empty() && !may_order(spec.calculations[0], events)) {
    spec.calculations[0] = {Op::kCount, "", "c0", {}};
  }
  if (chance(random, 30)) add_formulas(spec, random);
  spec.limit = chance(random, 50) ? 1 + pick(random, 5) : 1000;
  spec.from_ns =
      kStart + (chance(random, 50) ? 0 : static_cast<std::int64_t>(random() % (50 * kSecond)));
  spec.to_ns = spec.from_ns + 1 + static_cast<std::int64_t>(random() % (60 * kSecond));
  if (chance(random, 30)) spec.to_ns = kStart + 200 * kSecond;
  spec.granularity_ns = chance(random, 50) ? 10 * kSecond : 7'300'000'001;
  if (chance(random, 30)) {
    spec.compare_offset_ns = static_cast<std::int64_t>(1 + random() % (70 * kSecond));
  }
  spec.weighted = chance(random, 80);
  spec.series = chance(random, 80);
  spec.totals = chance(random, 80);
  spec.other = chance(random, 80);
  return spec;
}

MemoryLayout random_layout(Random& random) {
  MemoryLayout layout;
  constexpr std::uint32_t kGroupRows[] = {1, 64, 100, 1000, 32'768};
  layout.group_rows = kGroupRows[pick(random, 5)];
  layout.sources = 1 + pick(random, 5);
  layout.shuffle = chance(random, 50);
  layout.ids_as_bytes = chance(random, 80);
  layout.random_shapes = chance(random, 70);
  layout.seed = random();
  return layout;
}

std::string describe(const FilterSet& set) {
  std::string text;
  for (const Filter& filter : set.filters) {
    text += (text.empty()                   ? ""
             : set.combine == Combine::kAnd ? " AND "
                                            : " OR ") +
            filter.column + " " + std::string(to_string(filter.op));
    for (const model::Value& value : filter.values) {
      text += " " + std::to_string(value.index()) + ":" + canonical_text(value);
    }
  }
  return "{" + text + "}";
}

std::string describe(const Spec& spec) {
  std::string text = "where " + describe(spec.filters);
  for (const Calculation& one : spec.calculations) {
    text +=
        "\n  " + std::string(to_string(one.op)) + "(" + one.column + ") " + describe(one.filters);
  }
  for (const std::string& column : spec.breakdowns) text += "\n  by " + column;
  for (const Order& order : spec.orders) {
    text += "\n  order " + (order.calculation ? std::to_string(*order.calculation) : order.column) +
            (order.descending ? " descending" : "");
  }
  for (const Having& having : spec.havings) {
    text += "\n  having " + std::to_string(having.calculation) + std::string(to_string(having.op)) +
            std::to_string(having.value);
  }
  return text + "\n  limit " + std::to_string(spec.limit);
}

void check(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  const std::vector<model::Event> events = random_events(pick(random, count) + 1, random);
  for (int round = 0; round < 4; ++round) {
    const Spec spec = random_spec(events.size(), random);
    const QueryResult expected = run_oracle(events, spec);
    const MemoryLayout layout = random_layout(random);
    const store::Snapshot snapshot = make_memory_snapshot(events, layout);
    RunOptions options;
    options.threads = static_cast<unsigned>(1 + pick(random, 3));
    // Sometimes too little for all groups and buckets at once, sometimes for anything.
    const bool is_tight = chance(random, 25);
    if (is_tight) options.memory_bytes = 50'000 + pick(random, 1'000'000);
    if (chance(random, 30)) {
      options.partial = [](const QueryResult&) {};
      options.partial_interval_ns = 1;
    }
    const auto result = run(snapshot, spec, options);
    if (is_tight && !result.ok() && result.error().code == ErrorCode::kTooLarge) continue;

    ASSERT_TRUE(result.ok()) << "seed " << seed << ": " << result.error().message;
    ASSERT_EQ(difference(spec, expected, *result, events.size()), "")
        << "seed " << seed << " round " << round << "\n"
        << describe(spec);
  }
}

/// How many times the usual number of seeds to try.
std::uint64_t effort() {
  const char* text = std::getenv("TRACERY_TEST_EFFORT");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

TEST(QueryProperty, AgreesWithTheOracleOnFewEvents) {
  for (std::uint64_t seed = 1; seed <= 100 * effort(); ++seed) {
    ASSERT_NO_FATAL_FAILURE(check(seed, 150));
  }
}

TEST(QueryProperty, AgreesWithTheOracleOnManyEvents) {
  for (std::uint64_t seed = 1; seed <= 4 * effort(); ++seed) {
    ASSERT_NO_FATAL_FAILURE(check(seed + 5000, 4000));
  }
}

}  // namespace
}  // namespace tracery::query
